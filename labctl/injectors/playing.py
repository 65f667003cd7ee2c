"""A replay on its way: which updates of a dump are due, and how late they were at most."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from labctl.model.act import Replay
from labctl.model.routes import Family
from labctl.programs.bgp.change import Change
from labctl.programs.bgp.mrt.records import unpacked
from labctl.programs.bgp.mrt.replay import Replayed, replay

_AT_ONCE: Final = 500
"""Updates that are handed on together, so that nothing else waits for long."""


class Playing:
    """It is read as it is played; read once before, to say at once what is wrong with it. ValueError, OSError."""

    def __init__(self, asked: Replay, now_ns: int) -> None:
        self._speed = asked.speed
        self._data = unpacked(Path(asked.path).read_bytes())
        self.asked: Counter[Family] = Counter()
        for one in self._replayed(asked):
            self.asked[one.change.family] += len(one.change.nlri)
        self.done: Counter[Family] = Counter()
        self.late_ns = 0
        self._began_ns = now_ns
        self._left: Iterator[Replayed] = self._replayed(asked)
        self._next = next(self._left, None)

    def _replayed(self, asked: Replay) -> Iterator[Replayed]:
        return replay(self._data, asked.path, asked.peer)

    @property
    def due_ns(self) -> int | None:
        """When the next one is to be said; None when all are."""
        return None if self._next is None else self._began_ns + (round(self._next.after_ns / self._speed) if self._speed else 0)

    def take(self, now_ns: int) -> tuple[Change, ...]:
        """Those whose time has come, some of them where there are many."""
        found = tuple(islice(self._due(now_ns), _AT_ONCE))
        for change in found:
            self.done[change.family] += len(change.nlri)
        return found

    def _due(self, now_ns: int) -> Iterator[Change]:
        while self._next is not None and (due := self.due_ns) is not None and due <= now_ns:
            if self._speed:
                self.late_ns = max(self.late_ns, now_ns - due)
            change, self._next = self._next.change, next(self._left, None)
            yield change
