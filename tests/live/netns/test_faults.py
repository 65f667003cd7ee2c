"""Every fault of the menu on a living lab: what theory says of it, what the two ends of a cable see, what a crashed node sends, and that all is well after.

The figures are in the log: `pytest --log-cli-level=INFO`. A host that is not fit for a figure makes a miss a skip, never a pass.
"""

import asyncio
import logging
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from labctl.faults import MENU, Fault, Flap
from labctl.faults.link import BfdOnly, BgpOnly, CarrierLoss, LinkDown, MtuCut, SilentCut, SilentOneWay
from labctl.faults.node import DaemonFreeze, DaemonKill, NodeCrash, NodeFreeze, PopDown
from labctl.faults.noop import Noop
from labctl.faults.pop import BackboneCut, UplinksCut
from labctl.faults.route import RouteAnnounce, RouteChange, RouteFlap, RouteReplay, RouteWithdraw
from labctl.faults.session import GracefulShutdown, SessionClear, SessionShutdown
from labctl.model.event import BfdState, BgpState, LinkState
from labctl.model.finding import Finding, Verdict
from labctl.model.time import MS, S, seconds
from labctl.model.trial import Cell
from labctl.model.wire import Held
from labctl.programs.frr.timing import FLOOR
from labctl.scenario.budget import Ground
from labctl.scenario.forecast import forecast, forecast_train
from labctl.scenario.matrix import Case
from labctl.scenario.promised import sessions
from labctl.scenario.single import single_fault, slowest_ns, steady
from labctl.scenario.steps import Playable
from labctl.scenario.trained import Trained
from tests.live.netns.capture import Capture, Packet, beyond
from tests.live.netns.living import Living, begin, end

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="looks into the lab from outside: root only"),
    pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed"),
]

MEASURED: dict[str, Fault] = {
    "noop": Noop(),
    "link-down": LinkDown("plant:mpls1"),
    "carrier-loss": CarrierLoss("plant:mpls1"),
    "carrier-loss-under-a-tunnel": CarrierLoss("branch:isp1"),
    "silent-cut": SilentCut("fra-isp1"),
    "silent-one-way": SilentOneWay("branch:isp1"),
    "bfd-only": BfdOnly("fra-mpls1"),
    "mtu-cut": MtuCut("fra-mpls1", longer_than=1000),
    "daemon-kill-one": DaemonKill("fra:bgpd"),
    "daemon-kill-all": DaemonKill("fra"),
    "daemon-freeze": DaemonFreeze("fra:bgpd"),
    "node-crash": NodeCrash("fra"),
    "node-crash-carrier-lost": NodeCrash("fra", carrier="lost"),
    "node-freeze": NodeFreeze("fra"),
    "pop-down": PopDown("fra"),
    "uplinks-cut": UplinksCut("fra"),
    "backbone-cut": BackboneCut("fra"),
    "session-shutdown": SessionShutdown("branch:fra"),
    "session-clear": SessionClear("branch:fra"),
    "session-clear-soft": SessionClear("branch:fra", how="soft"),
    "graceful-shutdown": GracefulShutdown("fra"),
    "flap": Flap(SilentCut("fra-isp1"), period_ns=2 * S, duty=0.6, count=2),
}
APART = {"bgp-only", "esp-only"}
"""Those that a test of their own looks at: a hold time takes longer than a trial here, and IPsec is in test_ipsec."""

_TRIES = 3
_LOG = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def whole() -> Iterator[Living]:
    living = begin("dual-pop", f"faults{os.getpid()}")
    yield living
    end(living)


@pytest.fixture
def dual(whole: Living) -> Iterator[Living]:
    """Steady after every test, with nothing held: a test that leaves it otherwise fails at its end."""
    yield whole
    whole.let_go()
    whole.steady()


OF_ROUTES = {RouteAnnounce.kind, RouteWithdraw.kind, RouteChange.kind, RouteFlap.kind, RouteReplay.kind}
"""Played where routes are injected: test_speakers, test_replay."""


def test_every_fault_is_played() -> None:
    assert {fault.kind for fault in MEASURED.values()} | APART | OF_ROUTES == {*MENU, Flap.kind}


