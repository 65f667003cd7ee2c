"""How long traffic stopped, for each event, flow and direction on its own, and whether that is what theory promised."""

from collections.abc import Iterator
from dataclasses import dataclass

from labctl.checks.arrivals import FORWARDING_DELAY_THRESHOLD_NS, arrivals
from labctl.checks.base import Occurrence, occurrences
from labctl.checks.loss import Outage, measurable, outage
from labctl.model.finding import Expectation, Figure, Finding, Verdict, worst
from labctl.model.sample import ARROW
from labctl.model.time import seconds
from labctl.model.trial import Stream, Trial

METHOD = "loss-derived, RFC 6412 3.5.3 Equation 8 (lost packets × gap)"
METHOD_UNION = "union of loss periods by send stamps, RFC 3357"


@dataclass(frozen=True, slots=True)
class Judged:
    """One event's outage in one direction of one flow against what was expected; `verdict` is None where nothing was (kind 'none', or no expectation)."""

    occurrence: Occurrence
    stream: Stream
    outage: Outage
    expectation: Expectation | None
    verdict: Verdict | None
    reason: str

    @property
    def figure(self) -> Figure:
        return Figure(
            name=f"outage at {self.occurrence.label}",
            value_ns=self.outage.outage_ns,
            at_least_ns=self.outage.at_least_ns,
            resolution_ns=self.outage.resolution_ns,
            method=METHOD if self.outage.agrees else METHOD_UNION,
            flow=self.stream.flow.name,
            direction=self.stream.direction,
        )


@dataclass(frozen=True, slots=True)
class OutageCheck:
    """A flow that was never up gives no figure. Without any expectation the verdict is UNKNOWN: there was nothing to pass."""

    threshold_ns: int = FORWARDING_DELAY_THRESHOLD_NS

    def judge(self, trial: Trial) -> Finding:
        every = tuple(judged(trial, self.threshold_ns))
        asked = [j for j in every if j.verdict is not None]
        verdict = worst(tuple(j.verdict for j in asked if j.verdict is not None))
        told = [j for j in asked if j.verdict is verdict and verdict is not Verdict.PASS] or asked
        reason = "; ".join(f"{j.stream.flow.name} {ARROW[j.stream.direction]} {j.occurrence.label}: {j.reason}" for j in told)
        return Finding("outage", verdict, reason or "nothing was expected of any flow", tuple(j.figure for j in every if measurable(j.occurrence, j.outage)))


def judged(trial: Trial, threshold_ns: int = FORWARDING_DELAY_THRESHOLD_NS) -> Iterator[Judged]:
    """Event by event, in the order of the streams."""
    packets = [arrivals(stream, threshold_ns) for stream in trial.streams]
    for event in occurrences(trial):
        for stream, arrived in zip(trial.streams, packets, strict=True):
            result = outage(stream, event.span, event.until_ns, trial.validation_ns, threshold_ns, arrived)
            expected = trial.expected.get((event.label, stream.flow.name, stream.direction))
            verdict, reason = compare(event, result, expected)
            yield Judged(event, stream, result, expected, verdict, reason)


def compare(event: Occurrence, result: Outage, expected: Expectation | None) -> tuple[Verdict | None, str]:
    """The verdict, None where nothing was promised, and one sentence for it."""
    if expected is None or expected.kind == "none":
        return None, f"{said(result)}; no budget{f' ({expected.why})' if expected else ''}"
    if not measurable(event, result):
        return Verdict.UNKNOWN, "no packet was sent after the event" if result.was_up else "the flow was not up before the event: nothing was measured"
    match expected.kind:
        case "zero":
            return _zero(result)
        case "never":
            return _never(result)
        case "band":
            return _band(result, expected)


def said(result: Outage) -> str:
    """For people, with its error bar; several loss periods are named."""
    if not result.lost:
        return f"0 lost of {result.observed}"
    bar = f"± {seconds(result.resolution_ns)}"
    periods = f" in {len(result.periods)} loss periods over {seconds(result.span_ns)}" if not result.agrees and len(result.periods) > 1 else ""
    if result.outage_ns is not None:
        return f"{seconds(result.outage_ns)} {bar}{periods}"
    least = f"≥ {seconds(result.at_least_ns or 0)}{periods}"
    return f"{least}, did not recover" if result.restored_ns is None else f"{least}, came back too late to be validated"


def _zero(result: Outage) -> tuple[Verdict, str]:
    if result.lost:
        return Verdict.FAIL, f"{result.lost} lost ({said(result)}), expected none"
    return Verdict.PASS, f"{said(result)}, as expected"


def _never(result: Outage) -> tuple[Verdict, str]:
    if result.lost and result.restored_ns is None:
        return Verdict.PASS, f"{said(result)}, as expected"
    return Verdict.FAIL, f"{said(result)}, expected never to recover"


def _band(result: Outage, expected: Expectation) -> tuple[Verdict, str]:
    assert expected.band is not None
    # Theory knows neither the act's width nor the gap: a figure is as expected when its error bar touches the band.
    band = expected.band.widened(result.resolution_ns, result.resolution_ns)
    promise = f"expected {seconds(expected.band.lo_ns)} to {seconds(expected.band.hi_ns)}"
    if result.outage_ns is not None:
        inside = band.holds(result.outage_ns)
        return (Verdict.PASS if inside else Verdict.FAIL), f"{said(result)}, {promise}"
    if (result.at_least_ns or 0) > band.hi_ns:
        return Verdict.FAIL, f"{said(result)}, {promise}"
    return Verdict.UNKNOWN, f"{said(result)}: watched for too short a time; {promise}"
