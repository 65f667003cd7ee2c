"""Drop rules as nft is told them: all that takes time is written down before the act, which only opens a gate."""

from typing import Any

from labctl.agent.acts.dropping import Counted, Dropping
from labctl.model.act import Drop, Match

_BOTH = (Drop("fra", "eth0", "in"), Drop("fra", "eth0", "out"))


class Said:
    """nft, as one that remembers each transaction and has counted seven of everything."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []

    def run(self, commands: str) -> None:
        self.transactions.append(commands.splitlines())

    def ask(self, _: str) -> list[Any]:
        return [{"counter": {"name": "h1_flow0", "packets": 7}}, {"counter": {"name": "h10_flow0", "packets": 9}}]


def made() -> tuple[Dropping, Said]:
    nft: Any = Said()
    return Dropping(nft, ("eth0", "eth-1")), nft


def test_the_act_is_one_rule_however_many_flows_and_interfaces() -> None:
    dropping, nft = made()
    everywhere = (*_BOTH, Drop("fra", "eth-1", "in"), Drop("fra", "eth-1", "out"))
    dropping.make_ready("h1", everywhere, tuple(Counted(f"f{i}", "forward", "10.0.0.1", 42000 + i) for i in range(20)))
    assert sum(line.endswith("jump h1_gate0") for line in nft.transactions[-1]) == 4
    dropping.drop("h1")
    assert nft.transactions[-1] == ["add rule netdev labctl h1_gate0 jump h1_0"]
    dropping.let_pass("h1")
    assert nft.transactions[-1] == ["flush chain netdev labctl h1_gate0"]


def test_what_another_hold_drops_there_goes_on() -> None:
    dropping, nft = made()
    for hold in ("h1", "h2"):
        dropping.make_ready(hold, _BOTH, ())
        dropping.drop(hold)
    dropping.let_pass("h1")
    dropping.forget("h1")
    assert [line for line in nft.transactions[-1] if "jump" in line] == [
        "add rule netdev labctl in_eth0 jump h2_gate0",
        "add rule netdev labctl out_eth0 jump h2_gate0",
    ]
    assert not any("flush chain netdev labctl h2" in line for transaction in nft.transactions for line in transaction)


def test_each_kind_of_packet_has_a_gate_of_its_own() -> None:
    dropping, nft = made()
    dropping.make_ready("h1", (Drop("fra", "eth-1", "in", Match("bfd")), Drop("fra", "eth-1", "in", Match("bgp"))), ())
    dropping.drop("h1")
    assert nft.transactions[-1] == ["add rule netdev labctl h1_gate0 jump h1_0", "add rule netdev labctl h1_gate1 jump h1_1"]


def test_it_can_fall_again_and_is_counted_once_over_all_falls() -> None:
    dropping, nft = made()
    dropping.make_ready("h1", _BOTH, (Counted("f", "forward", "10.0.0.1", 42000),))
    for _ in range(2):
        dropping.drop("h1")
        dropping.let_pass("h1")
    assert dropping.forget("h1") == {0: 7}
    assert nft.transactions[-1] == [
        "flush chain netdev labctl in_eth0",
        "flush chain netdev labctl out_eth0",
        "flush chain netdev labctl h1_gate0",
        "flush chain netdev labctl h1_0",
        "delete chain netdev labctl h1_gate0",
        "delete chain netdev labctl h1_0",
        "delete counter netdev labctl h1_flow0",
    ]
