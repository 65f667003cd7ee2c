"""`labctl down`: ends labs; the kernel takes everything that was theirs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from labctl.errors import LabctlError, RefusedError
from labctl.runtimes.base import Runtime


@dataclass(frozen=True, slots=True)
class Ended:
    """`failed` is '' when it is gone; `refused`: there was none to end. `foreign`: it was let go of, and its containers stay."""

    lab: str
    took_ns: int
    failed: str
    refused: bool = False
    foreign: bool = False


def down(runtime: Runtime, names: Sequence[str]) -> tuple[Ended, ...]:
    """Each is tried, whatever became of the others."""
    return tuple(_end(runtime, name) for name in names)


def _end(runtime: Runtime, name: str) -> Ended:
    began = time.monotonic_ns()
    try:
        foreign = runtime.destroy(name)
    except LabctlError as wrong:
        return Ended(name, time.monotonic_ns() - began, str(wrong), isinstance(wrong, RefusedError))
    return Ended(name, time.monotonic_ns() - began, "", foreign=foreign)
