"""`labctl init`: a folder to start from: a topology, a scenario, and what to do with them."""

from pathlib import Path
from typing import Final

from labctl.app.content import folder
from labctl.errors import RefusedError

TOPOLOGY: Final = "dual-pop"
SCENARIO: Final = "single-fault"

_README: Final = """# A lab of your own

`topology.yaml` describes the lab, `scenario.py` what is done to it and measured. Change both: they are yours.

    labctl validate topology.yaml                             # all that is wrong with it, at once
    labctl plan topology.yaml                                 # what it becomes: names, addresses, sessions
    labctl graph topology.yaml -o topology.svg                # a drawing
    labctl up topology.yaml                                   # alive; no root, nothing of this machine is touched
    labctl show bgp
    labctl inject silent-cut fra-isp1 --for 5s --flows        # break it by hand, see what traffic loses
    labctl down {lab}
    labctl run scenario.py topology.yaml --option fault=silent-cut --option link=fra-isp1
                                                              # the same, measured: every trial judged against theory

`labctl list faults` names everything that can break, `labctl list profiles` the timers of providers (`profile: aws-dx` in a site's routing).
For an editor that completes and checks: `labctl schema > topology.schema.json`, and as the first line of the topology

    # yaml-language-server: $schema=topology.schema.json
"""


def init(target: Path) -> tuple[Path, ...]:
    """The files written. RefusedError when the folder has something in it: nothing of anybody's is overwritten."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RefusedError(f"{target} is there already, and not empty; name a folder that is")
    texts = {
        "topology.yaml": (folder("topologies") / f"{TOPOLOGY}.yaml").read_text(),
        "scenario.py": (folder("scenarios") / f"{SCENARIO}.py").read_text(),
        "README.md": _README.format(lab=TOPOLOGY),
    }
    target.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (target / name).write_text(text)
    return tuple(target / name for name in texts)
