"""Sessions of a user's own configuration: what the plan cannot promise is what the daemons at both ends say is in force. The rest stays the plan's."""

from collections.abc import Mapping
from dataclasses import dataclass

from labctl.model.event import BfdState, BgpState
from labctl.model.plan import Family, Plan
from labctl.scenario.promised import SessionPromise, ours, owners, sessions


@dataclass(frozen=True, slots=True)
class Told:
    """One node's answers."""

    bgp: tuple[BgpState, ...]
    bfd: tuple[BfdState, ...]


def to_ask(plan: Plan) -> tuple[str, ...]:
    """The nodes with a whole configuration of the user's, and those that have sessions with them. None when there is nothing to be asked."""
    own = {node.name for node in plan.nodes if not ours(node)}
    near = {node.name for node in plan.nodes if node.bgp and any(n.peer in own for n in node.bgp.neighbors)}
    return tuple(node.name for node in plan.nodes if node.name in own | near)


def known(plan: Plan, told: Mapping[str, Told]) -> tuple[SessionPromise, ...]:
    """The plan's promises; of sessions with an end that is not ours, those that are up as their daemons tell them, and no others."""
    owner = owners(plan)
    own = {node.name for node in plan.nodes if not ours(node)}
    promised = (p for p in sessions(plan) if owner.get(p.peer) not in own)
    read = (
        _read(node, state, told[node].bfd, _back(told.get(owner.get(state.peer, "")), node, state.family, owner))
        for node in told
        for state in told[node].bgp
        if state.state == "Established" and own & {node, owner.get(state.peer, "")}
    )
    return (*promised, *read)


def _back(far: Told | None, node: str, family: Family, owner: Mapping[str, str]) -> BgpState | None:
    """The same session as its other end has it."""
    return next((s for s in far.bgp if s.family == family and owner.get(s.peer) == node), None) if far else None


def _read(node: str, mine: BgpState, bfd: tuple[BfdState, ...], theirs: BgpState | None) -> SessionPromise:
    """What is waited for is the other end's keepalive, not the own one."""
    up = next((b for b in bfd if b.peer == mine.peer and b.up), None)
    return SessionPromise(
        node=node,
        peer=mine.peer,
        family=mine.family,
        bfd=up is not None,
        receive_ns=up.receive_ns if up else None,
        send_ns=up.send_ns if up else None,
        detect_ns=up.detect_ns if up else None,
        keepalive_s=theirs.keepalive_s if theirs else None,
        hold_s=mine.hold_s,
    )
