"""The forms of a whole matrix: golden text and Markdown, widths, colours, and the document."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.report import document, listing, markdown, one, text
from tests.unit.report.made import matrix

HERE = Path(__file__).parent
Golden = Callable[[Path, str], None]


def test_text(golden: Golden) -> None:
    golden(HERE / "golden" / "failover.txt", text(matrix()))


def test_narrow_text(golden: Golden) -> None:
    golden(HERE / "golden" / "failover-100.txt", text(matrix(), 100))


def test_markdown(golden: Golden) -> None:
    golden(HERE / "golden" / "failover.md", markdown(matrix()))


def test_listing(golden: Golden) -> None:
    golden(HERE / "golden" / "trials.txt", listing(matrix()))


def test_one_trial(golden: Golden) -> None:
    found = one(matrix(), 30)
    assert found is not None
    golden(HERE / "golden" / "trial-30.txt", found)
    assert one(matrix(), 99) is None


def test_document(golden: Golden) -> None:
    told = document(matrix())
    one_cell = next(c for c in told["cells"] if c["axes"] == {"site": "branch", "fault": "silent cut behind the provider", "routing": "bgp+bfd@300x3"})
    golden(HERE / "golden" / "cell.json", json.dumps(one_cell, indent=1, ensure_ascii=False) + "\n")
    assert (told["format"], told["verdict"], told["exit_code"]) == (1, "fail", 1)
    assert next(c["absent"] for c in told["cells"] if c["axes"]["routing"] == "static+bfd")
    never = next(c for c in told["cells"] if c["axes"]["routing"] == "static")["directions"][0]
    assert (never["median_ns"], never["at_least_ns"], never["trials"][0]["outage_ns"], never["trials"][0]["ended"]) == (None, 11_987_000_000, None, False)


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_line_is_wider_than_asked(width: int) -> None:
    assert max(len(line) for line in text(matrix(), width).splitlines()) <= width


def test_colours_change_no_column() -> None:
    coloured = text(matrix(), colour=True)
    assert "\x1b[32m✓\x1b[0m" in coloured and "\x1b[31m✗\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == text(matrix())
    assert "\x1b" not in text(matrix())


def test_every_name_of_the_document_is_described() -> None:
    page = (HERE.parents[2] / ".github" / "formats" / "run-json.md").read_text()

    def names(value: object, free: bool = False) -> set[str]:
        if isinstance(value, list):
            return {n for v in value for n in names(v)}
        if not isinstance(value, dict):
            return set()
        return {n for k, v in value.items() for n in ({k} if not free else set()) | names(v, k in ("axes", "cell", "versions", "host", "limits"))}

    assert {name for name in names(document(matrix())) if f"`{name}`" not in page} == set()
