"""An axis changes one site's routing, and says so when it cannot."""

from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load, load_profiles, vary
from labctl.errors import InputError
from labctl.model.intent import Intent
from labctl.model.plan import Bfd

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def intent() -> Intent:
    profiles = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "profiles/timers.yaml")
    return load((ROOT / "topologies" / "dual-pop.yaml").read_text(), "dual-pop.yaml", profiles)


@pytest.mark.parametrize("mode", ["static", "static+bfd", "bgp", "bgp+bfd"])
def test_mode_of_one_site(intent: Intent, mode: str) -> None:
    plan = compile_plan(vary(intent, site="branch", mode=mode))
    assert [s.mode for s in plan.sites] == [mode, "bgp+bfd", "bgp+bfd"]
    assert plan.site("branch").bfd == (Bfd(300, 300, 3) if mode.endswith("+bfd") else None)


def test_every_site(intent: Intent) -> None:
    plan = compile_plan(vary(intent, mode="bgp", timers="1/3"))
    assert {(s.mode, s.keepalive_s, s.hold_s) for s in plan.sites} == {("bgp", 1, 3)}


def test_addresses_do_not_move(intent: Intent) -> None:
    one, two = compile_plan(intent), compile_plan(vary(intent, site="plant", mode="static"))
    assert [(n.name, n.interfaces) for n in one.nodes] == [(n.name, n.interfaces) for n in two.nodes]


def test_profile_stands_for_timers_and_bfd(intent: Intent) -> None:
    site = compile_plan(vary(intent, site="branch", profile="gcp-interconnect")).site("branch")
    assert (site.profile, site.keepalive_s, site.hold_s, site.bfd) == ("gcp-interconnect", 20, 60, Bfd(1000, 1000, 5))


def test_nothing_changed_is_the_same(intent: Intent) -> None:
    assert vary(intent) == intent


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"site": "brnch"}, "axis site=brnch: there is no site 'brnch'\n    did you mean 'branch'?"),
        ({"mode": "bgp-bfd"}, "axis mode=bgp-bfd: 'bgp-bfd' is no routing mode\n    did you mean 'bgp+bfd' or 'bgp'?"),
        ({"timers": "3"}, "axis timers=3: '3' are no BGP timers\n    write keepalive/hold in seconds: 3/9"),
        ({"bfd": "5x3"}, "axis bfd=5x3: a BFD interval of 5 ms is out of range\n    FRR takes 10 to 60000 ms"),
        ({"profile": "nobody-at-all"}, "axis profile=nobody-at-all: there is no profile 'nobody-at-all'\n    known: "),
        ({"profile": "azure-vpngw"}, "axis profile=azure-vpngw: azure-vpngw offers no BFD, but the mode is bgp+bfd\n    write mode: bgp "),
        ({"mode": "bgp", "bfd": "50x3"}, "axis mode=bgp bfd=50x3: bfd is set, but the mode is bgp: nothing would use it\n    "),
    ],
)
def test_refused(intent: Intent, axes: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as raised:
        vary(intent, **axes)
    assert str(raised.value).startswith(message)
    assert len(raised.value.problems) == 1
