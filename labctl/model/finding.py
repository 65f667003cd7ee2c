"""What judging a trial gives: figures with their error bars, and verdicts with their reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from labctl.model.sample import Direction
from labctl.model.time import Span


class Verdict(StrEnum):
    """PASS < UNKNOWN < FAIL: the worst of several is the verdict of all; of none it is UNKNOWN."""

    PASS = "pass"
    UNKNOWN = "unknown"
    FAIL = "fail"


_ORDER = (Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)


def worst(verdicts: "tuple[Verdict, ...]") -> Verdict:
    return max(verdicts, key=_ORDER.index, default=Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What theory says of one direction, stored before the first trial. `band` goes with kind 'band' alone; `why` is one plain sentence.

    'none' is "no budget": something that it would need could not be read, and it is not guessed.
    """

    kind: Literal["band", "zero", "never", "none"]
    band: Span | None
    why: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured length of time. `value_ns` is None when it did not end: then it is at least `at_least_ns`.

    `resolution_ns` is the half-width of the error bar; `method` names the estimator and its source.
    """

    name: str
    value_ns: int | None
    at_least_ns: int | None
    resolution_ns: int
    method: str
    flow: str | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    verdict: Verdict
    reason: str
    figures: tuple[Figure, ...] = ()


def unfit(findings: Iterable[Finding]) -> bool:
    """Whether the host or the probe was not fit: then the trial says nothing of the lab."""
    return any(f.check == "fidelity" and f.verdict is Verdict.UNKNOWN for f in findings)
