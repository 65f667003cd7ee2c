"""The replays that a bulk speaker plays: each is a layer that grows by what is due, and waits where a peer takes no more."""

import time
from collections.abc import Callable
from typing import Final

from labctl.injectors.peer import Speaking
from labctl.injectors.playing import Playing
from labctl.model.act import Replay
from labctl.model.event import Fed
from labctl.model.routes import Family
from labctl.programs.bgp.table import Table

_TELL_EVERY_NS: Final = 100_000_000
_BEHIND: Final = 4
"""What is due is not handed to a peer that has so much before it: it is late then, and says so."""


class Replays:
    def __init__(self, node: str, table: Table, peers: tuple[Speaking, ...], tell: Callable[[Fed], None]) -> None:
        self._node = node
        self._table = table
        self._peers = peers
        self._tell = tell
        self._playing: dict[int, Playing] = {}
        self._told_ns = 0

    @property
    def due_ns(self) -> int | None:
        """None: nothing is to be done by itself."""
        if self._behind:
            return None
        dues = [playing.due_ns for playing in self._playing.values()]
        return min((due for due in dues if due is not None), default=self._told_ns + _TELL_EVERY_NS if self._playing else None)

    def begin(self, number: int, asked: Replay) -> None:
        """ValueError or OSError with what is wrong with the dump: then nothing has begun."""
        playing = Playing(asked, time.monotonic_ns())
        self._playing[number] = playing
        self._table.play(number, ())
        self._say(playing, over=False)

    def end(self, number: int) -> dict[Family, int]:
        """Of which families it would have said more: 0 each. Its layer is left as it is."""
        playing = self._playing.pop(number, None)
        return dict.fromkeys(playing.asked, 0) if playing is not None else {}

    def go_on(self, now_ns: int) -> None:
        for number, playing in tuple(self._playing.items()):
            if not self._behind and (changes := playing.take(now_ns)):
                saying = self._table.play(number, changes)
                for peer in self._peers:
                    peer.tell(saying, lambda _: None, lambda: None)
            if playing.due_ns is None and not any(peer.waiting for peer in self._peers):
                del self._playing[number]
                self._say(playing, over=True)
            elif now_ns - self._told_ns > _TELL_EVERY_NS:
                self._say(playing, over=False)

    @property
    def _behind(self) -> bool:
        return any(peer.waiting >= _BEHIND for peer in self._peers)

    def _say(self, playing: Playing, over: bool) -> None:
        self._told_ns = time.monotonic_ns()
        total = self._table.count() if over else {}
        for family, asked in playing.asked.items():
            self._tell(Fed(self._told_ns, self._node, family, playing.done[family], asked, total.get(family), playing.late_ns))
