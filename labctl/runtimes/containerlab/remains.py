"""A lab of containers that lost its agent: given a new one when it was to be kept, removed when not. See runtimes.base.Remains."""

import os

from labctl.errors import RefusedError
from labctl.runtimes import place
from labctl.runtimes.containerlab.clean import clean as remove
from labctl.runtimes.maker import started
from labctl.runtimes.place import Place
from labctl.runtimes.waiting import WaitingAgent

AGENT = "labctl.runtimes.containerlab.init"


def revive(where: Place) -> None:
    if not where.kept.exists():
        raise RefusedError(f"lab {where.name} lost its agent before it was whole; `labctl down {where.name}` removes what is left of it")
    lock = place.hold(where)
    try:
        _, tie = started(WaitingAgent(AGENT, libraries=True), where, lock)
        os.close(tie)  # it is kept
    finally:
        os.close(lock)


def clean(where: Place) -> None:
    lock = place.hold(where)
    try:
        remove(where)
    finally:
        os.close(lock)
