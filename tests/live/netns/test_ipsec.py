"""A site with IPsec tunnels: what passes its ISP, what rekeying and a killed daemon cost, what a dead peer and a dead port do, and what is said of it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.netns.command import labctl
from tests.live.netns.reaping import eventually

LAB = f"esp{os.getpid()}"
_WITHIN_S = 60.0
_DPD = "sites.branch.tunnel={type: ipsec, dpd: {delay: 2, retry: 1, tries: 1}, auth: certificate}"


@pytest.fixture(scope="module", autouse=True)
def lab() -> Iterator[None]:
    """Its edge gives a peer up after 4 s; its ends have certificates."""
    labctl("up", "ipsec", "--name", LAB, "--set", _DPD, "--set", "sites.branch.routing={mode: static+dpd}")
    yield
    labctl("down", LAB)


def inside(node: str, *words: str) -> str:
    return labctl("exec", node, "--lab", LAB, "--", *words).decode()


def tunnels() -> dict[tuple[str, str], str]:
    return {(row["node"], row["peer"]): row["state"] if row["esp"] else "none" for row in json.loads(labctl("show", "tunnels", "--lab", LAB, "--json"))["rows"]}


def all_up() -> bool:
    return set(tunnels().values()) == {"established"} and len(tunnels()) == 4


def lost(*words: str) -> dict[tuple[str, str], int]:
    """Packets, by flow and direction, of a fault by hand."""
    told = json.loads(labctl("inject", *words, "--lab", LAB, "--flows", "--json"))
    return {(flow["flow"], flow["direction"]): flow["lost"] for flow in told["flows"]}


def test_both_ends_of_every_tunnel_are_shown() -> None:
    assert tunnels() == {("fra", "branch"): "established", ("ams", "branch"): "established", ("branch", "fra"): "established", ("branch", "ams"): "established"}


def test_nothing_but_ike_and_esp_passes_the_isp() -> None:
    """RFC 3948: ESP in UDP 4500, told from IKE by the marker. None of it shows what is inside."""
    labctl("flows", "add", "branch-host", "saas", "--lab", LAB)
    told = labctl("capture", "branch-isp1", "--count", "2000", "--lab", LAB, "--", "ip", "or", "ip6").decode().splitlines()
    labctl("flows", "stop", "--lab", LAB)
    assert len(told) == 2000
    assert [line for line in told if "UDP-encap: ESP" not in line and "isakmp" not in line] == []
    assert sum("UDP-encap: ESP" in line for line in told) > 1900


def test_new_keys_cost_no_packet() -> None:
    """Of a lab that gets them every 10 s or earlier."""
    name = f"{LAB}k"
    labctl("up", "ipsec", "--name", name, "--set", "sites.branch.tunnel={type: ipsec, rekey: 10}")
    try:
        told = json.loads(labctl("inject", "noop", "branch", "--for", "15s", "--lab", name, "--flows", "--json"))
        keys = labctl("exec", "branch", "--lab", name, "--", "grep", "-c", "rekeyed between", "/var/log/strongswan/charon.log")
    finally:
        labctl("down", name)
    assert {flow["lost"] for flow in told["flows"]} == {0}
    assert int(keys) > 0


def test_a_dead_peer_takes_the_interface_down_and_its_return_up_again() -> None:
    labctl("inject", "silent-cut", "fra-isp1", "--lab", LAB)
    eventually(lambda: "state DOWN" in inside("branch", "ip", "link", "show", "dev", "tun-fra"), "the edge gives its peer up", _WITHIN_S)
    eventually(lambda: "tun-ams" in inside("branch", "ip", "route", "show", "default"), "the secondary is used", _WITHIN_S)
    assert tunnels()["branch", "fra"] == "none"
    assert inside("branch", "sh", "-c", "ip route get 100.64.160.65 from 100.64.160.66 2>&1 || true").startswith("RTNETLINK answers: Invalid argument")
    labctl("heal", "--lab", LAB)
    eventually(all_up, "every tunnel is up again", _WITHIN_S)
    eventually(lambda: "tun-fra" in inside("branch", "ip", "route", "show", "default"), "the primary is used again", _WITHIN_S)


def test_one_dead_port_does_not_stop_the_other_tunnel() -> None:
    """ESP in user space is sent by one thread: packets that wait for a neighbour on a dead port may not fill its buffer."""
    gone = {flow: count for (flow, way), count in lost("carrier-loss", "branch:eth1", "--for", "8s").items() if way == "forward"}
    assert gone and all(3000 < count < 6000 for count in gone.values()), gone
    eventually(all_up, "every tunnel is up again", _WITHIN_S)


def test_an_sa_that_only_ike_keeps_alive_carries_nothing_and_nobody_notices() -> None:
    """Longer than the edge would wait for a peer that does not answer."""
    gone = lost("esp-only", "fra-isp1", "--for", "9s")
    # and up to a second more, where a router has to ask for its neighbour's address again
    assert gone and all(8_900 < count < 10_500 for count in gone.values()), gone
    assert all_up()


def test_a_killed_ike_daemon_brings_its_tunnels_up_again() -> None:
    labctl("inject", "daemon-kill", "fra:charon-systemd", "--lab", LAB)
    eventually(lambda: tunnels().get(("branch", "fra")) == "none", "the edge gives its peer up", _WITHIN_S)
    labctl("heal", "--lab", LAB)
    eventually(all_up, "every tunnel is up again", _WITHIN_S)


def test_an_agent_that_is_killed_leaves_no_ike_daemon() -> None:
    name = f"{LAB}x"
    labctl("up", "ipsec", "--name", name)
    (pid,) = [lab["pid"] for lab in json.loads(labctl("ps", "--json")) if lab["lab"] == name]
    charons = subprocess.run(["pgrep", "-x", "charon-systemd", "--parent", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    assert len(charons) == 3
    os.kill(pid, 9)
    eventually(lambda: not any(Path(f"/proc/{charon}").exists() for charon in charons), "the daemons are gone", _WITHIN_S)
