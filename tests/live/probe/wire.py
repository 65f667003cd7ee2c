"""A small network of namespaces held by descriptors alone: hosts on a router, with a counted drop rule in its middle. Nothing outlives the process."""

import ctypes
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
START = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from labctl.agent.watch.udp_worker import main; main()"
LEFT, RIGHT = {4: "10.0.1.2", 6: "fd00:1::2"}, {4: "10.0.2.2", 6: "fd00:2::2"}
PORT = 40000
_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Wire:
    """left (10.0.1.2, fd00:1::2) - router - right (10.0.2.2, fd00:2::2); the attributes are namespace descriptors."""

    def __init__(self) -> None:
        self._home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.left, self.router, self.right = (self._space() for _ in range(3))
        router = f"/proc/{os.getpid()}/fd/{self.router}"
        for space in (self.left, self.router, self.right):
            # An address of our own making needs no second of looking for another owner.
            self.run(space, "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad")
        for here, net, peer in ((self.left, 1, "left"), (self.right, 2, "right")):
            self.run(here, f"ip link add eth0 type veth peer name {peer} netns {router}")
            self.run(here, f"ip addr add 10.0.{net}.2/24 dev eth0; ip -6 addr add fd00:{net}::2/64 dev eth0 nodad; ip link set eth0 up; ip link set lo up")
            self.run(self.router, f"ip addr add 10.0.{net}.1/24 dev {peer}; ip -6 addr add fd00:{net}::1/64 dev {peer} nodad; ip link set {peer} up")
            self.run(here, f"ip route add default via 10.0.{net}.1; ip -6 route add default via fd00:{net}::1")
        self.run(self.router, "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")

    def _space(self) -> int:
        if _libc.unshare(_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        made = os.open("/proc/self/ns/net", os.O_RDONLY)
        _libc.setns(self._home, _NEWNET)
        return made

    @contextmanager
    def inside(self, space: int) -> Iterator[None]:
        _libc.setns(space, _NEWNET)
        try:
            yield
        finally:
            _libc.setns(self._home, _NEWNET)

    def run(self, space: int, script: str) -> str:
        with self.inside(space):
            return subprocess.run(["sh", "-ec", script], check=True, capture_output=True, text=True).stdout

    def nft(self, script: str) -> str:
        with self.inside(self.router):
            return subprocess.run(["nft", "-f", "-"], input=script, check=True, stdout=subprocess.PIPE, text=True).stdout

    def close(self) -> None:
        for descriptor in (self.left, self.router, self.right, self._home):
            os.close(descriptor)

    def flow(self, name: str, pps: int, version: int = 4, port: int = PORT) -> dict[str, Any]:
        return {
            "name": name,
            "pps": pps,
            "a": {"node": "left", "netns": self.left, "address": LEFT[version], "port": port},
            "b": {"node": "right", "netns": self.right, "address": RIGHT[version], "port": port},
        }


class Worker:
    """A running UDP worker, spoken to as the agent does."""

    def __init__(self, job: dict[str, Any]) -> None:
        spaces = {flow[side]["netns"] for flow in job["flows"] for side in "ab"}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=sorted(spaces), bufsize=0
        )
        assert self.process.stdin
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self._rest = b""

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happened, the process is gone and its pipes are closed."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def line(self, within_s: float = 5.0) -> dict[str, Any]:
        """The next line; EOFError when there is none, TimeoutError when none came in time."""
        assert self.process.stdout
        deadline = time.monotonic() + within_s
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"the worker said nothing for {within_s} s")
            more = os.read(self.process.stdout.fileno(), 1 << 16)
            if not more:
                raise EOFError("the worker is gone")
            self._rest += more
        first, self._rest = self._rest.split(b"\n", 1)
        heard: dict[str, Any] = json.loads(first)
        return heard

    def until(self, lines: int) -> dict[str, Any]:
        """The last of so many summaries: each is a tenth of a second."""
        return [self.line() for _ in range(lines)][-1]

    def stop(self) -> dict[str, Any]:
        """End of stdin; the last summary it says."""
        assert self.process.stdin
        self.process.stdin.close()
        last: dict[str, Any] = {}
        try:
            while True:
                last = self.line()
        except EOFError:
            pass
        assert self.process.wait(5) == 0
        return last
