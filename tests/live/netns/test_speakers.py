"""Speakers on a living lab: what they are told is what FRR has, route by route; what FRR says they hear; and one that is killed takes nothing else with it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from labctl.app.living import attached
from labctl.app.routes import say
from labctl.app.runtimes import runtime
from labctl.errors import InputError
from labctl.faults.node import DaemonKill
from labctl.faults.route import RouteAnnounce, RouteChange, RouteFlap, RouteWithdraw
from labctl.lab import Lab
from labctl.model.event import Event, Heard, SpeakerState
from labctl.model.routes import Attributes
from labctl.model.state import State
from labctl.model.time import MS, S
from labctl.model.watch import Hear, Sessions
from labctl.programs.frr.facts.received import ReceivedRoutes
from labctl.run.waiting import Seen
from labctl.scenario.conditions import Confirmed, Receiver
from labctl.scenario.fed import receivers
from tests.live.netns.command import labctl
from tests.live.netns.reaping import of_lab, process

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="sees into PID namespaces: root only")

_NAME = f"speak{os.getpid()}"
_TOPOLOGY = """# two routers, with a speaker of each kind
name: NAME
nodes:
  r1: {asn: 65001}
  r2: {asn: 65002}
  r3: {asn: 65003, device: bird}
  exa: {device: exabgp, asn: 65010, routes: [{routes: 50x20.0.0.0/24, as-path: [65100], med: 5, communities: [65000:1]}, 2001:db8::/48]}
  bulk: {device: bulk, asn: 65020, routes: [{routes: 'internet:2k', med: 3}, 9x2400:1::/48]}
links: [r1-r2, {ends: exa-r1, password: s3cret, ttl-security: 1}, {ends: bulk-r1, password: s3cret, ttl-security: 1}, exa-r2, exa-r3]
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("speakers") / "t.yaml"
    path.write_text(_TOPOLOGY.replace("NAME", _NAME))
    labctl("up", str(path))
    yield _NAME
    labctl("down", _NAME)


@asynccontextmanager
async def living(name: str) -> AsyncIterator[Lab]:
    async with attached(runtime(), name, "test") as connection:
        yield connection


async def bgp(lab: Lab, node: str, what: str) -> Any:
    answer = await lab.ask(node, ("vtysh", "-d", "bgpd", "-c", f"show bgp ipv4 unicast {what} json"))
    return json.loads(answer.out)


def test_what_the_topology_says_is_what_frr_has(lab: str) -> None:
    """Sessions with a password and TTL security, both families, path, MED and communities as they were written."""

    async def go() -> None:
        async with living(lab) as at:
            (route,) = [path for path in (await bgp(at, "r1", "20.0.7.0/24"))["paths"] if path["aspath"]["string"] == "65010 65100"]
            assert (route["metric"], route["community"]["string"]) == (5, "65000:1")
            neighbors = json.loads((await at.ask("r1", ("vtysh", "-d", "bgpd", "-c", "show bgp summary json"))).out)
            of = {(family, peer["desc"]): peer["pfxRcd"] for family in ("ipv4Unicast", "ipv6Unicast") for peer in neighbors[family]["peers"].values()}
            loopback = 1
            assert of["ipv4Unicast", "exa"] == 50 + loopback
            assert of["ipv4Unicast", "bulk"] == 2_000 + loopback
            assert of["ipv6Unicast", "exa"] == 1 + loopback
            assert of["ipv6Unicast", "bulk"] == 9 + loopback

    asyncio.run(go())


def test_announce_withdraw_change_and_back(lab: str) -> None:
    """Each is confirmed by count and, of ExaBGP, route by route; each table says when it had the last; heal leaves what was before."""

    async def go() -> None:
        async with living(lab) as at:
            (there,) = {r for r in receivers(at.plan, "exa") if (r.node, r.family) == ("r1", "ipv4")}
            fact = ReceivedRoutes(there.address, "ipv4")

            async def received() -> Any:
                return fact.parse((await at.ask("r1", fact.argv)).out.encode())

            before = await received()
            announced = await say(at, RouteAnnounce("exa:3000x30.0.0.0/24", Attributes(as_path=(65300,), med=9)), 0, False, lambda _: None)
            assert (announced.prefixes, announced.confirmed) == (3_000, "by count, and route by route")
            assert {t.table: t.routes - t.before for t in announced.tables if t.node == "r1"} == {
                "BGP RIB, from exa": 3_000,
                "zebra RIB": 3_000,
                "kernel": 3_000,
            }
            of_bird = {t.table: t.routes - t.before for t in announced.tables if t.node == "r3"}
            assert of_bird == {"BGP RIB, from exa": 3_000, "kernel": 3_000}
            assert all(t.after_ns is not None and 0 <= t.resolution_ns <= t.after_ns for t in announced.tables)
            changed = await say(at, RouteChange("exa:10x30.0.0.0/24", Attributes(as_path=(65300, 65301), med=8)), 0, False, lambda _: None)
            got = (await received())["30.0.3.0/24"]
            assert (got.as_path, got.med) == ((65010, 65300, 65301), 8)
            withdrawn = await say(at, RouteWithdraw("exa:30.0.3.0/24"), 0, False, lambda _: None)
            assert "30.0.3.0/24" not in await received()
            await at.release(changed.hold)  # from under the withdrawal: that still hides its own
            await settled(at, lambda now: now["30.0.4.0/24"].med == 9 and "30.0.3.0/24" not in now, received)
            await at.release(withdrawn.hold)
            await settled(at, lambda now: now.get("30.0.3.0/24") and now["30.0.3.0/24"].med == 9, received)
            await at.release(announced.hold)
            await settled(at, lambda now: now == before, received)

    asyncio.run(go())


