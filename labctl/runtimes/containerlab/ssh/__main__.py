"""The process that `labctl exec` and `labctl shell` become for such a node: `… WAY [CMD…]`, WAY being an SshWay as JSON."""

import json
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence

from labctl.errors import LabctlError, RefusedError
from labctl.model.codec import decode
from labctl.runtimes.containerlab.ssh import login, terminal
from labctl.runtimes.containerlab.ssh.commands import prompt, run, type_in
from labctl.runtimes.containerlab.ssh.connection import connected
from labctl.runtimes.containerlab.ssh.way import SshWay

_STEP_S = 10
_COMMAND_S, _TIMEOUT = 60, "LABCTL_SSH_TIMEOUT"
_INTERRUPTED, _NOBODY_READS = 130, 141


def main() -> None:
    for asked in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(asked) is signal.SIG_DFL:  # a raw terminal has to be given back
            signal.signal(asked, signal.default_int_handler)
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)  # it logs what it raises as well
    try:
        status = speak(decode(SshWay, json.loads(sys.argv[1])), sys.argv[2:], os.environ)
    except LabctlError as wrong:
        sys.stderr.write(f"error: {wrong}\n")
        status = wrong.exit_code
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except BrokenPipeError:
        status = _NOBODY_READS
    sys.exit(status)


def speak(way: SshWay, command: Sequence[str], environment: Mapping[str, str], step_s: float = _STEP_S) -> int:
    """The exit status of the command, or of the shell where there is none. `step_s`: for each step until the device listens.

    The words are joined by spaces and nothing else: what reads them is no shell that would take quotes off again.
    """
    line, ready, command_s = " ".join(command), prompt(way), _command_s(environment)
    with connected(way, login.of(way, environment), environment, step_s) as connection:
        if not command:
            return terminal.shell(connection)
        return type_in(connection, line.splitlines(), ready, command_s) if ready else run(connection, line, command_s)


def _command_s(environment: Mapping[str, str]) -> float:
    named = environment.get(_TIMEOUT) or str(_COMMAND_S)
    try:
        seconds = float(named)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86_400:
        raise RefusedError(f"{_TIMEOUT} is {named!r}: it is the seconds that a command may take, above 0 and at most 86400")
    return seconds


if __name__ == "__main__":
    main()
