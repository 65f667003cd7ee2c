"""A site whose edge is GoBGP, in the shape of dual-pop: its sessions, what a silent cut costs it, how long it stays away, and who writes its routes."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from labctl.app import making, show, source
from labctl.app.runtimes import runtime
from labctl.faults.node import DaemonKill
from labctl.lab import Lab, connect
from labctl.model.finding import Finding, Verdict
from labctl.model.time import MS, S
from labctl.programs.gobgp.speaker import GOBGP
from labctl.runtimes.netns.host import find
from tests.live.netns.edge import shut_and_open_again, silent_cut
from tests.live.netns.living import Living, begin, end

assert GOBGP.needs is not None
FOUND = find(GOBGP.needs)
NEEDED = FOUND is not None and FOUND.version >= (4, 8, 0)

pytestmark = pytest.mark.skipif(not NEEDED, reason="no GoBGP from 4.8 on: `make gobgp` builds one where Go is")


@pytest.fixture(scope="module")
def dual() -> Iterator[Living]:
    living = begin("dual-pop", f"gobgp{os.getpid()}", ["sites.branch.device=gobgp"])
    living.steady()
    yield living
    end(living)


def test_its_sessions_are_up_with_the_agreed_timers(dual: Living) -> None:
    bgp = dual.run(show.bgp(dual.lab, "branch")).rows
    assert {(s.family, s.state, s.keepalive_s, s.hold_s, s.prefixes) for s in bgp} == {("ipv4", "Established", 3, 9, 4), ("ipv6", "Established", 3, 9, 4)}
    bfd = dual.run(show.bfd(dual.lab, "branch")).rows
    assert {(s.up, s.send_ns) for s in bfd} == {(True, 300 * MS)}
    assert len(bgp) == len(bfd) == 4


def test_who_writes_its_routes_is_said(dual: Living) -> None:
    (said,) = show.writers(dual.lab, None)
    assert said.startswith("branch: ")
    assert said.endswith("writes GoBGP's routes into the kernel")


def test_a_session_is_shut_and_opened_again_by_its_own_command_line(dual: Living) -> None:
    shut_and_open_again(dual)


def test_a_daemon_started_again_announces_its_networks_again(dual: Living) -> None:
    async def killed() -> None:
        held = await dual.inject(DaemonKill("branch:gobgpd"))
        await dual.lab.release(held.hold)

    dual.run(killed())
    dual.steady()


@pytest.fixture(scope="module")
def cut(dual: Living, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Finding]:
    return silent_cut(dual, tmp_path_factory.mktemp("gobgp") / "run")


def test_a_silent_cut_costs_what_its_timers_say(cut: Mapping[str, Finding]) -> None:
    assert cut["outage"].verdict is Verdict.PASS, cut["outage"].reason
    assert cut["steady"].verdict is Verdict.PASS, cut["steady"].reason


def test_it_tells_by_its_log_what_led_to_what(cut: Mapping[str, Finding]) -> None:
    assert "BFD 172.16.160.1 down (control-expired)" in cut["detection"].reason
    assert "BGP 172.16.160.1 down (Cease/Administrative Reset, BFD Down)" in cut["detection"].reason


def test_it_stays_away_for_its_idle_hold(cut: Mapping[str, Finding]) -> None:
    assert cut["reversion"].verdict is Verdict.PASS, cut["reversion"].reason
    assert len(cut["reversion"].figures) == 2
    for figure in cut["reversion"].figures:
        assert figure.value_ns is not None
        assert figure.value_ns >= 30 * S - figure.resolution_ns


@pytest.fixture
def unlike() -> Iterator[Living]:
    """The site's FRR is taken for another one, whose zebra GoBGP cannot talk to."""
    plan, on = source.plan("dual-pop", ["sites.branch.device=gobgp"], f"fib{os.getpid()}"), runtime("netns")
    versions = on.versions(plan)
    other = replace(versions.of("branch"), frr=(10, 3, 0))
    files = making.files(plan, replace(versions, apart=(*((node, of) for node, of in versions.apart if node != "branch"), ("branch", other))))
    runner = asyncio.Runner()

    async def made() -> Lab:
        lab = await connect(on.create(plan, files), "a test")
        await lab.until_alive(lambda progress: None)
        return lab

    living = Living(runner, runner.run(made()))
    yield living
    end(living)


def test_where_zebra_cannot_a_program_of_ours_writes_the_routes(unlike: Living) -> None:
    unlike.steady()
    daemons = {daemon.name for daemon in unlike.run(unlike.lab.look()).daemons if daemon.node == "branch"}
    assert daemons == {"gobgpd", "fib"}
    defaults = {("default", "172.16.160.1", "bgp"), ("default", "fd00:16:0:a00::1", "bgp")}

    def theirs() -> set[tuple[str, str, str]]:
        rows = unlike.run(show.routes(unlike.lab, "branch")).rows
        return {(r.prefix, r.via, r.protocol) for r in rows if r.prefix == "default"}

    assert theirs() == defaults

    async def killed() -> None:
        held = await unlike.inject(DaemonKill("branch:gobgpd"))
        gone = asyncio.get_running_loop().time() + 5
        while any(r.prefix == "default" for r in (await show.routes(unlike.lab, "branch")).rows):
            assert asyncio.get_running_loop().time() < gone, "the routes of a dead GoBGP stay"
            await asyncio.sleep(0.05)
        await unlike.lab.release(held.hold)

    unlike.run(killed())
    unlike.steady()
    assert theirs() == defaults
