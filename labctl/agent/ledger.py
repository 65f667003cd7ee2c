"""What is held and no kernel takes back by itself, on disk before it is done: an agent that finds entries of one that was killed undoes them first.

Only labs that outlive their agents have one. Drops need none: their table goes with the agent's socket. Feeds need none: speakers end with the agent.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.agent.acts.link import Taken, find, taken
from labctl.agent.nodes import Node
from labctl.model.act import Act, Drop, Feed, LinkAdmin, Replay, Run, each
from labctl.model.codec import decode, encode


@dataclass(frozen=True, slots=True)
class Entry:
    """By the act's position: `taken` is what the kernel takes with a link that goes down, `up` whether it was up before."""

    number: int
    label: str
    subject: str
    acts: tuple[Act, ...]
    taken: tuple[tuple[Taken, ...], ...]
    up: tuple[bool, ...]


class Ledger:
    """One line an entry, one line when it is done with. `left` are the entries of an agent before this one, youngest first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _mend(path)
        self.left = _left(path)
        self._numbers = max((entry.number for entry in self.left), default=0)

    def enter(self, label: str, subject: str, acts: tuple[Act, ...], nodes: Mapping[str, Node]) -> int | None:
        """Its number; None when the kernel takes all of it back."""
        owed = tuple(act for act in each(acts) if not (isinstance(act, Drop | Feed | Replay) or (isinstance(act, Run) and act.undo is None)))
        if not owed:
            return None
        self._numbers += 1
        lost = tuple(taken(nodes[act.node].netlink, act) if isinstance(act, LinkAdmin) else () for act in owed)
        up = tuple(find(nodes[act.node].netlink, act).up if isinstance(act, LinkAdmin) else False for act in owed)
        self._write({"entry": encode(Entry(self._numbers, label, subject, owed, lost, up))})
        return self._numbers

    def strike(self, number: int) -> None:
        self._write({"done": number})

    def _write(self, line: object) -> None:
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fdatasync(file.fileno())


def _mend(path: Path) -> None:
    """The last line may be torn: what it would have entered was not yet done, and the next one begins anew."""
    if path.exists():
        text = path.read_bytes()
        os.truncate(path, text.rfind(b"\n") + 1)


def _left(path: Path) -> tuple[Entry, ...]:
    entries: dict[int, Entry] = {}
    for text in path.read_text().splitlines() if path.exists() else ():
        line = json.loads(text)
        if "entry" in line:
            entry: Entry = decode(Entry, line["entry"])
            entries[entry.number] = entry
        else:
            entries.pop(line["done"], None)
    return tuple(reversed(entries.values()))
