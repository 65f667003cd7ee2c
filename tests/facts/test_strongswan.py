"""strongSwan's facts: real answers (NAME-VERSION-CASE.txt), and what is read from each (the same name, .json)."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.model.codec import encode
from labctl.programs.strongswan.facts.sas import Sas

HERE = Path(__file__).parent / "strongswan"


@pytest.mark.parametrize("case", sorted(p.stem for p in HERE.glob("*.txt")))
def test_answer(case: str, golden: Callable[[Path, str], None]) -> None:
    golden(HERE / f"{case}.json", json.dumps(encode(Sas().parse((HERE / f"{case}.txt").read_bytes())), indent=1) + "\n")


@pytest.mark.parametrize(
    "answer", [b"connecting to 'unix:///run/strongswan/charon.vici' failed: Connection refused\n", b"list-sa event {a {state=UP\nlist-sas reply {}\n"]
)
def test_what_is_no_answer_is_an_error(answer: bytes) -> None:
    with pytest.raises(ValueError, match="no "):
        Sas().parse(answer)
