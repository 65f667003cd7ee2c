from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labctl.checks.loss import Outage, outage
from labctl.model.time import MS, S, Span
from labctl.model.trial import Stream
from tests.unit.checks.synthetic import DELAY, GAP, START, arriving, at, stream

COUNT = 10_000
FAULT = Span(at(2000), at(2000) + 50_000)


def judge(made: Stream, until_ns: int = START + COUNT * GAP, event: Span = FAULT) -> Outage:
    return outage(made, event, until_ns, 5 * S)


def test_lost_packets_times_the_gap_is_the_outage() -> None:
    out = judge(stream(COUNT, range(2000, 2071)))
    assert (out.outage_ns, out.lost, out.ended, out.agrees, len(out.periods)) == (71 * MS, 71, True, True, 1)
    assert (out.first_lost_ns, out.restored_ns) == (START + 2000 * GAP, START + 2071 * GAP)
    assert out.resolution_ns == GAP + 50_000


def test_nothing_lost_is_an_outage_of_zero_that_ended() -> None:
    out = judge(stream(COUNT))
    assert (out.outage_ns, out.lost, out.ended, out.at_least_ns) == (0, 0, True, None)


def test_an_outage_that_does_not_end_is_at_least_the_window() -> None:
    out = judge(stream(COUNT, range(2000, COUNT)))
    assert (out.outage_ns, out.ended, out.restored_ns) == (None, False, None)
    assert out.at_least_ns == 8000 * MS


def test_back_for_less_than_the_validation_time_has_not_ended() -> None:
    out = judge(stream(COUNT, range(2000, 6000)))
    assert (out.outage_ns, out.ended, out.at_least_ns) == (None, False, 4 * S)
    assert out.restored_ns == START + 6000 * GAP


def test_back_for_exactly_the_validation_time_has_ended() -> None:
    assert judge(stream(COUNT, range(2000, 5000))).outage_ns == 3 * S


def test_several_loss_periods_are_each_kept_and_the_figure_is_their_union() -> None:
    out = judge(stream(COUNT, [*range(2000, 2100), *range(3000, 3050)]))
    assert [p.lost for p in out.periods] == [100, 50]
    assert (out.agrees, out.outage_ns, out.span_ns) == (False, 150 * MS, 1050 * MS)


def test_the_packets_on_their_way_at_the_instant_belong_to_the_event() -> None:
    far = arriving(stream(COUNT), [s for s in range(COUNT) if not 1990 <= s < 2071], delay_ns=20 * MS)
    assert judge(far).lost == 81


def test_packets_that_waited_at_the_start_of_the_flow_do_not_widen_the_event() -> None:
    made = stream(COUNT, range(1700, 1750))
    received = made.rx_received_ns.copy()
    received[1200:1500] = received[1500]
    assert judge(replace(made, rx_received_ns=received)).lost == 0


def test_losses_before_the_event_are_not_its_own() -> None:
    assert judge(stream(COUNT, range(100, 150))).lost == 0


def test_losses_after_the_next_event_are_not_its_own() -> None:
    made = stream(COUNT, [*range(2000, 2010), *range(4000, 4500)])
    out = judge(made, until_ns=at(4000))
    assert (out.lost, out.ended) == (10, False)


def test_a_flow_that_was_never_up() -> None:
    out = judge(stream(COUNT, range(COUNT)))
    assert (out.was_up, out.outage_ns) == (False, None)


def test_duplicates_and_reordering_are_no_loss() -> None:
    order = np.arange(COUNT)
    order[2000:2010] = order[2000:2010][::-1]
    out = judge(arriving(stream(COUNT), [*order.tolist(), *range(2000, 2100)]))
    assert (out.lost, out.outage_ns) == (0, 0)


def test_a_packet_later_than_the_threshold_is_lost_and_said_to_be_late() -> None:
    made = stream(COUNT)
    received = made.rx_received_ns.copy()
    received[2000:2005] += 3 * S
    out = judge(replace(made, rx_received_ns=received))
    assert (out.lost, out.late) == (5, 5)


def test_of_two_copies_the_first_counts() -> None:
    made = arriving(stream(COUNT), [*range(COUNT), 2000])
    received = made.rx_received_ns.copy()
    received[-1] += 5 * S
    assert judge(replace(made, rx_received_ns=received)).lost == 0


def test_a_sender_that_skipped_packets_is_measured_by_its_stamps() -> None:
    """100 ms of its schedule were never sent, in the middle of an outage of 300 ms: lost × gap alone would say 200 ms."""
    made = stream(COUNT, range(2000, 2300))
    keep = np.r_[0:2100, 2200:COUNT]
    seq = np.arange(len(keep))
    sent = made.tx_sent_ns[keep]
    came = np.r_[0:2000, 2200 : len(keep)]
    holed = replace(
        made, tx_seq=seq, tx_scheduled_ns=sent, tx_sent_ns=sent, rx_seq=came, rx_sent_ns=sent[came], rx_received_ns=sent[came] + DELAY, rx_mark=came * 0
    )
    out = judge(holed)
    assert (out.lost, out.agrees, out.outage_ns) == (200, False, 300 * MS)


def test_an_event_after_the_last_packet_observes_nothing() -> None:
    late = START + 2 * COUNT * GAP
    assert judge(stream(COUNT), until_ns=late + S, event=Span(late, late)).observed == 0


@given(lost=st.sets(st.integers(2000, 3999)), until=st.integers(3000, 4000))
def test_lost_and_received_are_what_was_sent_and_periods_partition_the_lost(lost: set[int], until: int) -> None:
    made = stream(4000, lost)
    out = judge(made, until_ns=START + until * GAP)
    inside = {s for s in lost if out.window.lo_ns <= START + s * GAP < out.window.hi_ns}
    assert out.lost == len(inside) == sum(p.lost for p in out.periods)
    assert len(made.rx_seq) + len(lost) == len(made.tx_seq)
    for this, after in zip(out.periods, out.periods[1:], strict=False):
        assert this.restored_ns is not None
        assert this.first_lost_ns + this.lost * GAP == this.restored_ns < after.first_lost_ns
    assert (out.outage_ns is None) == (not out.ended) == (out.at_least_ns is not None)
    length = out.outage_ns if out.outage_ns is not None else out.at_least_ns
    assert length is not None
    assert abs(length - out.lost * GAP) <= out.resolution_ns


@given(lost=st.sets(st.integers(0, 99)), data=st.data())
def test_the_order_of_arrival_changes_no_outage(lost: set[int], data: st.DataObject) -> None:
    came = [s for s in range(100) if s not in lost]
    shuffled = data.draw(st.permutations(came))
    event = Span(at(30), at(30))
    made = stream(100)
    assert judge(arriving(made, shuffled), START + 100 * GAP, event) == judge(arriving(made, came), START + 100 * GAP, event)
