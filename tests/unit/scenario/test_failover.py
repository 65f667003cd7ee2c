"""Failover's cells: which ways of routing a site can be given."""

from pathlib import PurePosixPath

from labctl.app import source
from labctl.app.scenarios import scenario
from labctl.programs.base import Versions
from labctl.programs.frr.timing import FLOOR
from labctl.scenario.base import Choices

FRR_10 = Versions((10, 3, 0), PurePosixPath("/usr/lib/frr"), static_bfd=True)


def absent(topology: str) -> dict[str, str]:
    """Way of routing → why it is not played."""
    choices = Choices({}, None, False, frozenset({"ipv4"}), {}, FLOOR)
    return {case.cell.value("routing") or "": case.absent for case in scenario("failover").cases(source.intent(topology), choices, FRR_10)}


def test_a_configuration_of_the_users_own_is_not_given_another_way_of_routing() -> None:
    why = absent("own-edge")
    assert why["static"] == why["static+bfd"]
    assert why["static"].startswith("the frr.conf of mine is the user's own and is written for bgp+bfd")
    assert (why["bgp@3/9"], why["bgp+bfd@300x3"]) == ("", "")


def test_a_site_of_ours_is_given_all_of_them() -> None:
    assert not any(absent("dual-pop").values())
