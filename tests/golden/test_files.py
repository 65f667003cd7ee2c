"""Every file of every node of the small topologies, as FRR 8.4 gets them; where FRR 10 differs in syntax, its own (frr-10/)."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from jinja2 import FileSystemLoader

from labctl.model.codec import decode, encode
from labctl.model.plan import Plan
from labctl.programs.base import Installed, Versions
from labctl.render import render
from labctl.runtimes.containerlab.directory import directory

HERE = Path(__file__).parent
TEMPLATES = FileSystemLoader(HERE.parents[1] / "templates")
FRR_8 = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)
FRR_10 = Versions((10, 3, 0), PurePosixPath("/usr/lib/frr"), static_bfd=True)

BIRD = replace(FRR_10, others=(("bird", Installed((2, 0, 12), PurePosixPath("/usr/sbin/bird"))),))

_GOBGP = ("gobgp", Installed((4, 8, 0), PurePosixPath("/usr/bin/gobgpd")))
GOBGP = replace(FRR_8, others=(_GOBGP,), apart=(("r3", replace(FRR_10, others=(_GOBGP,))),))

IPSEC = replace(FRR_8, others=(("strongswan", Installed((5, 9, 8), PurePosixPath("/usr/sbin/swanctl"))),))

CASES = {
    "dual-pop": ("", FRR_8),
    "dual-pop-active": ("", FRR_8),
    "dual-pop-static": ("frr-10", FRR_10),
    "clos": ("", FRR_8),
    "plain": ("", FRR_8),
    "weak": ("", FRR_8),
    "mended": ("", FRR_8),
    "speakers": ("", FRR_8),
    "speakers, FRR 10": ("frr-10", FRR_10),
    "own-frr": ("", FRR_8),
    "own-frr, FRR 10": ("frr-10", FRR_10),
    "options": ("", FRR_8),
    "options, FRR 10": ("frr-10", FRR_10),
    "ipv4-only": ("", FRR_8),
    "ipv4-only, FRR 10": ("frr-10", FRR_10),
    "ipv6-only": ("", FRR_8),
    "ipv6-only, FRR 10": ("frr-10", FRR_10),
    "bird": ("", BIRD),
    "gobgp": ("", GOBGP),
    "ipsec": ("", IPSEC),
    "ipsec-static": ("", IPSEC),
    "mixed": ("", replace(FRR_10, apart=(("old", FRR_8),))),
}

OWNED = (("labctl", "dual-pop"),)
EXPORTED = ("dual-pop", "dual-pop-static", "speakers", "own-frr", "own-frr, FRR 10", "mixed", "bird", "ipsec")


@pytest.mark.parametrize("case", EXPORTED)
def test_exported_for_containerlab(case: str, golden: Callable[[Path, str], None]) -> None:
    """What is not a node's own file: those are what `test_files` sees."""
    folder = HERE / case.split(",", maxsplit=1)[0]
    place, versions = CASES[case]
    plan = decode(Plan, json.loads((folder / "plan.json").read_text()))
    files = render(plan, TEMPLATES, versions)
    for path, page in directory(plan, files, "frr:10.3", images(plan), TEMPLATES).items():
        if path.parts[0] != "nodes" or path.stem in ("start", "startup-config"):
            golden(folder / place / "containerlab" / path, page.text)


def test_what_a_lab_of_ours_deploys_bears_its_label(golden: Callable[[Path, str], None]) -> None:
    plan = decode(Plan, json.loads((HERE / "dual-pop" / "plan.json").read_text()))
    pages = directory(plan, render(plan, TEMPLATES, FRR_8), "frr:10.3", {}, TEMPLATES, OWNED)
    golden(HERE / "dual-pop" / "containerlab" / "owned.clab.yml", pages[PurePosixPath("dual-pop.clab.yml")].text)


def images(plan: Plan) -> dict[str, str]:
    return {node.name: node.origin.image for node in plan.nodes if node.origin.image is not None}


@pytest.mark.parametrize("case", CASES)
def test_files(case: str, golden: Callable[[Path, str], None]) -> None:
    """`steps.json` is what a node runs: its set-up, its daemons, what they load afterwards, and the directories it has for itself."""
    folder = HERE / case.split(",", maxsplit=1)[0]
    place, versions = CASES[case]
    plan = decode(Plan, json.loads((folder / "plan.json").read_text()))
    for name, files in render(plan, TEMPLATES, versions).items():
        node = folder / place / name
        for path, page in files.pages.items():
            golden(node / path.relative_to("/"), "(a private key)\n" if "PRIVATE KEY" in page.text else page.text)
        steps = {"setup": files.setup, "daemons": files.daemons, "load": files.load, "binds": files.binds}
        golden(node / "steps.json", json.dumps(encode(steps), indent=1) + "\n")
