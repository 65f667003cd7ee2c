"""What each fault of the menu asks of the agent, on one small plan: a line for each act, in their order."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load
from labctl.errors import RefusedError
from labctl.faults import MENU, Fault, Flap
from labctl.faults.link import BfdOnly, BgpOnly, CarrierLoss, EspOnly, LinkDown, MtuCut, SilentCut, SilentOneWay
from labctl.faults.node import DaemonFreeze, DaemonKill, NodeCrash, NodeFreeze, PopDown
from labctl.faults.noop import Noop
from labctl.faults.pop import BackboneCut, UplinksCut
from labctl.faults.route import RouteAnnounce, RouteChange, RouteFlap, RouteReplay, RouteWithdraw
from labctl.faults.session import GracefulShutdown, SessionClear, SessionShutdown
from labctl.model.act import Act, Drop, LinkAdmin, Signal
from labctl.model.codec import decode, encode
from labctl.model.routes import Attributes

HERE = Path(__file__).parent
PLAN = compile_plan(load((HERE / "small.yaml").read_text(), "small.yaml", {}))

CASES: dict[str, Fault] = {
    "link-down": LinkDown("branch:isp1"),
    "carrier-loss": CarrierLoss("branch:isp1"),
    "silent-cut": SilentCut("fra1-isp1"),
    "silent-cut-named-backwards": SilentCut("isp1-fra1"),
    "silent-one-way": SilentOneWay("branch:isp1"),
    "bfd-only-in-a-tunnel": BfdOnly("fra1-isp1"),
    "bfd-only-on-a-circuit": BfdOnly("fra2-mpls1"),
    "bgp-only": BgpOnly("branch-isp1"),
    "esp-only": EspOnly("shop-isp2"),
    "mtu-cut": MtuCut("fra2-mpls1", longer_than=1000),
    "daemon-kill-one": DaemonKill("fra1:bgpd"),
    "daemon-kill-all": DaemonKill("fra1"),
    "daemon-freeze": DaemonFreeze("branch:bfdd"),
    "node-crash": NodeCrash("ams"),
    "node-crash-carrier-lost": NodeCrash("ams", carrier="lost"),
    "node-freeze": NodeFreeze("branch"),
    "pop-down-of-two-nodes": PopDown("fra"),
    "uplinks-cut-of-two-nodes": UplinksCut("fra"),
    "backbone-cut": BackboneCut("ams"),
    "session-shutdown": SessionShutdown("branch:fra1"),
    "session-shutdown-of-a-node": SessionShutdown("branch"),
    "session-clear": SessionClear("branch:fra1"),
    "session-clear-soft": SessionClear("branch:fra1", how="soft"),
    "graceful-shutdown": GracefulShutdown("fra1"),
    "flap-of-a-silent-cut": Flap(SilentCut("fra1-isp1"), period_ns=2_000_000_000, duty=0.25, count=3),
    "flap-of-a-carrier-loss": Flap(CarrierLoss("plant:mpls1")),
    "route-announce": RouteAnnounce("feed:10kx20.0.0.0/24", Attributes(as_path=(65100,), med=50, communities=("65000:1",))),
    "route-withdraw-of-all": RouteWithdraw("feed"),
    "route-change-of-all": RouteChange("feed", Attributes(med=500)),
    "route-flap": RouteFlap("feed:203.0.113.0/24", count=3),
    "route-replay": RouteReplay("many:updates.mrt.gz", speed=10, peer="192.0.2.1"),
    "route-replay-at-once": RouteReplay("many:updates.mrt.gz", speed=None),
    "noop": Noop(),
}


def test_every_fault_has_a_case() -> None:
    assert {fault.kind for fault in CASES.values()} == {*MENU, Flap.kind}


@pytest.mark.parametrize("name", CASES)
def test_acts(name: str, golden: Callable[[Path, str], None]) -> None:
    acts = CASES[name].acts(PLAN)
    golden(HERE / f"{name}.jsonl", "".join(json.dumps(encode(act)) + "\n" for act in acts))
    assert tuple(decode(Act, encode(act)) for act in acts) == acts


def test_a_crashing_node_is_silent_before_its_processes_die() -> None:
    """Else the kernel would send FIN for them, and bgpd its NOTIFICATION."""
    for fault in (NodeCrash("ams"), NodeCrash("ams", carrier="lost"), PopDown("fra")):
        acts = fault.acts(PLAN)
        first_kill = next(i for i, act in enumerate(acts) if isinstance(act, Signal))
        assert all(isinstance(act, Drop) for act in acts[:first_kill])
        assert not any(isinstance(act, Drop) for act in acts[first_kill:])


def test_a_silent_node_is_silent_on_every_cable_both_ways() -> None:
    drops = {(a.node, a.ifname, a.way) for a in PopDown("fra").acts(PLAN) if isinstance(a, Drop)}
    cables = [end for link in PLAN.links for end in (link.a, link.b) if end.node in ("fra1", "fra2")]
    assert drops == {(end.node, end.ifname, way) for end in cables for way in ("in", "out")}


def test_carrier_loss_is_done_at_the_other_end() -> None:
    (act,) = CarrierLoss("branch:isp1").acts(PLAN)
    assert isinstance(act, LinkAdmin)
    assert act.node == "isp1"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (SilentCut("fra1-isp9"), "no link 'fra1-isp9' in this lab; did you mean fra1-isp1"),
        (EspOnly("fra1-isp1"), "no IPsec tunnel goes over fra1-isp1; there are isp2-shop, ams-isp2"),
        (LinkDown("branch:fra1"), "no link end 'branch:fra1'"),
        (NodeCrash("fra"), "no node 'fra' in this lab; did you mean fra"),
        (PopDown("fra1"), "no PoP 'fra1' in this lab; did you mean fra?"),
        (UplinksCut("fra1"), "no PoP 'fra1' in this lab; did you mean fra?"),
        (SessionShutdown("branch:isp1"), "no BGP session 'branch:isp1'"),
        (GracefulShutdown("isp1"), "no BGP session 'isp1'"),
        (DaemonKill("branch-host"), "branch-host runs no daemons: it is a plain Linux host"),
        (DaemonFreeze("isp1:bgpd"), "isp1 runs no daemons"),
        (RouteWithdraw("fra1"), "fra1 is of device frr, .*and there is feed"),
        (RouteAnnounce("feed:203.0.113.1/24"), "203.0.113.1/24 has bits set behind its length; the prefix is 203.0.113.0/24"),
        (RouteReplay("feed:updates.mrt"), "feed is of device exabgp, which keeps no pace; .* device: bulk"),
        (RouteReplay("many"), "what shall many replay"),
        (RouteChange("feed"), "route-change changes nothing"),
    ],
)
def test_a_subject_that_is_not_there_is_refused_by_name(fault: Fault, words: str) -> None:
    with pytest.raises(RefusedError, match=words.replace("?", r"\?")):
        fault.acts(PLAN)
