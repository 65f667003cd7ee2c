"""Names for the shell: never an error, never a traceback."""

import os
import subprocess
import sys

import pytest


def completed(line: str) -> list[str]:
    env = {**os.environ, "_LABCTL_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - (not line.endswith(" ")))}
    done = subprocess.run([sys.executable, "-c", "from labctl.cli.main import main; main()"], capture_output=True, text=True, check=False, env=env)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("labctl inj", ["inject"]),
        ("labctl inject silent-", ["silent-cut", "silent-one-way"]),
        ("labctl up ri", ["ring"]),
        ("labctl lint weak --accept bra", ["branch", "branch-branch-host", "branch-isp1"]),
        ("labctl lint no-such-file --accept bra", []),
        ("labctl survey men", ["mended"]),
        ("labctl inject --lab no-such-lab silent-cut fra", []),
    ],
)
def test_names_that_begin_so(line: str, names: list[str]) -> None:
    assert completed(line) == names
