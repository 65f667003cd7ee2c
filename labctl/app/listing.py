"""`labctl list`: what there is to choose from, each with its one line, taken from the thing itself."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from labctl.app import source
from labctl.app.content import folder
from labctl.faults import MENU, Flap
from labctl.faults.offered import KINDS
from labctl.model.intent import Profile
from labctl.programs.devices import DEVICES
from labctl.programs.speakers import SPEAKERS


@dataclass(frozen=True, slots=True)
class Item:
    """`detail` is what goes with the name: a fault's subject, a profile's timers."""

    name: str
    detail: str
    about: str


def topologies() -> tuple[Item, ...]:
    return tuple(Item(path.stem, "", _first_comment(path)) for path in sorted(folder("topologies").glob("*.yaml")))


def scenarios() -> tuple[Item, ...]:
    return tuple(
        Item(path.stem, "", _first_line(ast.get_docstring(ast.parse(path.read_text())) or "")) for path in sorted(folder("scenarios").glob("[!_]*.py"))
    )


def faults() -> tuple[Item, ...]:
    items = [Item(kind, KINDS[kind][0], _about(fault)) for kind, fault in MENU.items()]
    return (*items, Item(Flap.kind, "--fault FAULT SUBJECT", _about(Flap)))


def profiles() -> tuple[Item, ...]:
    return tuple(Item(name, _timers(profile), profile.title) for name, profile in source.profiles().items())


def devices() -> tuple[Item, ...]:
    about = {
        **{name: speaker.about for name, speaker in SPEAKERS.items()},
        "linux": "a host, or a carrier: the kernel alone",
        "exabgp": "injects routes and hears them: ExaBGP, up to 20 000 prefixes, any attribute",
        "bulk": "the same for tables of real size: labctl's own speaker, a million prefixes, MRT dumps",
    }
    theirs = Item("kind: KIND", "", "a device of somebody else's, of any of containerlab's kinds, with its own image and configuration")
    return (*(Item(name, "", about[name]) for name in DEVICES if name in about), theirs)


KINDS_OF: Final[Mapping[str, Callable[[], tuple[Item, ...]]]] = {
    "topologies": topologies,
    "scenarios": scenarios,
    "faults": faults,
    "profiles": profiles,
    "devices": devices,
}


def _timers(profile: Profile) -> str:
    bfd = f"BFD {profile.bfd.tx_ms}x{profile.bfd.multiplier}" if profile.bfd else "no BFD"
    return f"{profile.timers or 'no BGP'}, {bfd}"


def _first_comment(path: Path) -> str:
    first = path.read_text().partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""


def _about(fault: type) -> str:
    """Its docstring's first sentence; its module's where that says more than the class can (Flap), or where dataclass wrote it (Noop)."""
    said = fault.__doc__ or ""
    if said.startswith(f"{fault.__name__}(") or fault is Flap:
        said = (import_module(fault.__module__).__doc__ or "").removeprefix("Flap: ")
    return _sentence(said)


def _sentence(text: str) -> str:
    """The first one, without the marks of code."""
    first = _first_line(text)
    return first.partition(". ")[0].rstrip(".")


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip().replace("`", "")