@pytest.mark.parametrize("name", MEASURED)
def test_a_fault_does_what_theory_says_and_leaves_nothing(dual: Living, name: str, tmp_path: Path) -> None:
    """Without a theory it is at least measured, and all is as before."""
    case = _case(dual, MEASURED[name])
    for attempt in range(_TRIES):
        found = {f.check: f for f in dual.measure(tmp_path / str(attempt), case, validation_ns=2 * S, window_ns=6 * S)}
        _LOG.info(f"{name}: {_figures(found)}")
        dual.steady()
        outage, fit = found["outage"], found["fidelity"].verdict is Verdict.PASS
        if outage.verdict is not Verdict.FAIL and found["steady"].verdict is Verdict.PASS:
            assert outage.verdict is Verdict.PASS or all(e.kind == "none" for e in case.expected.values())
            return
        assert not fit, f"{outage.reason}; {found['steady'].reason}"
    pytest.skip(f"the host was not fit for a figure, {_TRIES} times: {found['fidelity'].reason}")


def _case(living: Living, fault: Fault) -> Case:
    plan = living.lab.plan
    flows = tuple(flow for flow in plan.flows if flow.name in ("branch-dc-v4", "plant-dc-v4"))
    if isinstance(fault, Flap):
        expected = forecast_train(Ground(plan, sessions(plan), FLOOR), fault, flows)
        script: Playable = Trained(fault, steady(plan, flows))
    else:
        expected = forecast(Ground(plan, sessions(plan), FLOOR), fault, flows)
        script = single_fault(plan, fault, flows, expected)
    return Case(Cell((("fault", fault.kind),)), plan.name, plan, script, slowest_ns(plan), flows, flows[0].name, expected)


def _figures(found: dict[str, Finding]) -> str:
    outage = [
        f"{g.flow} {g.direction} {g.name} {seconds(g.value_ns) if g.value_ns is not None else f'≥ {seconds(g.at_least_ns or 0)}'}"
        for g in found["outage"].figures
    ]
    return "; ".join([f"{found['outage'].verdict} (host {found['fidelity'].verdict})", *outage])


class TestCarrier:
    """What the two ends of one cable see: (administratively up, carrier) of each, as their kernels announced it."""

    def test_a_silent_cut_keeps_it_at_both_ends(self, dual: Living) -> None:
        assert _ports(dual, SilentCut("fra-mpls1"), "fra", "mpls1") == {}

    def test_its_loss_at_an_end_is_that_end_s_alone(self, dual: Living) -> None:
        near, far = _cable(dual, "plant", "mpls1")
        assert _ports(dual, CarrierLoss("plant:mpls1"), "plant", "mpls1") == {near: (True, False), far: (False, False)}

    def test_link_down_is_known_here_at_once_and_there_by_carrier(self, dual: Living) -> None:
        near, far = _cable(dual, "plant", "mpls1")
        assert _ports(dual, LinkDown("plant:mpls1"), "plant", "mpls1") == {near: (False, False), far: (True, False)}

    @pytest.mark.parametrize("carrier", ["kept", "lost"])
    def test_a_crash_keeps_or_takes_that_of_its_neighbours(self, dual: Living, carrier: str) -> None:
        fault = NodeCrash("fra", "lost" if carrier == "lost" else "kept")
        neighbours = ("isp1", "mpls1", "ams", "internet")
        seen = _ports(dual, fault, *neighbours)
        cables = {(far.node, far.ifname) for far in beyond(dual.lab.plan, "fra") if far.node in neighbours}
        assert seen == ({} if carrier == "kept" else dict.fromkeys(cables, (True, False)))


def _ports(living: Living, fault: Fault, *nodes: str) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Of the cables' ends (no bridge, no tunnel) in these nodes, those that changed while the fault was held: their last state."""

    async def play() -> dict[tuple[str, str], tuple[bool, bool]]:
        watching = await living.listening(*nodes)
        held = await living.inject(fault)
        await asyncio.sleep(0.5)
        cables = {(e.node, e.ifname) for link in living.lab.plan.links for e in (link.a, link.b)}
        seen = {(e.node, e.ifname): (e.up, e.carrier) for e in living.heard if isinstance(e, LinkState) and e.at_ns >= held.began_ns}
        await living.lab.release(held.hold)
        await living.deaf(watching)
        return {port: state for port, state in seen.items() if port in cables}

    return living.run(play())


def _cable(living: Living, a: str, b: str) -> tuple[tuple[str, str], tuple[str, str]]:
    link = next(link for link in living.lab.plan.links if {link.a.node, link.b.node} == {a, b})
    near, far = (link.a, link.b) if link.a.node == a else (link.b, link.a)
    return (near.node, near.ifname), (far.node, far.ifname)


