"""The axis of devices: what a scenario is played with at the sites that the command names, each beside the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from labctl.compiler.vary_device import vary_device
from labctl.model.intent import Intent
from labctl.model.trial import Cell

AXIS: Final = "device"
_SITE: Final = "site"

Devices = tuple[tuple[str, tuple[str, ...]], ...]
"""A site's or router's name, and the kinds of device that it is to be."""


@dataclass(frozen=True, slots=True)
class Mix:
    """One device at each of the places named; `firsts` are the first ones asked for there."""

    at: tuple[tuple[str, str], ...]
    firsts: tuple[str, ...]

    def of(self, intent: Intent) -> Intent:
        for place, device in self.at:
            intent = vary_device(intent, place, device)
        return intent

    def axes(self, cell: Cell) -> tuple[tuple[str, str], ...] | None:
        """What a cell's name gets; None: another mix has this cell already. A site's cells vary with its own device alone, all others' being the first."""
        if not self.at:
            return ()
        chosen = dict(self.at)
        site = cell.value(_SITE)
        if site is None:
            several = len(self.at) > 1
            return ((AXIS, ", ".join(f"{place} {device}" if several else device for place, device in self.at)),)
        if any(device != first for (place, device), first in zip(self.at, self.firsts, strict=True) if place != site):
            return None
        return ((AXIS, chosen[site]),) if site in chosen else ()


def mixes(devices: Devices) -> Iterator[Mix]:
    """Every combination; one empty mix where nothing is asked for."""
    firsts = tuple(kinds[0] for _, kinds in devices)
    for chosen in product(*(kinds for _, kinds in devices)):
        yield Mix(tuple((place, device) for (place, _), device in zip(devices, chosen, strict=True)), firsts)
