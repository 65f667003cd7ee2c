"""An agent after one that was killed: all that was still held goes back, each thing tried whatever became of the others, and people are told."""

import asyncio
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from labctl.agent.children import Ended
from labctl.agent.ledger import Ledger
from labctl.agent.recovery import recover
from labctl.agent.watch.base import Sight
from labctl.model.act import Act, LinkAdmin, Run, Signal
from labctl.model.door import Door
from labctl.model.event import DaemonEnded
from tests.unit.agent.kernel import Kernel, link, node, route

FREEZE = Signal("fra", "bgpd", "STOP")
DELAY = Run("fra", ("tc", "qdisc", "add", "dev", "eth1"), ("tc", "qdisc", "del", "dev", "eth1"))


class Daemons:
    """Of a lab in which these, of these nodes, have ended."""

    def __init__(self, *ended: tuple[str, str]) -> None:
        self.asked: list[tuple[object, ...]] = []
        self._ended = ended

    def send(self, node: str, name: str, sig: signal.Signals) -> None:
        self.asked.append((sig, node, name))

    async def restart(self, node: str, names: Iterable[str]) -> None:
        self.asked.append(("restart", node, *names))

    def ended(self) -> tuple[DaemonEnded, ...]:
        return tuple(DaemonEnded(0, node, name, "it did not run when this agent came", False) for node, name in self._ended)


class Children:
    """Commands that all end like this."""

    def __init__(self, status: int = 0, err: str = "") -> None:
        self.ran: list[tuple[str, ...]] = []
        self._ended = Ended(status, "", err)

    async def run(self, door: Door, argv: Sequence[str], within_ns: int) -> Ended:
        self.ran.append(tuple(argv))
        return self._ended


class Lab:
    """One that lost its agent. `fra` is its only node that matters."""

    def __init__(self, folder: Path, kernel: Kernel) -> None:
        self.kernel = kernel
        self._path = folder / "ledger.jsonl"
        self._nodes = {"fra": node("fra", kernel)}
        self._killed = Ledger(self._path)

    def held(self, label: str, *acts: Act) -> None:
        self._killed.enter(label, "fra", acts, self._nodes)

    def recovered(self, daemons: Daemons | None = None, children: Children | None = None) -> tuple[str, ...]:
        """What the next agent says; whatever that is, the one after it has nothing to do."""
        sight = Sight(self._nodes, cast(Any, children or Children()), cast(Any, daemons or Daemons()), lambda _: None)
        said = asyncio.run(recover(Ledger(self._path), sight))
        assert Ledger(self._path).left == ()
        return said


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path, Kernel(link(7, up=False), link(1), routes=(route(1, b"first"), route(7, b"of another"), route(1, b"second"))))


def test_where_nothing_was_held_nothing_is_done(lab: Lab) -> None:
    daemons = Daemons(("fra", "zebra"))
    assert lab.recovered(daemons) == ()
    assert (daemons.asked, lab.kernel.asked) == ([], [])


def test_who_was_frozen_goes_on(lab: Lab) -> None:
    daemons = Daemons()
    lab.held("freeze", FREEZE)
    assert lab.recovered(daemons) == ("freeze fra: taken back",)
    assert daemons.asked == [(signal.SIGCONT, "fra", "bgpd")]


def test_of_a_node_whose_daemons_were_killed_those_are_started_that_have_ended(lab: Lab) -> None:
    daemons = Daemons(("fra", "zebra"), ("ams", "bgpd"), ("fra", "bgpd"))
    lab.held("pop-down", Signal("fra", "*", "KILL"))
    assert lab.recovered(daemons) == ("pop-down fra: taken back",)
    assert daemons.asked == [("restart", "fra", "zebra", "bgpd")]


def test_a_link_comes_up_and_then_its_routes_come_back(lab: Lab) -> None:
    lab.held("carrier-loss", LinkAdmin("fra", "eth1", up=False))
    assert lab.recovered() == ("carrier-loss fra: taken back",)
    assert lab.kernel.asked == [("up", 1), ("route", b"first"), ("route", b"second")]


@pytest.mark.parametrize("put_up", [True, False])
def test_a_link_is_as_it_was_whatever_it_was_put_to(lab: Lab, put_up: bool) -> None:
    lab.held("admin", LinkAdmin("fra", "eth7", up=put_up))
    lab.recovered()
    assert ("down", 7) in lab.kernel.asked
    assert ("up", 7) not in lab.kernel.asked


def test_a_link_that_is_gone_is_said_and_the_rest_is_tried_all_the_same(lab: Lab) -> None:
    daemons = Daemons()
    lab.held("freeze", FREEZE)
    lab.held("admin", LinkAdmin("fra", "eth7", up=False))
    lab.kernel.forget()
    (first, second) = lab.recovered(daemons)
    assert "fra has no interface eth7" in first
    assert (second, daemons.asked) == ("freeze fra: taken back", [(signal.SIGCONT, "fra", "bgpd")])


def test_a_command_is_taken_back_by_its_own(lab: Lab) -> None:
    children = Children()
    lab.held("delay", DELAY, Run("fra", ("ip", "neigh", "flush", "all"), None))
    assert lab.recovered(children=children) == ("delay fra: taken back",)
    assert children.ran == [DELAY.undo]


def test_the_youngest_goes_back_first_and_in_it_the_last_act(lab: Lab) -> None:
    daemons = Daemons()
    lab.held("older", FREEZE)
    lab.held("younger", Signal("fra", "zebra", "STOP"), Signal("fra", "bfdd", "STOP"))
    assert lab.recovered(daemons) == ("younger fra: taken back", "older fra: taken back")
    assert [daemon for *_, daemon in daemons.asked] == ["bfdd", "zebra", "bgpd"]


def test_what_cannot_be_taken_back_is_told_and_keeps_nothing_else_from_it(lab: Lab) -> None:
    daemons = Daemons()
    lab.held("older", FREEZE)
    lab.held("delay", Signal("fra", "zebra", "STOP"), DELAY)
    no = Children(2, "Cannot find device eth1\n")
    assert lab.recovered(daemons, no) == (
        "delay fra was still held when the lab's agent was killed; it could not be taken back: fra: tc qdisc del dev eth1: Cannot find device eth1",
        "older fra: taken back",
    )
    assert daemons.asked == [(signal.SIGCONT, "fra", "zebra"), (signal.SIGCONT, "fra", "bgpd")]


def test_a_kernel_that_says_no_is_told_with_its_word(tmp_path: Path) -> None:
    lab, daemons = Lab(tmp_path, Kernel(link(1), says_no=OSError(22, "Invalid argument"))), Daemons()
    lab.held("mixed", FREEZE, LinkAdmin("fra", "eth1", up=False))
    (said,) = lab.recovered(daemons)
    assert said.endswith("it could not be taken back: [Errno 22] Invalid argument")
    assert daemons.asked == [(signal.SIGCONT, "fra", "bgpd")]
