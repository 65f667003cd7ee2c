"""An agent that is none: it speaks model.wire over a real Unix socket and does nothing but remember, so that lab, conductor and series are tested whole.

Told to, it lets flows run (summaries ten times a second), cut while a fault is held; loses a daemon or a worker; refuses; or dies.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from labctl.lab import Lab, connect
from labctl.model.codec import decode, encode
from labctl.model.door import Netns
from labctl.model.event import Event, FlowSummary
from labctl.model.plan import Flow, FlowEnd, Plan
from labctl.model.sample import DIRECTIONS
from labctl.model.watch import Flows
from labctl.model.wire import (
    Answer,
    Ask,
    Claim,
    DaemonInfo,
    Done,
    Down,
    Held,
    Hello,
    Hold,
    HoldInfo,
    Keep,
    Listen,
    Look,
    Release,
    Reply,
    Request,
    Undone,
    View,
    Welcome,
)
from labctl.programs.base import Versions
from labctl.runtimes.base import Reach
from tests.unit.run.fast import now_ns

FLOW = Flow("left-right", None, "ipv4", FlowEnd("left", "10.0.0.1"), FlowEnd("right", "10.0.0.2"), 1000)
VERSIONS = Versions((8, 4, 4), PurePosixPath("/usr/lib/frr"), static_bfd=False)
PLAN = Plan("wire", (), (), (), (), (FLOW,), None)
_SUMMARY_S = 0.1


@dataclass
class FakeAgent:
    """`asked` is every request in its order, with the instant. `on` is called with each: a test's place to make something happen."""

    folder: Path
    asked: list[tuple[int, Request]] = field(default_factory=list)
    holds: dict[int, Hold] = field(default_factory=dict)
    on: Callable[[Request], None] = lambda _: None
    failed: tuple[str, ...] = ()
    daemons: tuple[DaemonInfo, ...] = (DaemonInfo("left", "bgpd", 7, 1),)
    routes: str = "10.0.0.0/24 dev eth0"
    cuts: Callable[[Hold], bool] = lambda hold: bool(hold.label == "cut")
    connected: int = 0

    def __post_init__(self) -> None:
        self._writers: list[asyncio.StreamWriter] = []
        self._listeners: list[asyncio.StreamWriter] = []
        self._next = 1
        self._sent = 0
        self._got = 0
        self._last = 0
        self._flowing: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None

    @property
    def sock(self) -> Path:
        return self.folder / "sock"

    async def start(self) -> "FakeAgent":
        self._server = await asyncio.start_unix_server(self._client, str(self.sock))
        return self

    async def lab(self, plan: Plan = PLAN) -> Lab:
        return await connect(Reach(plan, VERSIONS, self.sock, self.folder / "log", 1, None), "a test")

    def labels(self) -> list[str]:
        """What was held and released, in order."""
        return [a.label if isinstance(a, Hold) else f"-{a.hold}" for _, a in self.asked if isinstance(a, Hold | Release)]

    def tell(self, event: Event) -> None:
        for writer in self._listeners:
            writer.write(json.dumps({"event": encode(event)}).encode() + b"\n")

    def die(self) -> None:
        """As at SIGKILL: every connection closes, nothing more is said."""
        self.end()
        for writer in self._writers:
            writer.transport.abort()

    def end(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._flowing is not None:
            self._flowing.cancel()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.connected += 1
        mine: list[int] = []
        with suppress(ConnectionError):
            while line := await reader.readline():
                message = json.loads(line)
                request: Request = decode(Request, message["ask"])
                self.asked.append((now_ns(), request))
                self.on(request)
                if isinstance(request, Listen):
                    self._listeners.append(writer)
                reply = self._answer(request)
                if isinstance(reply, Held):
                    mine.append(reply.hold)
                if not writer.transport.is_closing():
                    writer.write(json.dumps({"id": message["id"], "reply": encode(reply)}).encode() + b"\n")
        self.connected -= 1
        for hold in reversed(mine):
            if self.holds.pop(hold, None) is not None:
                self.asked.append((now_ns(), Release(hold)))
        writer.close()

    def _answer(self, request: Request) -> Reply:
        match request:
            case Hello():
                return Welcome(1, "wire", "a clock")
            case Hold():
                number, self._next = self._next, self._next + 1
                self.holds[number] = request
                if any(isinstance(w, Flows) for w in request.watches):
                    self._flowing = asyncio.create_task(self._flow())
                return Held(number, now_ns(), now_ns())
            case Release():
                gone = self.holds.pop(request.hold or 0)
                if any(isinstance(w, Flows) for w in gone.watches) and self._flowing is not None:
                    self._flowing.cancel()
                return Undone(now_ns(), now_ns(), self.failed if gone.acts or gone.label == "cut" else ())
            case Look():
                infos = tuple(HoldInfo(n, h.label, h.subject, "a test", 0, None, ()) for n, h in self.holds.items())
                return View("wire", "alive", True, 0, None, None, (("left", Netns(3, 4, 5, "/")),), self.daemons, infos)
            case Ask():
                return Answer(0, self.routes, "")
            case Listen() | Claim() | Keep() | Down():
                return Done()

    async def _flow(self) -> None:
        while True:
            await asyncio.sleep(_SUMMARY_S)
            self._sent += 100
            if not any(self.cuts(hold) for hold in self.holds.values()):
                self._got += 100
                self._last = now_ns()
            for way in DIRECTIONS:
                self.tell(FlowSummary(now_ns(), FLOW.name, way, self._sent, self._got, 0, 0, 0, self._last))
