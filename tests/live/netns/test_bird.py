"""A site whose edge is BIRD, in the shape of dual-pop: its sessions, what a silent cut costs it, and how long it stays away afterwards."""

import os
from collections.abc import Iterator, Mapping

import pytest

from labctl.app import show
from labctl.model.finding import Finding, Verdict
from labctl.model.time import MS
from labctl.programs.speakers import SPEAKERS
from tests.live.netns.edge import shut_and_open_again, silent_cut
from tests.live.netns.living import Living, begin, end


@pytest.fixture(scope="module")
def dual() -> Iterator[Living]:
    living = begin("dual-pop", f"bird{os.getpid()}", ["sites.branch.device=bird"])
    living.steady()
    yield living
    end(living)


def test_its_sessions_are_up_with_the_agreed_timers(dual: Living) -> None:
    bgp = dual.run(show.bgp(dual.lab, "branch")).rows
    assert {(s.family, s.state, s.keepalive_s, s.hold_s, s.prefixes) for s in bgp} == {("ipv4", "Established", 3, 9, 4), ("ipv6", "Established", 3, 9, 4)}
    bfd = dual.run(show.bfd(dual.lab, "branch")).rows
    assert {(s.up, s.send_ns, s.detect_ns) for s in bfd} == {(True, 300 * MS, 900 * MS)}
    assert len(bgp) == len(bfd) == 4


def test_a_session_is_shut_and_opened_again_by_its_own_command_line(dual: Living) -> None:
    shut_and_open_again(dual)


@pytest.fixture(scope="module")
def cut(dual: Living, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Finding]:
    return silent_cut(dual, tmp_path_factory.mktemp("bird") / "run")


def test_a_silent_cut_costs_what_its_timers_say(cut: Mapping[str, Finding]) -> None:
    assert cut["outage"].verdict is Verdict.PASS, cut["outage"].reason
    assert cut["steady"].verdict is Verdict.PASS, cut["steady"].reason


def test_it_tells_by_its_log_what_led_to_what(cut: Mapping[str, Finding]) -> None:
    assert "BFD 172.16.160.1 down (control-expired)" in cut["detection"].reason
    assert "BGP 172.16.160.1 down (Cease/BFD Down)" in cut["detection"].reason


def test_it_stays_away_for_its_error_wait(cut: Mapping[str, Finding]) -> None:
    assert cut["reversion"].verdict is Verdict.PASS, cut["reversion"].reason
    wait = SPEAKERS["bird"].timing.back_wait
    assert wait is not None
    assert len(cut["reversion"].figures) == 2
    for figure in cut["reversion"].figures:
        assert figure.value_ns is not None
        assert figure.value_ns >= wait.lo_ns
