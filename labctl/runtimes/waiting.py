"""A process that will be a lab's agent: it loads its code while the plan is still being compiled, and ends by itself when no lab comes."""

import contextlib
import socket
import subprocess
import sys
from pathlib import Path

from labctl.errors import LabError
from labctl.runtimes.place import Place

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_START = f"import sys; sys.path.insert(0, {str(_PACKAGE_ROOT)!r}); from {{}} import main; main()"


class WaitingAgent:
    """It waits on a socket, which the kernel closes with this process: nothing is left of either. `module` has a `main`, see runtimes.life.

    `libraries`: it needs more than the standard one, which takes longer to find.
    """

    def __init__(self, module: str, libraries: bool = False) -> None:
        self._socket, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-I", *(() if libraries else ("-S",)), "-c", _START.format(module), str(its.fileno())],
                pass_fds=(its.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )

    def serve(self, where: Place, lock: int, sock: int, tied: int, log: int) -> int:
        """Its pid as the agent of the lab in this place, which it builds from now on; it has its own copies of the descriptors. LabError when it cannot."""
        with self._socket, contextlib.suppress(OSError):  # it has ended: it says why
            socket.send_fds(self._socket, [bytes(where.folder)], [lock, sock, tied, log])
        out, wrong = self._process.communicate()
        if self._process.returncode != 0:
            why = (wrong.decode(errors="replace") or where.log.read_text(errors="replace")).strip()
            raise LabError(f"the lab cannot be made here: {why or self._process.returncode}\n`labctl doctor` says what this machine lacks")
        return int(out)

    def end(self) -> None:
        """No lab comes."""
        self._socket.close()
        self._process.kill()
        self._process.communicate()
