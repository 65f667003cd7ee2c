"""What lint says: one weakness of a plan, where it comes from in the file, and what mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from labctl.model.intent import Path, Place, Places

Severity = Literal["stops", "slow", "weak"]
"""The worst first: traffic stops until it is mended; it stops longer than it need; it is a step away from that."""
_ORDER: tuple[Severity, ...] = ("stops", "slow", "weak")


@dataclass(frozen=True, slots=True)
class Advice:
    """`kind` is the rule's name, `subjects` the elements, sites or sessions that it speaks of; `fails` and `mend` are for people.

    `weight` orders those of one severity: how many directions of flows stop.
    """

    kind: str
    severity: Severity
    path: Path
    subjects: tuple[str, ...]
    fails: str
    mend: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Located:
    """An advice with its place in the file."""

    advice: Advice
    place: Place


def located(advices: Iterable[Advice], places: Places) -> tuple[Located, ...]:
    """The worst first; of the same weight what more things can bring about, then in the order of the file."""

    def order(one: Located) -> tuple[int, ...]:
        return _ORDER.index(one.advice.severity), -one.advice.weight, -len(one.advice.subjects), one.place.line, one.place.column

    return tuple(sorted((Located(advice, places.key(advice.path)) for advice in advices), key=order))
