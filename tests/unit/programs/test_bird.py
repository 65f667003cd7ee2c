"""BIRD as a program: what it refuses, what its command line is told, where its configuration was not taken."""

from pathlib import PurePosixPath

import pytest

from labctl.app import source
from labctl.compiler import compile_plan
from labctl.errors import RefusedError
from labctl.faults.session import GracefulShutdown, SessionClear, SessionShutdown
from labctl.model.act import Run
from labctl.model.page import NodeFiles, Page
from labctl.programs.bird.rejected import rejections
from labctl.programs.bird.version import parse_version
from labctl.programs.bird.words import preference
from labctl.runtimes import refused

PLAN = compile_plan(source.intent("dual-pop", ["sites.branch.device=bird"]))
SAID = "bird: /etc/bird/bird.conf:3:1 syntax error, unexpected CF_SYM_UNDEFINED\n"


def test_its_version_and_that_of_another_age() -> None:
    assert parse_version("BIRD version 2.0.12\n") == (2, 0, 12)
    assert parse_version("BIRD version 2.17\n") == (2, 17, 0)
    with pytest.raises(ValueError, match="no version of BIRD 2"):
        parse_version("BIRD version 1.6.8\n")


def test_a_session_is_a_protocol_named_by_its_peer() -> None:
    assert SessionShutdown("branch:fra").acts(PLAN) == (
        Run("branch", ("birdc", "disable", "'172.16.160.1'"), ("birdc", "enable", "'172.16.160.1'")),
        Run("branch", ("birdc", "disable", "'fd00:16:0:a00::1'"), ("birdc", "enable", "'fd00:16:0:a00::1'")),
    )
    hard, soft = (SessionClear("branch:fra", how).acts(PLAN)[0] for how in ("hard", "soft"))
    assert (hard, soft) == (Run("branch", ("birdc", "restart", "'172.16.160.1'"), None), Run("branch", ("birdc", "reload", "'172.16.160.1'"), None))


def test_what_it_has_no_command_for_is_refused_before_anything_is_done() -> None:
    with pytest.raises(RefusedError, match=r"branch runs BIRD, which has no command for a graceful shutdown \(RFC 8326\)"):
        GracefulShutdown("branch").acts(PLAN)


def test_a_line_that_it_does_not_take_is_told_with_its_text() -> None:
    files = NodeFiles({PurePosixPath("/etc/bird/bird.conf"): Page("router id 1.2.3.4;\n\nfoo bar;\n")}, (), (), (), ())
    assert refused.at_start(PLAN.node("branch"), files, SAID) == ("branch: line 3: foo bar; (syntax error, unexpected CF_SYM_UNDEFINED)",)
    assert rejections("2026-11-25 08:32:27.080469 <INFO> Started\n") == ()


def test_a_nearer_distance_is_a_higher_preference_on_the_right_side_of_bgp() -> None:
    distances = (1, 10, 20, 210, 211)
    found = [preference(d) for d in distances]
    assert found == sorted(found, reverse=True)
    assert [p > 100 for p in found] == [True, True, False, False, False]
