"""BGP and BFD sessions as tables."""

from typing import TYPE_CHECKING

from labctl.cli.table import Table
from labctl.model.time import seconds

if TYPE_CHECKING:
    from labctl.model.event import BfdState, BgpState
    from labctl.model.plan import Plan


def bgp(rows: "tuple[BgpState, ...]", plan: "Plan") -> Table:
    names = _owners(plan)
    return Table(
        ("NODE", "PEER", "ADDRESS", "STATE", "TIMERS", "PREFIXES", "LAST END"),
        tuple(
            (
                r.node,
                names.get(r.peer, "–"),
                r.peer,
                r.state,
                f"{r.keepalive_s}/{r.hold_s} s" if r.hold_s else "–",
                str(r.prefixes),
                r.down_reason or "–",
            )
            for r in rows
        ),
    )


def bfd(rows: "tuple[BfdState, ...]", plan: "Plan") -> Table:
    names = _owners(plan)
    return Table(
        ("NODE", "PEER", "ADDRESS", "STATE", "SENDS EVERY", "EXPECTS EVERY", "DETECTS IN", "DIAGNOSTIC"),
        tuple(
            (
                r.node,
                names.get(r.peer, "–"),
                r.peer,
                "up" if r.up else "down",
                seconds(r.send_ns) if r.up else "–",
                seconds(r.receive_ns) if r.up and r.receive_ns else "–",
                seconds(r.detect_ns) if r.up and r.detect_ns else "–",
                "–" if r.diagnostic in ("", "ok", "No Diagnostic") else r.diagnostic,
            )
            for r in rows
        ),
    )


def _owners(plan: "Plan") -> dict[str, str]:
    return {address.partition("/")[0]: node.name for node in plan.nodes for interface in node.interfaces for address in interface.addresses}
