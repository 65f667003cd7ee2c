import pytest

from labctl.model.time import MS
from labctl.report.results import Spread
from labctl.report.spread import spread
from tests.unit.report.made import reading


def of(*values_ms: int | None, seed: int = 1) -> Spread:
    found = spread(tuple(reading(i, "silent-cut", "forward", None if v is None else v * MS, None) for i, v in enumerate(values_ms)), seed)
    assert found is not None
    return found


def test_of_nothing_there_is_none() -> None:
    assert spread((), 1) is None


def test_median_ends_and_spread() -> None:
    found = of(900, 700, 800)
    assert (found.count, found.median_ns, found.min_ns, found.max_ns, found.spread_ns) == (3, 800 * MS, 700 * MS, 900 * MS, 200 * MS)
    assert of(700, 900).median_ns == 800 * MS


@pytest.mark.parametrize(
    ("values", "median"),
    [((700, 800, None), 800 * MS), ((700, None, None), None), ((700, 800, None, None), None), ((None, None, None), None), ((700, 720, 740, None), 730 * MS)],
)
def test_what_did_not_end_is_longer_than_all_that_did(values: tuple[int | None, ...], median: int | None) -> None:
    found = of(*values)
    assert (found.median_ns, found.max_ns, found.spread_ns, found.sure) == (median, None, None, None)
    assert found.at_least_ns == 11_987 * MS


def test_confidence_needs_three_trials_and_follows_from_the_seed() -> None:
    assert of(700, 800).sure is None
    values = (700, 730, 760, 790, 820)
    lo, hi = of(*values).sure or (0, 0)
    assert 700 * MS <= lo < 760 * MS < hi <= 820 * MS
    assert of(*values).sure == of(*values).sure
    assert of(0, 0, 0).sure == (0, 0)
