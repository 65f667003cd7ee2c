"""What a row of the bench gives: a named figure with every sample it was made from."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Measure:
    """`target` is the most that the median may be; None: shown for comparison only."""

    name: str
    unit: str
    target: float | None
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def met(self) -> bool:
        return self.target is None or self.median <= self.target


@dataclass(frozen=True, slots=True)
class Failed:
    """A row that could not be measured, and why: never a number."""

    name: str
    reason: str


Line = Measure | Failed
