"""A connection to a node's SSH server: its key checked, and logged in. Every step of it has a deadline."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from paramiko import Channel, SSHException, Transport

from labctl.errors import LabError
from labctl.runtimes.containerlab.ssh import hostkeys
from labctl.runtimes.containerlab.ssh.login import Login, log_in
from labctl.runtimes.containerlab.ssh.way import SshWay


@dataclass(frozen=True, slots=True)
class Connection:
    way: SshWay
    transport: Transport
    step_s: float

    def session(self, asked: Callable[[Channel], None]) -> Channel:
        """One that does what `asked` asks for. LabError when the device does not have it."""
        with _within(self.step_s, self.transport, f"{self.way.node}: {self.way.place} gives no session to {self.way.ssh.user}"):
            channel = self.transport.open_session()
            asked(channel)
        return channel


@contextmanager
def connected(way: SshWay, login: Login, environment: Mapping[str, str], step_s: float) -> Iterator[Connection]:
    """RefusedError when its key is not known, or it does not let us in; LabError when it does not speak."""
    keys = hostkeys.known(way, environment)
    with closing(_socket(way, step_s)) as wire, closing(Transport(wire)) as transport:
        with _within(step_s, transport, f"{way.node}: {way.place} took the connection, and SSH cannot be spoken with it"):
            options = transport.get_security_options()
            options.key_types = hostkeys.algorithms(keys, options.key_types)
            transport.start_client()
        key = transport.get_remote_server_key()
        hostkeys.check(way, hostkeys.HostKey(key.get_name(), key.asbytes()), keys, environment)
        with _within(step_s, transport, f"{way.node}: {way.place} does not say whether {way.ssh.user} may log in"):
            log_in(transport, way, login)
        yield Connection(way, transport, step_s)


def _socket(way: SshWay, within_s: float) -> socket.socket:
    try:
        return socket.create_connection((way.address, way.ssh.port), within_s)
    except TimeoutError:
        raise LabError(f"{way.node}: {way.place} does not answer within {within_s:g} s") from None
    except OSError as wrong:
        raise LabError(f"{way.node}: no SSH server at {way.place}: {wrong.strerror}; is the device still starting, or its server on another port?") from None


@contextmanager
def _within(seconds: float, transport: Transport, missing: str) -> Iterator[None]:
    """The connection is closed when it takes longer: for some answers paramiko would wait for ever."""
    late = threading.Event()

    def close() -> None:
        late.set()
        transport.close()

    timer = threading.Timer(seconds, close)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (SSHException, EOFError, OSError) as wrong:
        why = f"nothing within {seconds:g} s" if late.is_set() else str(wrong) or "it closed the connection"
        raise LabError(f"{missing} ({why})") from None
    finally:
        timer.cancel()
