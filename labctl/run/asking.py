"""Asks a steady lab what its plan cannot know: the sessions of configurations that are the user's own."""

import asyncio
import time

from labctl.lab import Lab
from labctl.programs.speakers import speaker
from labctl.scenario.promised import SessionPromise
from labctl.scenario.told import Told, known, to_ask


async def ask_sessions(lab: Lab) -> tuple[SessionPromise, ...] | None:
    """Every session that theory may build on; None where the plan knows them all. A daemon without an answer has told nothing."""
    nodes = to_ask(lab.plan)
    if not nodes:
        return None
    answers = await asyncio.gather(*(_told(lab, node) for node in nodes))
    return known(lab.plan, dict(zip(nodes, answers, strict=True)))


async def _told(lab: Lab, node: str) -> Told:
    asks = speaker(lab.plan.node(node)).asks
    bgp = await lab.ask(node, asks.bgp.argv)
    bfd = await lab.ask(node, asks.bfd.argv) if asks.bfd is not None else None
    now = time.monotonic_ns()
    return Told(
        tuple(session.seen(now, node) for session in (asks.bgp.parse(bgp.out.encode()) if bgp.status == 0 else ())),
        tuple(session.seen(now, node) for session in (asks.bfd.parse(bfd.out.encode()) if asks.bfd and bfd and bfd.status == 0 else ())),
    )
