"""Making a lab of namespaces, seen from a command: its folder, and the agent, which builds the rest itself."""

import json
import os
import socket
import sys

from labctl.model.codec import encode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.runtimes.base import Reach
from labctl.runtimes.netns import place
from labctl.runtimes.netns.place import Place
from labctl.runtimes.netns.waiting import WaitingAgent


def create(plan: Plan, files: Files, agent: WaitingAgent) -> Reach:
    """Nothing is left when it cannot be made."""
    where, lock = place.take(plan.name)
    try:
        where.maker.write_text(" ".join(["labctl", *sys.argv[1:]])[:200])
        where.plan.write_text(json.dumps(encode(plan)))
        (where.folder / "files.json").write_text(json.dumps(encode(files)))
        pid, tie = _started(agent, where, lock)
    except BaseException:
        os.close(lock)
        place.sweep(where)
        raise
    os.close(lock)  # the agent has it now
    return Reach(plan, where.sock, where.log, pid, tie)


def _started(agent: WaitingAgent, where: Place, lock: int) -> tuple[int, int]:
    """The agent's pid here, and the pipe's end that ties the lab to this process."""
    with socket.socket(socket.AF_UNIX) as sock, where.log.open("wb") as log:
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
