"""Devices of somebody else's in a topology of ours: containerlab has them boot, labctl breaks their links and measures, and speaks to them by SSH alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.containerlab.host import agents, host, labctl, told
from tests.live.containerlab.sshd import PASSWORD, USER

LAB = f"clabbox{os.getpid()}"
_TOPOLOGY = f"""
name: {LAB}
runtime: containerlab
nodes:
  r1: {{frr-extra: [ip route 10.255.0.2/32 10.9.1.2], loopback: 10.255.0.1/32}}
  core: {{kind: linux, image: IMAGE, ssh: {USER}, management: MANAGED}}
  r2: {{frr-extra: [ip route 10.255.0.1/32 10.9.2.2], loopback: 10.255.0.2/32}}
links:
  - {{ends: [r1, core:eth5], ipv4: [10.9.1.1/30, 10.9.1.2/30], ipv6: false}}
  - {{ends: [core:eth7, r2], ipv4: [10.9.2.2/30, 10.9.2.1/30], ipv6: false}}
flows: [r1 -> r2]
address-families: [ipv4]
"""
_CONFIGURED = """configure terminal
ip forwarding
interface eth5
ip address 10.9.1.2/30
interface eth7
ip address 10.9.2.2/30
exit
ip route 10.255.0.1/32 10.9.1.1
ip route 10.255.0.2/32 10.9.2.1"""


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = host()
    yield
    assert host() == before
    assert agents() == ()


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LABCTL_SSH_PASSWORD", PASSWORD)
    monkeypatch.setenv("LABCTL_SSH_KNOWN_HOSTS", str(tmp_path / "known_hosts"))
    return tmp_path / "known_hosts"


def up(image: str, folder: Path, managed: bool) -> None:
    topology = folder / "box.yaml"
    topology.write_text(_TOPOLOGY.replace("IMAGE", image).replace("MANAGED", str(managed).lower()))
    labctl("up", str(topology))


def line_of(refused: str) -> str:
    """What it says to add to the known_hosts file, which its owner has compared with the device's."""
    return next(line for line in refused.splitlines() if line.startswith(f"clab-{LAB}-core ssh-"))


def by_ssh(*words: str, code: int = 0) -> str:
    return labctl("exec", "--lab", LAB, "core", "--", *words, code=code)


@pytest.mark.parametrize("managed", [False, True], ids=["alone", "managed"])
def test_it_is_spoken_to_broken_and_measured(sshd_image: str, known: Path, tmp_path: Path, managed: bool) -> None:
    up(sshd_image, tmp_path, managed)
    try:
        refused = by_ssh("show version", code=2)
        assert "shows a host key that is not known" in refused
        known.write_text(line_of(refused) + "\n")
        assert "FRRouting 10." in by_ssh("show version")
        by_ssh(_CONFIGURED)
        assert "10.255.0.2/32" in by_ssh("show ip route")
        assert ("eth0" in by_ssh("show interface brief")) is managed
        injected = told("inject", "silent-cut", "core-r1", "--for", "1s", "--flows", "--lab", LAB)
        outages = [way["outage_ns"] for way in injected["flows"]]
        assert len(outages) == 2 and all(0.95e9 < outage < 1.2e9 for outage in outages)
        assert "is not labctl's to stop or to start" in labctl("inject", "node-crash", "core", "--lab", LAB, code=2)
        known.write_text(line_of(refused).replace("AAAA", "AAAB", 1) + "\n")
        assert "shows another host key than the one that is known" in by_ssh("show version", code=2)
    finally:
        labctl("down", LAB)


def test_only_containers_have_such_devices(tmp_path: Path) -> None:
    topology = tmp_path / "box.yaml"
    topology.write_text(_TOPOLOGY.replace("IMAGE", "any:1").replace("MANAGED", "false"))
    assert "core is of kind linux: runtime netns has labctl's own nodes only" in labctl("up", str(topology), "--runtime", "netns", code=2)


def test_containerlab_takes_what_it_is_given_for_other_kinds(tmp_path: Path) -> None:
    """Their images need a licence or a registry; what containerlab would deploy is checked by itself."""
    import subprocess

    mixed = Path(__file__).parents[2] / "golden" / "mixed" / "topology.yaml"
    labctl("export", "containerlab", str(mixed), "-o", str(tmp_path / "out"))
    topology = tmp_path / "out" / "mixed.clab.yml"
    checked = subprocess.run([os.environ["LABCTL_CONTAINERLAB"], "validate", "-t", topology], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert (tmp_path / "out/nodes/core/core.cli").read_text().startswith("set /")
