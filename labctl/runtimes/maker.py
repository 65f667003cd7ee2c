"""Making a lab, seen from a command: its folder, and the agent, which builds the rest itself."""

import json
import os
import socket
import sys
from collections.abc import Callable

from labctl.model.codec import encode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.programs.base import Versions
from labctl.runtimes import place
from labctl.runtimes.base import Reach
from labctl.runtimes.place import Place
from labctl.runtimes.waiting import WaitingAgent


def create(plan: Plan, files: Files, versions: Versions, agent: WaitingAgent, furnish: Callable[[Place], None] = lambda _: None) -> Reach:
    """`furnish` puts there what else its runtime needs. Nothing is left when it cannot be made."""
    where, lock = place.take(plan.name)
    try:
        where.maker.write_text(" ".join(["labctl", *sys.argv[1:]])[:200])
        where.plan.write_text(json.dumps(encode(plan)))
        where.versions.write_text(json.dumps(encode(versions)))
        where.files.write_text(json.dumps(encode(files)))
        furnish(where)
        pid, tie = started(agent, where, lock)
    except BaseException:
        where.remains.unlink(missing_ok=True)  # nothing was made yet
        os.close(lock)
        place.sweep(where)
        raise
    os.close(lock)  # the agent has it now
    return Reach(plan, versions, where.sock, where.log, pid, tie)


def started(agent: WaitingAgent, where: Place, lock: int) -> tuple[int, int]:
    """The agent's pid here, and the pipe's end that ties the lab to this process."""
    where.sock.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as sock, where.log.open("ab") as log:
        sock.bind(str(where.sock))
        sock.listen(16)
        tied, tie = os.pipe2(os.O_CLOEXEC)
        try:
            return agent.serve(where, lock, sock.fileno(), tied, log.fileno()), tie
        except BaseException:
            os.close(tie)
            raise
        finally:
            os.close(tied)
