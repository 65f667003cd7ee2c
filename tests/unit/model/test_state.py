"""Since when a flow has been arriving without a break: what "back" means, for every step that waits for it."""

from typing import Literal

from labctl.model.event import FlowSummary
from labctl.model.state import State
from labctl.model.time import MS

KEY: tuple[str, Literal["forward"]] = ("a-b", "forward")


def after(*missing: int) -> State:
    """A hundred packets every tenth of a second, of which so many are missing by then, in all."""
    state = State()
    for n, gone in enumerate(missing, 1):
        at = n * 100 * MS
        state = state.after(FlowSummary(at, *KEY, sent=n * 100, received=n * 100 - gone, late_ns=0, queue_drops=0, mark=1, last_ns=at, missing=gone))
    return state


def test_arriving_whole_it_flows_since_it_was_first_seen_to() -> None:
    assert after(0, 0, 0).flowing[KEY] == 200 * MS


def test_one_lost_packet_breaks_it() -> None:
    """RFC 6412, Sustained Convergence Validation Time: traffic that loses again had not converged."""
    assert after(0, 0, 1, 1, 1).flowing[KEY] == 300 * MS


def test_packets_that_were_only_overtaken_do_not_break_it_for_long() -> None:
    assert after(0, 0, 2, 0, 0).flowing[KEY] == 300 * MS
