"""How long routing needs once a failure is noticed: daemons' own holds, hop by hop. Data with its source; `labctl run` prints which one it used."""

from dataclasses import dataclass

from labctl.model.time import MS, Span


@dataclass(frozen=True, slots=True)
class Floor:
    """`local_bgp` is from the end of a session to the new route in the own kernel, `local_static` the same for a static route whose interface went.

    `hop` is what each further speaker adds that must withdraw or advertise before traffic flows again.
    """

    name: str
    local_bgp: Span
    local_static: Span
    hop: Span


FRR = Floor(
    name="FRR: bgpd holds its queue 50 ms (bgp_process_queue), zebra its own 10 ms, paid twice (ZEBRA_RIB_PROCESS_HOLD_TIME)",
    local_bgp=Span(50 * MS, 120 * MS),
    local_static=Span(0, 60 * MS),
    hop=Span(0, 75 * MS),
)
"""Measured on an idle two-processor machine with FRR 8.4: 71 ms for BGP, 20 ms for static routes; the upper ends leave room for a scheduler's turn."""
