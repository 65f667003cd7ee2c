"""BIRD's facts: real answers (NAME-VERSION-CASE.txt), and what is read from each (the same name, .json)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from labctl.model.codec import encode
from labctl.programs.base import Fact
from labctl.programs.bird.facts.bfd import BfdSessions
from labctl.programs.bird.facts.bgp import BgpEnds, BgpSessions
from labctl.programs.bird.facts.routes import Routes

HERE = Path(__file__).parent / "bird"

FACTS: Final[dict[str, Fact[object]]] = {"bgp": BgpSessions(), "ends": BgpEnds(), "bfd": BfdSessions(), "routes": Routes()}


@pytest.mark.parametrize("case", sorted(p.stem for p in HERE.glob("*.txt")))
def test_answer(case: str, golden: Callable[[Path, str], None]) -> None:
    fact = FACTS[case.split("-", maxsplit=1)[0]]
    value = fact.parse((HERE / f"{case}.txt").read_bytes())
    golden(HERE / f"{case}.json", json.dumps(encode(value), indent=1) + "\n")


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: type(fact).__name__)
def test_what_is_no_answer_is_an_error(fact: Fact[object]) -> None:
    with pytest.raises(ValueError, match="no "):
        fact.parse(b"Access denied.\n")
