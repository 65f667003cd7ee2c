"""FRR's facts: real answers of its daemons (NAME-VERSION-CASE.txt), and what is read from each (the same name, .json)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from labctl.model.codec import encode
from labctl.programs.base import Fact
from labctl.programs.frr.facts.bfd import BfdSessions
from labctl.programs.frr.facts.bgp import BgpSessions
from labctl.programs.frr.facts.release import Release
from labctl.programs.frr.facts.routes import Routes
from labctl.programs.frr.facts.running import Running
from labctl.programs.frr.facts.static_bfd import StaticBfd

HERE = Path(__file__).parent / "frr"

FACTS: Final[dict[str, Fact[object]]] = {
    "bgp": BgpSessions(),
    "bfd": BfdSessions(),
    "routes4": Routes(),
    "routes6": Routes("ipv6"),
    "running": Running("bgpd"),
    "release": Release(),
    "static_bfd": StaticBfd(),
}


@pytest.mark.parametrize("case", sorted(p.stem for p in HERE.glob("*.txt")))
def test_answer(case: str, golden: Callable[[Path, str], None]) -> None:
    fact = FACTS[case.split("-", maxsplit=1)[0]]
    value = fact.parse((HERE / f"{case}.txt").read_bytes())
    golden(HERE / f"{case}.json", json.dumps(encode(value), indent=1) + "\n")


@pytest.mark.parametrize("fact", [BgpSessions(), BfdSessions(), Routes(), Running("bgpd"), Release(), StaticBfd()], ids=lambda fact: type(fact).__name__)
def test_what_is_no_answer_is_an_error(fact: Fact[object]) -> None:
    with pytest.raises(ValueError):
        fact.parse(b"% Unknown command: show nothing\n")


def test_a_router_without_sessions() -> None:
    assert BgpSessions().parse(b"{}\n") == ()
    assert BfdSessions().parse(b"[]\n") == ()


def test_every_question_goes_to_one_daemon() -> None:
    for fact in FACTS.values():
        assert fact.argv[:2] == ("vtysh", "-d")
        assert fact.argv[3] == "-c"
