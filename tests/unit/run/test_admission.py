"""How many labs play side by side."""

from pathlib import PurePosixPath

import pytest

from labctl.app import source
from labctl.app.scenarios import scenario
from labctl.programs.base import Versions
from labctl.programs.frr.timing import FLOOR
from labctl.run.admission import admitted
from labctl.scenario.base import Choices

FRR_8 = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)


@pytest.mark.parametrize(("routes", "labs"), [("1k", 3), ("10k", 1), ("200k", 1)])
def test_what_moves_a_large_table_plays_alone_on_two_processors(routes: str, labs: int) -> None:
    choices = Choices({"routes": frozenset({routes})}, None, False, frozenset({"ipv4"}), {}, FLOOR)
    cases = scenario("scale").cases(source.intent("bulk"), choices, FRR_8)
    assert (admitted(cases, 2), admitted(cases, 8) > 1) == (labs, True)


def test_esp_in_user_space_takes_a_share_of_its_own() -> None:
    choices = Choices({"routing": frozenset({"bgp+bfd@300x3"})}, None, False, frozenset({"ipv4"}), {}, FLOOR)
    jobs = [admitted(scenario("failover").cases(source.intent("ipsec", [f"sites.branch.tunnel={kind}"]), choices, FRR_8), 8) for kind in ("plain", "ipsec")]
    assert jobs[0] > jobs[1] > 1
