"""What the agent answers to each request: where claims are kept, and where requests meet leases."""

import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from labctl.agent.acts.ask import ask
from labctl.agent.acts.base import Means
from labctl.agent.acts.dropping import Counted
from labctl.agent.leases import Leases
from labctl.agent.ledger import Ledger
from labctl.agent.watch.base import Sight, Stop
from labctl.agent.watch.table import start
from labctl.errors import ClaimedError, RefusedError
from labctl.model.act import Signal, each
from labctl.model.watch import Watch
from labctl.model.wire import FOREIGN_FOR_NS, Ask, Claim, Done, Down, Hold, Keep, Listen, Look, Release, Reply, Request, Told, View


class Owner(Protocol):
    who: str
    pid: int

    def tell(self, event: Told) -> None: ...


class Desk:
    """One per agent. `stage` is 'building' until the lab is alive; `kept` is the file that says that it outlives its maker."""

    def __init__(self, lab: str, kept: Path) -> None:
        self.lab = lab
        self.stage = "building"
        self._kept = kept
        self.listeners: list[Owner] = []
        self._since_ns = time.monotonic_ns()
        self._claim: tuple[Owner, int] | None = None
        self._sight: Sight | None = None
        self._leases: Leases | None = None
        self._recovered: tuple[str, ...] = ()
        self._foreign = False

    @property
    def kept(self) -> bool:
        return self._kept.exists()

    def alive(self, sight: Sight, ledger: Ledger | None = None, recovered: tuple[str, ...] = (), foreign: bool = False) -> None:
        """The lab is built: from now on it can be asked and acted upon. `recovered` is what had to be taken back for an agent before this one.

        `foreign`: somebody else made it, and it will outlive us.
        """
        self._foreign = foreign
        self._sight = sight
        self._recovered = recovered
        self._leases = Leases(self._means, self._start, self.tell, ledger)
        self.stage = "alive"

    def tell(self, event: Told) -> None:
        for listener in tuple(self.listeners):
            listener.tell(event)

    async def gone(self, who: Owner) -> None:
        """Its connection closed: whatever it held goes back."""
        if who in self.listeners:
            self.listeners.remove(who)
        if self._leases is not None:
            await self._leases.close(who)
        if self._claim is not None and self._claim[0] is who:
            self._claim = None

    async def answer(self, asked: Request, who: Owner) -> Reply:
        match asked:
            case Look():
                return self._view()
            case Listen() | Down():
                return Done()
            case Keep():
                self._kept.touch()
                return Done()
        if self._sight is None or self._leases is None:
            raise RefusedError(f"lab {self.lab} is not up yet ({self.stage})")
        match asked:
            case Claim():
                self._take_claim(who)
                return Done()
            case Ask():
                return await ask(self._sight.nodes[self._known(asked.node)], asked.argv, self._sight.children, asked.within_ns)
            case Hold():
                self._may_act(asked, who)
                return await self._leases.hold(self._bounded(asked), who.who, who)
            case Release(hold=None):
                return await self._leases.release_all_timed()
            case Release():
                return await self._leases.release(asked.hold or 0)
        raise RefusedError(f"{type(asked).__name__} is not understood")

    def _take_claim(self, who: Owner) -> None:
        if self._claim is not None and self._claim[0] is not who:
            raise ClaimedError(f"{self._claimed()}; wait until it ends, or use another lab")
        held = self._leases.infos() if self._leases else ()
        if held:
            raise RefusedError(f"lab {self.lab} is not as it was made: {', '.join(f'{h.label} {h.subject}' for h in held)} is held; `labctl heal` first")
        self._claim = (who, time.monotonic_ns())

    def _may_act(self, asked: Hold, who: Owner) -> None:
        if asked.acts and self._claim is not None and self._claim[0] is not who and not asked.anyway:
            raise ClaimedError(f"{self._claimed()}; an act now would spoil its measurement")

        if self._foreign and any(isinstance(act, Signal) and act.signal == "KILL" for act in each(asked.acts)):
            raise RefusedError(f"lab {self.lab} was not made by labctl: a daemon that is killed there could not be started again as it was")

    def _bounded(self, asked: Hold) -> Hold:
        """Nothing stays in a lab of somebody else's without end."""
        return replace(asked, for_ns=FOREIGN_FOR_NS) if self._foreign and asked.for_ns == 0 else asked

    async def let_go(self) -> None:
        """Whoever holds it, all of it goes back."""
        if self._leases is not None:
            await self._leases.release_all()

    def _claimed(self) -> str:
        assert self._claim is not None
        owner, since = self._claim
        return f"lab {self.lab} is being measured by '{owner.who}' (pid {owner.pid}) for {(time.monotonic_ns() - since) // 10**9} s"

    def _known(self, node: str) -> str:
        assert self._sight is not None
        if node not in self._sight.nodes:
            raise RefusedError(f"lab {self.lab} has no node {node}: it has {', '.join(self._sight.nodes)}")
        return node

    def _means(self, hold: str, label: str, flows: tuple[Counted, ...], afterwards: AsyncExitStack) -> Means:
        assert self._sight is not None
        return Means(self._sight.nodes, self._sight.daemons, self._sight.children, hold, label, flows, self.tell, afterwards, self._sight.injectors)

    async def _start(self, watch: Watch) -> Stop:
        assert self._sight is not None
        return await start(watch, self._sight)

    def _view(self) -> View:
        sight = self._sight
        return View(
            lab=self.lab,
            stage=self.stage,
            kept=self.kept,
            since_ns=self._since_ns,
            claimed_by=f"{self._claim[0].who} (pid {self._claim[0].pid})" if self._claim else None,
            claimed_since_ns=self._claim[1] if self._claim else None,
            doors=tuple((name, node.door) for name, node in sight.nodes.items()) if sight else (),
            daemons=sight.daemons.alive() if sight else (),
            holds=self._leases.infos() if self._leases else (),
            ended=sight.daemons.ended() if sight else (),
            recovered=self._recovered,
            foreign=self._foreign,
        )
