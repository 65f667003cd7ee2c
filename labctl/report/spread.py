"""What several trials come to: median, ends and an interval of confidence, with outages that did not end counted as longer than all that did."""

import numpy as np

from labctl.report.results import Reading, Spread

_RESAMPLES = 2000
_FEWEST = 3


def spread(readings: tuple[Reading, ...], seed: int) -> Spread | None:
    """None of no readings. The same seed gives the same interval."""
    if not readings:
        return None
    ended = sorted(r.outage_ns for r in readings if r.outage_ns is not None)
    least = [r.at_least_ns or 0 for r in readings if r.outage_ns is None]
    return Spread(
        count=len(readings),
        median_ns=_median(ended, len(readings)),
        min_ns=ended[0] if ended else None,
        max_ns=ended[-1] if len(ended) == len(readings) else None,
        at_least_ns=min(least, default=None),
        sure=_interval(ended, seed) if len(ended) == len(readings) >= _FEWEST else None,
        resolution_ns=max(r.resolution_ns for r in readings),
        lost=max(r.lost for r in readings),
        came_back=any(r.came_back and not r.ended for r in readings),
    )


def _median(ended: list[int], count: int) -> int | None:
    """None when it falls on one that did not end."""
    low, high = (count - 1) // 2, count // 2
    return (ended[low] + ended[high]) // 2 if high < len(ended) else None


def _interval(values: list[int], seed: int) -> tuple[int, int]:
    """Percentile bootstrap, 2.5 % to 97.5 % of the medians of resamples."""
    chance = np.random.default_rng(seed)
    drawn = chance.choice(np.array(values, dtype=np.int64), (_RESAMPLES, len(values)))
    lo, hi = np.percentile(np.median(drawn, axis=1), (2.5, 97.5))
    return int(lo), int(hi)