def test_a_flap_comes_and_goes_in_its_rhythm(lab: str) -> None:
    """Two withdrawals, half a second each, as the neighbour hears them; and at the end all is there."""

    async def go() -> None:
        async with living(lab) as at:
            seen = Seen(at)
            await seen.begin()
            (r1,) = {r for r in receivers(at.plan, "exa") if (r.node, r.family) == ("r1", "ipv4")}
            watching = await at.hold("watch", "", watches=[Sessions("r1", 20 * MS)])
            whole = 50 + 1
            await settled(at, lambda state: prefixes(state, r1) == whole, lambda: look(seen))
            fault = RouteFlap("exa:50x20.0.0.0/24", period_ns=1 * S, duty=0.5, count=2)
            held = await at.hold(fault.kind, fault.subject, fault.acts(at.plan))
            counts: list[int | None] = []
            deadline = time.monotonic() + 10
            while counts[-3:] != [1, whole, 1]:
                assert time.monotonic() < deadline, counts
                if (now := prefixes(seen.state, r1)) != (counts[-1:] or [whole])[0]:
                    counts.append(now)
                await asyncio.sleep(0.01)
            await at.release(held.hold)
            await settled(at, lambda state: prefixes(state, r1) == whole, lambda: look(seen))
            seen.end()
            await at.release(watching.hold)

    asyncio.run(go())


def prefixes(state: State, r: Receiver) -> int | None:
    session = state.bgp.get((r.node, r.address, r.family))
    return None if session is None else session.prefixes


async def settled(at: Lab, holds: Any, look: Any) -> None:
    deadline = time.monotonic() + 10
    while not holds(now := await look()):
        assert time.monotonic() < deadline, now
        await asyncio.sleep(0.05)


def test_a_large_table_and_a_text_file(lab: str, tmp_path: Path) -> None:
    file = tmp_path / "routes.txt"
    file.write_text("".join(f"40.0.{i}.0/24 as-path 64500,{64600 + i} med {i}\n" for i in range(200)))

    async def go() -> None:
        async with living(lab) as at:
            large = await say(at, RouteAnnounce("bulk:50kx50.0.0.0/24"), 0, False, lambda _: None)
            assert {t.table: t.routes - t.before for t in large.tables} == {"BGP RIB, from bulk": 50_000, "zebra RIB": 50_000, "kernel": 50_000}
            listed = await say(at, RouteAnnounce(f"bulk:{file}"), 0, False, lambda _: None)
            assert listed.prefixes == 200
            route = (await bgp(at, "r1", "40.0.7.0/24"))["paths"][0]
            assert (route["aspath"]["string"], route["metric"]) == ("65020 64500 64607", 7)
            await at.release(listed.hold)
            await at.release(large.hold)
            with pytest.raises(InputError, match=r"routes\.txt:1:1"):
                file.write_text("40.0.0.0/33\n")
                await say(at, RouteAnnounce(f"bulk:{file}"), 0, False, lambda _: None)

    asyncio.run(go())


def test_a_table_that_comes_faster_than_it_can_be_watched(tmp_path: Path) -> None:
    """BIRD has it in the kernel within a second, whose announcements overrun whoever waits for one of them; `up` ends when all of it was accepted."""
    path, name = tmp_path / "t.yaml", f"{_NAME}f"
    path.write_text(
        f"name: {name}\nnodes: {{r: {{asn: 65003, device: bird}}, bulk: {{device: bulk, asn: 65020, routes: 200kx20.0.0.0/24}}}}\n"
        "links: [bulk-r]\naddress-families: [ipv4]\n"
    )
    labctl("up", str(path))
    try:
        (session,) = json.loads(labctl("show", "bgp", "--lab", name, "--json"))["rows"]
        assert session["prefixes"] == 200_001
    finally:
        labctl("down", name)


def test_too_many_for_exabgp_are_refused_with_the_remedy(lab: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "labctl", "announce", "30kx30.0.0.0/24", "--at", "exa", "--lab", lab], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "30053 prefixes are too many for ExaBGP" in done.stderr
    assert "`device: bulk` takes a million" in done.stderr