class TestLastWords:
    """A crashed node says nothing; a node whose daemons are killed does: so the silence of the first is no fault of the capture."""

    @pytest.mark.parametrize(
        "fault", [NodeCrash("fra"), NodeCrash("fra", carrier="lost"), PopDown("fra")], ids=lambda f: f"{f.kind}-{getattr(f, 'carrier', '')}"
    )
    def test_a_crash_has_none(self, dual: Living, fault: Fault, tmp_path: Path) -> None:
        before, during, after = _sent(dual, fault, "fra", tmp_path)
        _LOG.info(f"{fault.kind}: {len(before)} packets before, {len(during)} during the act, {len(after)} after it")
        assert before, "the capture saw nothing of the living node"
        assert [p.ending for p in (*during, *after) if p.ending] == []
        assert after == []

    def test_killed_daemons_have(self, dual: Living, tmp_path: Path) -> None:
        _, during, after = _sent(dual, DaemonKill("fra"), "fra", tmp_path)
        words = Counter(p.ending for p in (*during, *after) if p.ending)
        _LOG.info(f"daemon-kill: {dict(words)}")
        assert words["FIN"] + words["RST"] > 0

    def test_a_session_that_is_shut_has(self, dual: Living, tmp_path: Path) -> None:
        _, during, after = _sent(dual, SessionShutdown("fra"), "fra", tmp_path)
        words = Counter(p.ending for p in (*during, *after) if p.ending)
        _LOG.info(f"session-shutdown: {dict(words)}")
        assert words["NOTIFICATION"] > 0

    def test_a_deaf_end_has(self, dual: Living, tmp_path: Path) -> None:
        """RFC 5880 6.2: it says Down while it hears nothing."""
        _, during, after = _sent(dual, SilentOneWay("branch:isp1"), "fra", tmp_path)
        assert "BFD Down" in {p.ending for p in (*during, *after)}


def _sent(living: Living, fault: Fault, node: str, folder: Path) -> tuple[list[Packet], list[Packet], list[Packet]]:
    """What left the node before the act, while it was done, and after it until it was healed."""
    view = living.run(living.lab.look())
    capture = Capture(living.lab.reach.pid, {name: door.net for name, door in view.doors}, beyond(living.lab.plan, node), folder)

    async def play() -> Held:
        await asyncio.sleep(1.0)
        held = await living.inject(fault)
        # longer than BFD's detection, and than the first retransmissions of a FIN
        await asyncio.sleep(2.0)
        return held

    held = living.run(play())
    packets = capture.stop()
    living.run(living.lab.release(held.hold))
    # pcap's stamps are whole microseconds, and the two clocks were read one after the other
    ended = held.ended_ns + 100_000
    return (
        [p for p in packets if p.at_ns < held.began_ns],
        [p for p in packets if held.began_ns <= p.at_ns <= ended],
        [p for p in packets if p.at_ns > ended],
    )


class TestOnlySome:
    def test_long_packets_die_and_short_ones_pass(self, dual: Living) -> None:
        address = next(flow.b.address for flow in dual.lab.plan.flows if flow.name == "plant-dc-v4")

        # the kernel answers one such packet a second to each sender, after a burst of six (icmp(7))
        dual.run(dual.lab.ask("dc-host", ("sh", "-c", "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit")))

        def arrives(length: int) -> bool:
            return dual.run(_answered(dual, "plant-host", address, length)) == 3

        assert arrives(60)
        assert arrives(1400)
        held = dual.run(dual.inject(MtuCut("fra-mpls1", longer_than=1000)))
        assert arrives(1000)
        assert not arrives(1001)
        dual.run(dual.lab.release(held.hold))
        assert arrives(1400)

    def test_bfd_dies_and_data_passes(self, dual: Living) -> None:
        dual.run(_bfd_goes_down(dual, BfdOnly("fra-mpls1"), "plant", "fra"))

    def test_bgp_dies_and_bfd_lives_until_the_hold_timer_ends_it(self, dual: Living) -> None:
        """Hold time 9 s, keepalive 3 s: 6 to 9 s, and some for what it takes to be asked."""
        after = dual.run(_bgp_goes_down(dual, BgpOnly("fra-mpls1"), "plant", "fra"))
        _LOG.info(f"bgp-only: the session ended after {seconds(after)}")
        assert 6 * S - 100 * MS <= after <= 9 * S + 500 * MS

    def test_bfd_of_a_session_with_ttl_security_dies_too(self) -> None:
        """FRR sends that BFD to port 4784, as if it were multihop (RFC 5883 5)."""
        living = begin("plain", f"ttl{os.getpid()}", ["routing.ttl-security=1"])
        try:
            living.run(_bfd_goes_down(living, BfdOnly("r1-r2"), "r1", "r2"))
            living.steady()
        finally:
            end(living)


