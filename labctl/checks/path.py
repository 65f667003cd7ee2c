"""Which PoP carried a flow, packet by packet, by the DSCP that it put on: before an event, until traffic was back, and at the end."""

from dataclasses import dataclass

import numpy as np

from labctl.checks.arrivals import arrivals
from labctl.checks.base import occurrences
from labctl.checks.loss import outage
from labctl.model.finding import Finding, Verdict
from labctl.model.plan import Plan
from labctl.model.sample import ARROW
from labctl.model.time import S, Span
from labctl.model.trial import Stream, Trial

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """(mark, packets) pairs, most packets first. `before`: sent in the second before; `during`: until traffic was back; `after`: in the last second."""

    before: Marks
    during: Marks
    after: Marks


class PathCheck:
    """Says which way packets went. UNKNOWN when it cannot be told: a site's packets came unmarked although the plan has PoPs that mark."""

    def judge(self, trial: Trial) -> Finding:
        if all(node.mark is None for node in trial.plan.nodes):
            return Finding("path", Verdict.PASS, "no node of this plan marks packets")
        verdict, told = Verdict.PASS, []
        for event in occurrences(trial):
            for stream in trial.streams:
                seen = carried(stream, event.span, event.until_ns, trial.validation_ns)
                ways = [names(trial.plan, marks) for marks in (seen.before, seen.during, seen.after)]
                if stream.flow.site and any(mark == 0 for mark, _ in (*seen.before, *seen.after)):
                    verdict = Verdict.UNKNOWN
                told.append(f"{stream.flow.name} {ARROW[stream.direction]} {event.label}: {' / '.join(ways)}")
        return Finding("path", verdict, "; ".join(told) or "nothing was done")


def carried(stream: Stream, event: Span, until_ns: int, validation_ns: int) -> Carried:
    packets = arrivals(stream)
    out = outage(stream, event, until_ns, validation_ns, packets=packets)
    window = out.window
    # Without a loss nothing lies between: the path changed, or not, from one packet to the next.
    stopped = window.lo_ns if out.first_lost_ns is None else out.first_lost_ns
    back = stopped if not out.lost else window.hi_ns if out.restored_ns is None else out.restored_ns
    return Carried(
        before=_marks(stream, Span(window.lo_ns - S, window.lo_ns)),
        during=_marks(stream, Span(stopped, back)),
        after=_marks(stream, Span(max(back, window.hi_ns - S), window.hi_ns)),
    )


def names(plan: Plan, marks: Marks) -> str:
    """'fra1', or 'fra1 (12), ams1 (3)' with packets when there are several; '-' for none."""
    owner = {node.mark: node.name for node in plan.nodes if node.mark is not None}
    each = [owner.get(mark, f"mark {mark}" if mark else "unmarked") for mark, _ in marks]
    if len(marks) < 2:
        return "".join(each) or "-"
    return ", ".join(f"{name} ({count})" for name, (_, count) in zip(each, marks, strict=True))


def _marks(stream: Stream, sent: Span) -> Marks:
    inside = (stream.rx_sent_ns >= sent.lo_ns) & (stream.rx_sent_ns < sent.hi_ns)
    values, counts = np.unique(stream.rx_mark[inside], return_counts=True)
    return tuple(sorted(zip(values.tolist(), counts.tolist(), strict=True), key=lambda pair: -pair[1]))
