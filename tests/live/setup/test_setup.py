"""The set-up on a machine that has nothing yet, played in a throw-away copy of this one: no service starts, none that ran is touched, all is put back."""

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SETUP = HERE.parents[2] / "setup"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="packages are installed by root only"),
    pytest.mark.skipif("overlay" not in Path("/proc/filesystems").read_text(), reason="the kernel has no overlay file system to copy the machine with"),
]


def host() -> dict[str, str]:
    """What a service of ours would have left on the host."""
    seen = {
        "listening sockets": ["ss", "-lntuH"],
        "routes": ["ip", "-details", "route", "show", "table", "all"],
        "IPv6 routes": ["ip", "-6", "route", "show", "table", "main"],
        "nft rules": ["nft", "list", "ruleset"],
        "policy": ["sh", "-c", "cat /usr/sbin/policy-rc.d* 2>/dev/null || true"],
    }
    return {name: subprocess.run(argv, check=True, capture_output=True, text=True).stdout for name, argv in seen.items()}


@pytest.fixture(scope="module")
def story() -> dict[str, str]:
    """What was seen at each turn of story.sh, by name."""
    before = host()
    told = subprocess.run(["bash", HERE / "elsewhere.sh", SETUP, HERE / "story.sh"], check=True, capture_output=True, text=True, timeout=240)
    after = host()
    turns = dict(line.split(": ", 1) for line in told.stdout.splitlines() if ": " in line)
    changed = [name for name, text in before.items() if after[name] != text]
    return turns | {"host": f"changed: {changed}" if changed else "same", "told": told.stdout + told.stderr}


@pytest.mark.parametrize(
    ("turn", "seen"),
    [
        ("purged", ""),
        ("installed", "installed installed"),
        ("started", ""),
        ("sockets", "same"),
        ("enabled", ""),
        ("policy", ""),
        ("control", "runs"),
        ("brought", "installed"),
        ("untouched", "same"),
        ("restored", "700 # the administrator's"),
        ("interrupted", "700 # the administrator's"),
        ("after-a-kill", "700 # the administrator's"),
        ("after-a-late-kill", "700 # the administrator's"),
        ("host", "same"),
    ],
)
def test_a_set_up_from_nothing(story: dict[str, str], turn: str, seen: str) -> None:
    assert story.get(turn) == seen, story["told"]


def test_another_distribution_is_refused_by_name(tmp_path: Path) -> None:
    release = tmp_path / "os-release"
    release.write_text('ID=fedora\nVERSION_ID=41\nPRETTY_NAME="Fedora Linux 41"\n')
    refused = subprocess.run([SETUP / "system"], env=os.environ | {"LABCTL_OS_RELEASE": str(release)}, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr == "setup: Fedora Linux 41 is not supported: labctl's set-up knows Debian 12, Debian 13 and Ubuntu 24.04.\n"
