"""What the agent of a lab of containers was given beside its plan, kept in the lab's folder: whoever cleans up after it needs the same."""

import json
from dataclasses import dataclass
from pathlib import Path

from labctl.model.codec import decode, encode
from labctl.runtimes.place import Place

NAME = "containerlab"
"""The runtime's."""


@dataclass(frozen=True, slots=True)
class Job:
    """`program` is containerlab's path, `topology` the file that it deploys; `network` names the management network, None: no node is in one.

    `cables` were there before, of others at work.
    """

    program: str
    topology: str
    network: str | None = None
    cables: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return Path(self.topology)


def write(where: Place, job: Job) -> None:
    _file(where).write_text(json.dumps(encode(job)))


def read(where: Place) -> Job:
    job: Job = decode(Job, json.loads(_file(where).read_text()))
    return job


def home(where: Place) -> Path:
    """What containerlab deploys, and what it writes beside it."""
    return where.folder / "containerlab"


def _file(where: Place) -> Path:
    return where.folder / "job.json"
