"""Making a lab of namespaces, seen from a command: its folder, and the agent, which builds the rest itself."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from labctl.errors import LabError
from labctl.model.codec import encode
from labctl.model.page import Files
from labctl.model.plan import Plan
from labctl.runtimes.base import Reach
from labctl.runtimes.netns import place
from labctl.runtimes.netns.place import Place

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]
_START = f"import sys; sys.path.insert(0, {str(_PACKAGE_ROOT)!r}); from labctl.runtimes.netns.init import main; main()"


def create(plan: Plan, files: Files) -> Reach:
    """Nothing is left when it cannot be made."""
    where, lock = place.take(plan.name)
    try:
        where.maker.write_text(" ".join(["labctl", *sys.argv[1:]])[:200])
        where.plan.write_text(json.dumps(encode(plan)))
        (where.folder / "files.json").write_text(json.dumps(encode(files)))
        pid, tie = _start(where, lock)
    except BaseException:
        os.close(lock)
        place.sweep(where)
        raise
    os.close(lock)  # the agent has it now
    return Reach(plan, where.sock, where.log, pid, tie)


def _start(where: Place, lock: int) -> tuple[int, int]:
    """The agent's pid here, and the pipe's end that ties the lab to this process."""
    with socket.socket(socket.AF_UNIX) as sock, where.log.open("wb") as log:
        sock.bind(str(where.sock))
        sock.listen(16)
        tied, tie = os.pipe2(os.O_CLOEXEC)
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-c", _START, str(where.folder), str(lock), str(sock.fileno()), str(tied)],
                pass_fds=(lock, sock.fileno(), tied),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                check=False,
                start_new_session=True,
            )
        finally:
            os.close(tied)
    if done.returncode != 0:
        os.close(tie)
        raise LabError(f"the lab cannot be made here: {where.log.read_text().strip() or done.returncode}\n`labctl doctor` says what this machine lacks")
    return int(done.stdout), tie
