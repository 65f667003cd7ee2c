"""`labctl ps`: the labs that are alive, and what is going on in each."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from labctl.app.living import awake
from labctl.errors import LabctlError
from labctl.lab import Lab, connect
from labctl.model.wire import HoldInfo, View
from labctl.runtimes.base import Runtime

_ANSWERS_WITHIN_S = 3.0
_PSS = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ {kb += $2} END {print kb + 0}'"


@dataclass(frozen=True, slots=True)
class Alive:
    """`stage` is the agent's word, or why it does not answer; `since_ns` is of CLOCK_MONOTONIC; `pss_kb` is all of the lab's processes, the agent too."""

    lab: str
    stage: str
    pid: int
    kept: bool
    since_ns: int | None
    nodes: int
    daemons: int
    pss_kb: int | None
    holds: tuple[HoldInfo, ...]
    claimed_by: str | None


async def ps(runtime: Runtime, who: str) -> tuple[Alive, ...]:
    return tuple(await asyncio.gather(*(_one(runtime, name, who) for name in runtime.living())))


async def _one(runtime: Runtime, name: str, who: str) -> Alive:
    pid, nodes = 0, 0
    try:
        reach = runtime.find(name)
        pid, nodes = reach.pid, len(reach.plan.nodes)
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            lab = await connect(reach, who)
            try:
                view = await awake(lab)
                pss = await _pss(lab, view)
            finally:
                await lab.close()
    except TimeoutError:
        return Alive(name, f"failed: its agent does not answer within {_ANSWERS_WITHIN_S:.0f} s", pid, True, None, nodes, 0, None, (), None)
    except (LabctlError, OSError, ValueError) as wrong:
        return Alive(name, f"failed: {wrong}", pid, True, None, nodes, 0, None, (), None)
    return Alive(name, view.stage, pid, view.kept, view.since_ns, nodes, len(view.daemons), pss, view.holds, view.claimed_by)


async def _pss(lab: Lab, view: View) -> int | None:
    """Counted inside: any node sees all of the lab's processes, and may look at them although an ordinary user outside may not. Containers do not."""
    if view.stage != "alive" or not view.doors:
        return None
    if view.doors[0][1].pid is not None:
        return sum(_pss_of(pid) for pid in (lab.reach.pid, *(daemon.pid for daemon in view.daemons)))
    answer = await lab.ask(view.doors[0][0], ("sh", "-c", _PSS))
    return int(answer.out) if answer.status == 0 and answer.out.strip().isdigit() else None


def _pss_of(pid: int) -> int:
    try:
        found = re.search(r"^Pss: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:  # it ended just now
        return 0
    return int(found[1]) if found else 0
