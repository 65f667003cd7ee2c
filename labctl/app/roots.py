"""Directories with an FRR of their own, by name: what nodes of namespaces run their programs from, and containers an image with the same files."""

import os
from pathlib import Path
from typing import Final

from labctl.errors import RefusedError

HOST: Final = "host"
"""The name of this machine's own programs."""


def folder() -> Path:
    """Where `labctl image build` puts them."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "labctl" / "roots"


def image(name: str) -> str:
    """Of the same files. RefusedError for what is no release of ours."""
    if name == HOST or "/" in name:
        raise RefusedError(f"there is no image with the files of root {name}: say image: beside root: in the topology, or --image beside --root")
    return f"labctl-frr:{name}"


def root(name: str) -> Path | None:
    """By its name, or as a path; None is the host itself. RefusedError when there is none."""
    if name == HOST:
        return None
    if "/" in name:
        if not Path(name).is_dir():
            raise RefusedError(f"there is no directory {name} to run a node's programs from")
        return Path(name).resolve()
    there = sorted(p.name for p in folder().iterdir() if not p.name.startswith(".")) if folder().is_dir() else []
    if name not in there:
        raise RefusedError(f"there is no root {name!r}; there are: {', '.join((HOST, *there))}. `labctl image build --suite SUITE` makes one")
    return folder() / name
