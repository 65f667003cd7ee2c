"""The ledger on disk: what an agent that is killed still owes is there for the next one, and nothing else is."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from labctl.agent.acts.link import Taken
from labctl.agent.ledger import Entry, Ledger
from labctl.agent.netlink import BOOT, STATIC
from labctl.agent.nodes import Node
from labctl.model.act import Act, Drop, LinkAdmin, Match, Run, Signal, Train
from tests.unit.agent.kernel import Kernel, link, node, route

NOBODY: Mapping[str, Node] = {}
FREEZE = Signal("fra", "bgpd", "STOP")
DELAY = Run("fra", ("tc", "qdisc", "add", "dev", "eth1"), ("tc", "qdisc", "del", "dev", "eth1"))
RAISE = LinkAdmin("fra", "eth1", up=True)
DROP = Drop("fra", "eth1", "in", Match("bfd"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def test_drops_alone_owe_nothing(path: Path) -> None:
    ledger = Ledger(path)
    assert ledger.enter("silent-cut", "fra-isp1", (DROP, DROP), NOBODY) is None
    assert ledger.enter("flap", "fra-isp1", (Train((DROP,), 1, 1, 3),), NOBODY) is None
    assert ledger.enter("session-clear", "fra", (Run("fra", ("vtysh", "-c", "clear bgp *"), None),), NOBODY) is None
    assert not path.exists()


@pytest.mark.parametrize("acts", [(FREEZE, DELAY), (FREEZE, DROP, DELAY), (Train((FREEZE, DROP, DELAY), 1, 1, 3),)])
def test_of_a_fault_every_act_is_owed_but_the_drops(path: Path, acts: tuple[Act, ...]) -> None:
    number = Ledger(path).enter("freeze", "fra", acts, NOBODY)
    assert Ledger(path).left == (Entry(number or 0, "freeze", "fra", (FREEZE, DELAY), ((), ()), (False, False)),)


def test_what_is_still_owed_comes_youngest_first(path: Path) -> None:
    before = Ledger(path)
    for label in ("first", "second", "third"):
        before.enter(label, "fra", (FREEZE,), NOBODY)
    assert [entry.label for entry in Ledger(path).left] == ["third", "second", "first"]


def test_what_is_struck_is_gone(path: Path) -> None:
    before = Ledger(path)
    first, second = (before.enter(label, "fra", (FREEZE,), NOBODY) for label in ("first", "second"))
    assert first is not None and second is not None
    before.strike(first)
    assert [entry.label for entry in Ledger(path).left] == ["second"]
    before.strike(second)
    assert Ledger(path).left == ()


@pytest.mark.parametrize("torn", ["{", '{"entry": {"is": "Entry", "number": 2, "label": "sec', '{"done": 1}'])
def test_a_line_that_was_not_written_to_its_end_is_none(path: Path, torn: str) -> None:
    Ledger(path).enter("first", "fra", (FREEZE,), NOBODY)
    with path.open("a") as file:
        file.write(torn)
    after = Ledger(path)
    assert [entry.label for entry in after.left] == ["first"]
    after.enter("second", "fra", (FREEZE,), NOBODY)
    assert [entry.label for entry in Ledger(path).left] == ["second", "first"]


def test_numbers_go_on_where_another_agent_was_killed(path: Path) -> None:
    before = Ledger(path)
    numbers = [before.enter(label, "fra", (FREEZE,), NOBODY) for label in ("first", "second")]
    after = Ledger(path)
    numbers.append(after.enter("third", "fra", (FREEZE,), NOBODY))
    assert len(set(numbers)) == 3
    after.strike(numbers[0] or 0)
    assert [entry.label for entry in Ledger(path).left] == ["third", "second"]


def test_with_a_link_that_goes_down_the_routes_are_kept_that_nobody_else_puts_back(path: Path) -> None:
    of_the_kernel, of_bgpd = 2, 186
    there = (route(1, b"\x0a\x01"), route(2, b"\x0a\x02"), route(1, b"\x0a\x03", STATIC), route(1, b"\x0a\x04", of_the_kernel), route(1, b"\x0a\x05", of_bgpd))
    nodes = {"fra": node("fra", Kernel(link(2), link(1), routes=there)), "ams": node("ams", Kernel(link(1), routes=(route(1, b"\x0b", BOOT),)))}
    Ledger(path).enter("carrier-loss", "fra-isp1", (FREEZE, LinkAdmin("fra", "eth1", up=False), DROP, LinkAdmin("ams", "eth1", up=False)), nodes)
    assert Ledger(path).left[0].taken == ((), (Taken("", 1, "0a01"), Taken("", 1, "0a03")), (Taken("", 1, "0b"),))


def test_with_a_link_that_comes_up_none_go(path: Path) -> None:
    Ledger(path).enter("raise", "fra", (RAISE,), {"fra": node("fra", Kernel(link(1), routes=(route(1, b"\x0a"),)))})
    assert [(entry.acts, entry.taken) for entry in Ledger(path).left] == [((RAISE,), ((),))]
