"""A device with an SSH server on a loopback port: it lets in who has its password or its key, runs the commands that it is given, and has a prompt."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from paramiko import Channel, PKey, ServerInterface, SSHException, Transport
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

USER, PASSWORD = "admin", "correct horse"
_WITHIN_S = 10

Handler = Callable[[Channel, "Device"], None]


@dataclass(slots=True)
class Device:
    """`commands`: what serves each command that it runs; `shell`: what serves a session without one, None: it gives none. `pty`: the size last asked for.

    `answering`: while it is not set, whether it runs a command is left open.
    """

    keys: Sequence[PKey]
    allowed: PKey | None = None
    commands: Mapping[str, Handler] = field(default_factory=dict)
    shell: Handler | None = None
    port: int = 0
    pty: tuple[int, int] | None = None
    resized: threading.Event = field(default_factory=threading.Event)
    answering: threading.Event | None = None


@contextlib.contextmanager
def running(device: Device) -> Iterator[Device]:
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as connections:
        device.port = listener.getsockname()[1]
        connections.callback(listener.shutdown, socket.SHUT_RDWR)
        server = threading.Thread(target=_accept, args=(listener, device, connections))
        server.start()
        try:
            yield device
        finally:
            connections.close()
            server.join(_WITHIN_S)


def _accept(listener: socket.socket, device: Device, connections: contextlib.ExitStack) -> None:
    while True:
        try:
            wire, _ = listener.accept()
        except OSError:  # the test is over
            return
        transport = Transport(wire)
        connections.callback(wire.close)
        connections.callback(transport.join, _WITHIN_S)
        connections.callback(transport.close)
        for key in device.keys:
            transport.add_server_key(key)
        with contextlib.suppress(SSHException, EOFError):  # a client that does not like our key
            transport.start_server(event=threading.Event(), server=_Server(device))


@dataclass
class _Server(ServerInterface):
    device: Device

    def get_allowed_auths(self, username: str) -> str:
        return "publickey,password" if self.device.allowed else "password"

    def check_auth_password(self, username: str, password: str) -> int:
        return AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else AUTH_FAILED

    def check_auth_publickey(self, username: str, key: PKey) -> int:
        return AUTH_SUCCESSFUL if username == USER and key == self.device.allowed else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_pty_request(self, channel: Channel, term: bytes, width: int, height: int, pixelwidth: int, pixelheight: int, modes: bytes) -> bool:
        self.device.pty = (width, height)
        return True

    def check_channel_window_change_request(self, channel: Channel, width: int, height: int, pixelwidth: int, pixelheight: int) -> bool:
        self.device.pty = (width, height)
        self.device.resized.set()
        return True

    def check_channel_exec_request(self, channel: Channel, command: bytes) -> bool:
        if self.device.answering:
            self.device.answering.wait(_WITHIN_S)
        return self._serve(channel, self.device.commands.get(command.decode()))

    def check_channel_shell_request(self, channel: Channel) -> bool:
        return self._serve(channel, self.device.shell)

    def _serve(self, channel: Channel, handler: Handler | None) -> bool:
        if handler:
            threading.Thread(target=_served, args=(channel, handler, self.device), daemon=True).start()
        return handler is not None


def _served(channel: Channel, handler: Handler, device: Device) -> None:
    """Once the client has been told that its request was taken: it answers this question afterwards."""
    with contextlib.suppress(OSError, EOFError, SSHException):  # the client has gone
        channel.get_transport().global_request("are-you-there@test", wait=True)
        handler(channel, device)


def says(out: bytes, err: bytes = b"", status: int | None = 0) -> Handler:
    """And ends; with `status` None it does not say how."""

    def serve(channel: Channel, device: Device) -> None:
        channel.sendall(out)
        channel.sendall_stderr(err)
        if status is not None:
            channel.send_exit_status(status)
        channel.close()

    return serve


def never_ends(channel: Channel, device: Device) -> None:
    channel.sendall(b"counting\n")


def command_line(answers: Mapping[str, str], prompt: str, greeting: str = "") -> Handler:
    """It echoes what is typed, shows colours, and waits after a page that is longer than the terminal is high."""

    def serve(channel: Channel, device: Device) -> None:
        typed = channel.makefile("r")
        channel.sendall(f"\x1b[2J\r\n{greeting}\r\n\x1b[?2004h{prompt}".encode())
        for line in typed:
            command = line.strip()
            channel.sendall(f"{command}\r\n\x1b[?2004l\r".encode())
            if command == "exit":
                channel.send_exit_status(0)
                channel.close()
                return
            answer = answers.get(command, f"% Unknown command: {command}\n")
            if device.pty and answer.count("\n") >= device.pty[1]:
                channel.sendall(b"--More--")
                continue
            channel.sendall(("\x1b[1m" + answer.replace("\n", "\r\n") + f"\x1b[0m{prompt}").encode())

    return serve
