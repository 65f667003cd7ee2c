"""GoBGP's facts: real answers (VERSION-CASE.txt), and what is read from each (the same name, .json); one answer has BGP's sessions and BFD's."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from labctl.model.codec import encode
from labctl.programs.base import Fact
from labctl.programs.gobgp.facts.bfd import BfdSessions
from labctl.programs.gobgp.facts.bgp import BgpEnds, BgpSessions

HERE = Path(__file__).parent / "gobgp"

FACTS: Final[dict[str, Fact[object]]] = {"bgp": BgpSessions(), "ends": BgpEnds(), "bfd": BfdSessions()}


@pytest.mark.parametrize("case", sorted(p.stem for p in HERE.glob("*.txt")))
def test_answer(case: str, golden: Callable[[Path, str], None]) -> None:
    answer = (HERE / f"{case}.txt").read_bytes()
    value = {name: encode(fact.parse(answer)) for name, fact in FACTS.items()}
    golden(HERE / f"{case}.json", json.dumps(value, indent=1) + "\n")


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: type(fact).__name__)
@pytest.mark.parametrize("said", [b'{"error":"context deadline exceeded"}\n', b"no route to host\n", b""], ids=["error", "text", "nothing"])
def test_what_is_no_answer_is_an_error(fact: Fact[object], said: bytes) -> None:
    with pytest.raises(ValueError, match="no neighbors"):
        fact.parse(said)
