"""The way to a node that is spoken to by SSH, and the command line of the process that goes it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from labctl.model.codec import encode
from labctl.model.plan import Ssh

_ROOT: Final = Path(__file__).resolve().parents[4]
_START: Final = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from labctl.runtimes.containerlab.ssh.__main__ import main; main()"


@dataclass(frozen=True, slots=True)
class SshWay:
    """`name` is the container's, under which a known_hosts file has its key; `address` is reached from the network in which the process runs."""

    node: str
    name: str
    address: str
    ssh: Ssh

    @property
    def place(self) -> str:
        return f"{self.address} port {self.ssh.port}"


def argv(way: SshWay, command: Sequence[str]) -> tuple[str, ...]:
    """`command` empty: a shell. What it logs in with is not here but in its environment: everyone on this machine can read a command line."""
    return (sys.executable, "-I", "-c", _START, json.dumps(encode(way)), *command)
