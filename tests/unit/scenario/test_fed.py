"""Said is not arrived: what each neighbour of a speaker must have, and what is missing when it has not."""

from labctl.compiler import compile_plan, load
from labctl.model.act import Feed
from labctl.model.event import BgpState, Fed, TableSize
from labctl.model.routes import Attributes, Range, Routes
from labctl.model.state import State
from labctl.model.time import MS
from labctl.programs.bgp.table import changes
from labctl.programs.frr.facts.received import ReceivedRoute, ReceivedRoutes
from labctl.scenario.conditions import Confirmed
from labctl.scenario.fed import Looked, Still, keepers, receivers, wrong

PLAN = compile_plan(
    load(
        "name: a\nnodes: {r1: {asn: 65001}, r2: {asn: 65002, device: bird}, x: {device: exabgp, asn: 65010}}\nlinks: [r1-x, r2-x]\naddress-families: [ipv4]",
        "a.yaml",
        {},
    )
)
R1, R2 = receivers(PLAN, "x")
ROUTES = Routes(Range("20.0.0.0/24", 3), Attributes(as_path=(65100,), med=5))


def has(node: str, peer: str, prefixes: int, state: str = "Established") -> BgpState:
    return BgpState(1, node, peer, "ipv4", state, 3, 9, prefixes, "")


def after(*events: BgpState | Fed | TableSize) -> State:
    state = State()
    for event in events:
        state = state.after(event)
    return state


def test_who_is_asked_and_what() -> None:
    assert [(r.node, r.device, r.tables) for r in (R1, R2)] == [("r1", "frr", ("zebra", "kernel")), ("r2", "bird", ("kernel",))]
    assert keepers(PLAN, "x") == (R1,)


def test_confirmed_by_count_at_every_neighbour() -> None:
    fed, confirmed = Fed(1, "x", "ipv4", 3, 3, 4), Confirmed((R1, R2))
    assert confirmed.holds(after(fed, has("r1", R1.address, 4), has("r2", R2.address, 4))).holds
    said = {
        "r2 has 3 prefixes from x, which announces 4": (fed, has("r1", R1.address, 4), has("r2", R2.address, 3)),
        "r2 has 5 prefixes from x, which announces 4": (fed, has("r1", R1.address, 4), has("r2", R2.address, 5)),
        f"r1 has no session with x ({R1.address}): it is Idle": (fed, has("r1", R1.address, 4, "Idle")),
        f"r1 has no session with x ({R1.address}): it is not heard of": (fed,),
        "x has sent 1 of 3 prefixes": (Fed(1, "x", "ipv4", 1, 3, None), has("r1", R1.address, 4)),
    }
    for why, events in said.items():
        assert confirmed.holds(after(*events)).why_not == why


def test_route_by_route() -> None:
    as_said = {f"20.0.{i}.0/24": ReceivedRoute((65010, 65100), 5) for i in range(3)}
    announce, withdraw = (tuple(changes(Feed("x", what, ROUTES), lambda path: b"")) for what in ("announce", "withdraw"))
    assert wrong(announce, "ipv4", as_said) == ()
    assert wrong(announce, "ipv6", {}) == ()
    assert wrong(announce, "ipv4", as_said | {"20.0.1.0/24": ReceivedRoute((65010, 65100), 6)}) == ("20.0.1.0/24",)
    assert wrong(announce, "ipv4", as_said | {"20.0.1.0/24": ReceivedRoute((65010,), 5)}) == ("20.0.1.0/24",)
    assert wrong(announce, "ipv4", {k: v for k, v in as_said.items() if "0.2" not in k}) == ("20.0.2.0/24",)
    assert wrong(withdraw, "ipv4", {"20.0.2.0/24": ReceivedRoute((65010,), None)}) == ("20.0.2.0/24",)
    assert wrong(withdraw, "ipv4", {}) == ()


def test_before_and_after() -> None:
    size = TableSize(10 * MS, "r1", "zebra", "ipv4", 5)
    looked = (
        has("r1", R1.address, 4),
        has("r2", R2.address, 4),
        size,
        TableSize(10 * MS, "r1", "kernel", "ipv4", 9),
        TableSize(10 * MS, "r2", "kernel", "ipv4", 9),
    )
    assert Looked((R1, R2)).holds(after(*looked)).holds
    assert not Looked((R1, R2)).holds(after(*looked[:3])).holds
    again = TableSize(500 * MS, "r1", "zebra", "ipv4", 5, 400 * MS, still=True)
    assert not Still(300 * MS, 0).holds(after(size)).holds  # nobody has looked again
    assert not Still(300 * MS, 300 * MS).holds(after(again)).holds
    assert Still(300 * MS, 100 * MS).holds(after(size, again, TableSize(900 * MS, "r1", "zebra", "ipv4", 5, 800 * MS, still=True))).holds is False
    assert Still(0, 100 * MS).holds(after(size, again)).holds


def test_what_bgpd_says_it_received() -> None:
    """FRR 8.4.4, `soft-reconfiguration inbound`."""
    told = b"""{"bgpTableVersion":1004, "receivedRoutes":{
        "10.255.64.3/32":{"network":"10.255.64.3/32","nextHop":"10.1.128.5","weight":0,"path":"65010","bgpOriginCode":"i"},
        "20.0.0.0/24":{"network":"20.0.0.0/24","nextHop":"10.1.128.5","metric":50,"weight":0,"path":"65010 65100 65200","bgpOriginCode":"i"}}}"""
    fact = ReceivedRoutes("10.1.128.5", "ipv4")
    assert fact.parse(told) == {"10.255.64.3/32": ReceivedRoute((65010,), None), "20.0.0.0/24": ReceivedRoute((65010, 65100, 65200), 50)}
    assert fact.argv[-1] == "show bgp ipv4 unicast neighbors 10.1.128.5 received-routes json"
