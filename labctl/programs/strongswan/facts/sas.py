"""The SAs of a node as charon tells them (`swanctl --list-sas --raw`: its messages as text, names before `=`, `{` or `[`)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r"([^\s={}\[\]]+)(?:=\[([^\]]*)\]|=([^\s{}]*)|\s*\{)|(\})")
_EVENT: Final = "list-sa event {"
_INSTALLED: Final = ("INSTALLED", "REKEYING", "REKEYED")

Section = dict[str, "str | Section"]


@dataclass(frozen=True, slots=True)
class Sa:
    """An IKE SA and its child. `esp`: the child carries packets, of which `sent` and `received` are bytes. `since_s`: how long the SA is up, None before."""

    tunnel: str
    state: str
    local: str
    remote: str
    since_s: int | None
    esp: bool
    cipher: str
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class Sas:
    argv: tuple[str, ...] = ("swanctl", "--list-sas", "--raw")

    def parse(self, out: bytes) -> tuple[Sa, ...]:
        """ValueError when it is no such answer."""
        lines = out.decode(errors="replace").splitlines()
        if not any(line.startswith("list-sas reply") for line in lines):
            raise ValueError(f"no answer of charon: {out[:200]!r}")
        return tuple(sa for line in lines if line.startswith(_EVENT) for sa in _sas(_read(line.removeprefix(_EVENT))))


def _sas(event: Section) -> Iterator[Sa]:
    for tunnel, told in event.items():
        if not isinstance(told, dict):
            raise ValueError(f"no SA: {told}")
        children = told.get("child-sas")
        every = tuple(child for child in children.values() if isinstance(child, dict)) if isinstance(children, dict) else ()
        live = next((child for child in every if child.get("state") in _INSTALLED), None)
        since = told.get("established")
        yield Sa(
            tunnel=tunnel,
            state=_word(told, "state"),
            local=_word(told, "local-host"),
            remote=_word(told, "remote-host"),
            since_s=int(since) if isinstance(since, str) else None,
            esp=live is not None,
            cipher=f"{_word(live, 'encr-alg')}-{_word(live, 'encr-keysize')}" if live else "",
            sent=int(_word(live, "bytes-out")) if live else 0,
            received=int(_word(live, "bytes-in")) if live else 0,
        )


def _word(section: Mapping[str, "str | Section"], name: str) -> str:
    value = section.get(name)
    if not isinstance(value, str):
        raise ValueError(f"no {name} in what charon says of an SA")
    return value


def _read(text: str) -> Section:
    """The section whose opening brace is behind us."""
    root: Section = {}
    inside = [root]
    for found in _TOKEN.finditer(text):
        name, listed, value, end = found.groups()
        if end:
            inside.pop()
            if not inside:
                return root
        elif listed is not None or value is not None:
            inside[-1][name] = listed if listed is not None else value
        else:
            section: Section = {}
            inside[-1][name] = section
            inside.append(section)
    raise ValueError(f"no end of what charon says: {text[:200]!r}")