@pytest.mark.parametrize("ear", ["exa", "bulk"])
def test_the_ear(lab: str, ear: str) -> None:
    """What r1 originates and takes back is heard, with its path, and stamped between the asking and now."""

    async def go() -> None:
        heard: list[Event] = []
        async with living(lab) as at:
            await at.listen(lambda told: heard.append(told) if isinstance(told, Heard | SpeakerState) else None)
            await at.hold("ear", "", watches=[Hear(ear)])
            asn = at.plan.node("r1").bgp.asn  # type: ignore[union-attr]
            for word, announced in (("network", True), ("no network", False)):
                asked = time.monotonic_ns()
                lines = ("configure terminal", f"router bgp {asn}", "address-family ipv4 unicast", f"{word} 10.77.0.0/24")
                await at.ask("r1", ("vtysh", "-d", "bgpd", *(part for line in lines for part in ("-c", line))))
                deadline = time.monotonic() + 10
                while not (found := [h for h in heard if isinstance(h, Heard) and "10.77.0.0/24" in h.prefixes and h.announced is announced]):
                    assert time.monotonic() < deadline, heard
                    await asyncio.sleep(0.02)
                assert asked < found[0].at_ns < time.monotonic_ns()
                assert found[0].as_path == ((65001,) if announced else ())

    asyncio.run(go())


@pytest.mark.parametrize("speaker", ["exa", "bulk"])
def test_one_that_a_fault_kills_is_told_everything_again(lab: str, speaker: str) -> None:
    async def go() -> None:
        async with living(lab) as at:
            said = await say(at, RouteAnnounce(f"{speaker}:100x60.0.0.0/24"), 0, False, lambda _: None)
            seen = Seen(at)
            await seen.begin()
            ends = receivers(at.plan, speaker)
            watching = await at.hold("watch", "", watches=[Sessions("r1", 50 * MS), Sessions("r2", 50 * MS)])
            fault = DaemonKill(f"{speaker}:{'exabgp' if speaker == 'exa' else 'bulk'}")
            await settled(at, lambda state: up(state, ends[0]), lambda: look(seen))
            held = await at.hold(fault.kind, fault.subject, fault.acts(at.plan))
            await settled(at, lambda state: up(state, ends[0]) is False, lambda: look(seen))
            await at.release(held.hold)
            await seen.until(Confirmed(ends), 30 * S, lambda _: None)
            await settled(at, lambda state: state.bgp[ends[0].node, ends[0].address, ends[0].family].prefixes >= 100, lambda: look(seen))
            seen.end()
            await at.release(watching.hold)
            await at.release(said.hold)

    asyncio.run(go())


def up(state: State, r: Receiver) -> bool | None:
    session = state.bgp.get((r.node, r.address, r.family))
    return None if session is None else session.state == "Established"


async def look(seen: Seen) -> Any:
    return seen.state


def test_killed_at_twenty_instants(tmp_path: Path) -> None:
    """SIGKILL to the announcer in the middle of ten thousand routes: its session ends, its routes go, the command says that all of it is 'perhaps', and why.

    Nothing of the lab goes with it, and the lab ends without a trace.
    """
    chance = Random(20261125)
    path = tmp_path / "t.yaml"
    name = f"{_NAME}k"
    path.write_text(f"name: {name}\nnodes: {{r1: {{asn: 65001}}, exa: {{device: exabgp, asn: 65010}}}}\nlinks: [exa-r1]\n")
    told = 0
    for _ in range(20):
        labctl("up", str(path))
        try:
            told += killed(name, chance.uniform(0.6, 4))
        finally:
            labctl("down", name)
    assert told > 5


def killed(name: str, after_s: float) -> bool:
    """Whether it was in the middle."""
    with subprocess.Popen(
        [sys.executable, "-m", "labctl", "announce", "10kx20.0.0.0/24", "--at", "exa", "--lab", name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        time.sleep(after_s)
        (victim,) = announcers(name)
        os.kill(victim, signal.SIGKILL)
        out, err = command.communicate(timeout=60)
    if command.returncode:
        assert command.returncode == 4, err
        assert "may have been said, or not" in err or "exabgp ended" in err, err
    else:
        assert "confirmed by count" in out
    deadline = time.monotonic() + 20
    while json.loads(labctl("exec", "r1", "--lab", name, "--", "vtysh", "-c", "show bgp ipv4 unicast summary json"))["peers"]["10.1.128.1"]["pfxRcd"]:
        assert time.monotonic() < deadline
    return bool(command.returncode)


def announcers(name: str) -> tuple[int, ...]:
    """ExaBGP's own processes in a lab, relays not counted."""
    agent = process(next(lab["pid"] for lab in json.loads(labctl("ps", "--json")) if lab["lab"] == name))
    assert agent is not None
    return tuple(p.pid for p in of_lab(agent) if b"labctl.injectors.exabgp" in Path(f"/proc/{p.pid}/cmdline").read_bytes())
