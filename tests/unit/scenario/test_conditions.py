"""What a step can wait for, and what it says meanwhile."""

from labctl.model.event import ActDone, RouteChange
from labctl.model.state import State
from labctl.model.time import S
from labctl.scenario.conditions import Quiet

AT = 1_000 * S


def later(seen: State, after_ns: int) -> State:
    return seen.after(ActDone(AT + after_ns, "noop", "", False, AT, AT))


def test_routes_are_quiet_once_none_has_changed_for_so_long() -> None:
    early = State(at_ns=AT).after(RouteChange(AT, "fra", "10.0.0.0/8", True, None, "eth1", 186))
    assert "10.0.0.0/8 on fra" in Quiet(S).holds(early).why_not
    assert Quiet(S).holds(later(early, 2 * S)).holds


def test_a_young_watch_on_routes_says_nothing_of_their_rest() -> None:
    assert Quiet(S, AT).holds(later(State(), S // 2)).why_not == "routes are not yet known to stay for 1.00 s"
    assert Quiet(S, AT).holds(later(State(), S)).holds