async def _bfd_goes_down(living: Living, fault: Fault, node: str, peer: str) -> None:
    """At both ends, while packets to the very next hop are answered."""
    addresses = {end: _address_towards(living, other, end) for end, other in ((node, peer), (peer, node))}
    watching = await living.listening(node, peer)
    held = await living.inject(fault)
    down = {(node, addresses[node]), (peer, addresses[peer])}

    def gone() -> bool:
        return down <= {(e.node, e.peer) for e in living.heard if isinstance(e, BfdState) and not e.up and e.at_ns > held.began_ns}

    await living.until(gone, 3.0, f"BFD down at {down}")
    answered = await _answered(living, node, addresses[node], 100)
    await living.lab.release(held.hold)
    await living.deaf(watching)
    assert answered == 3


_ASK = """
import socket, sys
address, length, answers = sys.argv[1], int(sys.argv[2]), 0
for port in (33434, 33435, 33436):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.5)
        probe.connect((address, port))
        probe.send(bytes(length - 28))
        try:
            probe.recv(1)
        except ConnectionRefusedError:
            answers += 1
        except TimeoutError:
            pass
print(answers)
"""


async def _answered(living: Living, node: str, address: str, length: int) -> int:
    """Of three IPv4 packets of that length to ports that nobody listens on, how many came back as port unreachable (RFC 1122 3.2.2.1)."""
    answer = await living.lab.ask(node, (sys.executable, "-I", "-S", "-c", _ASK, address, str(length)))
    return int(answer.out)


async def _bgp_goes_down(living: Living, fault: Fault, node: str, peer: str) -> int:
    """How long after the act the first of the two ends had lost its session; BFD was up for as long."""
    address = _address_towards(living, peer, node)
    watching = await living.listening(node, peer)
    held = await living.inject(fault)

    def ends() -> list[int]:
        return [
            e.at_ns for e in living.heard if isinstance(e, BgpState) and e.state != "Established" and e.at_ns > held.began_ns and ":" not in e.peer and _of(e)
        ]

    def _of(e: BgpState) -> bool:
        return (e.node, e.peer) == (node, address) or (e.node, e.peer) == (peer, _address_towards(living, node, peer))

    await living.until(lambda: bool(ends()), 12.0, "the hold timer ends the session")
    first = min(ends())
    early = [e for e in living.heard if isinstance(e, BfdState) and not e.up and held.began_ns < e.at_ns < first - 300 * MS and e.peer == address]
    await living.lab.release(held.hold)
    await living.deaf(watching)
    assert early == []
    return first - held.began_ns


def _address_towards(living: Living, peer: str, node: str) -> str:
    """The peer's IPv4 address in the session that the node has with it."""
    bgp = living.lab.plan.node(node).bgp
    assert bgp is not None
    return next(n.address for n in bgp.neighbors if n.peer == peer and n.family == "ipv4")


@pytest.mark.parametrize("fault", [SilentCut("fra-isp1"), CarrierLoss("plant:mpls1"), MtuCut("fra-mpls1"), NodeFreeze("isp2")], ids=lambda f: f.kind)
def test_an_act_is_an_instant(dual: Living, fault: Fault) -> None:
    """Asked to done, by the agent's stamps: the median of twenty is 2 ms at most. Its end, which also reads the counters, is so when the host lets it."""

    async def widths() -> tuple[list[int], list[int]]:
        there, back = [], []
        for _ in range(20):
            held = await dual.inject(fault)
            undone = await dual.lab.release(held.hold)
            there.append(held.ended_ns - held.began_ns)
            back.append(undone.ended_ns - undone.began_ns)
            await asyncio.sleep(0.02)
        return there, back

    there, back = dual.run(widths())
    _LOG.info(f"{fault.kind}: {seconds(round(median(there)))} there, {seconds(round(median(back)))} back; worst {seconds(max(there))}, {seconds(max(back))}")
    assert median(there) <= 2 * MS
    assert min(back) <= 2 * MS
