"""IPsec tunnels between containers that have nothing more than TUN: both ends up, and a dead PoP's traffic through the other one."""

import json
import os

from tests.live.containerlab.host import labctl, told

LAB = f"clabesp{os.getpid()}"


def test_tunnels_are_up_and_carry_what_the_other_one_lost() -> None:
    labctl("up", "ipsec", "--name", LAB, "--runtime", "containerlab")
    try:
        ends = told("show", "tunnels", "--lab", LAB)["rows"]
        assert [(end["state"], end["esp"]) for end in ends] == [("established", True)] * 4
        cut = json.loads(labctl("inject", "silent-cut", "fra-isp1", "--for", "5s", "--flows", "--lab", LAB, "--json"))
        # BFD 300 ms × 3 (RFC 5880 6.8.4), and what routing takes after it
        assert {flow["flow"] for flow in cut["flows"] if not 600 <= flow["lost"] <= 1500} == set()
    finally:
        labctl("down", LAB)
