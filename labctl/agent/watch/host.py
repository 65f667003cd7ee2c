"""Host: whether this machine is fit to measure on: stolen time, and how long the lab's daemons waited for a processor (sched(7), /proc/<pid>/schedstat)."""

import asyncio
import time
from collections import deque
from pathlib import Path

from labctl.agent.watch.base import Sight, Stop
from labctl.model.event import HostSample
from labctl.model.watch import Host

_CPU_OVER_NS = 1_000_000_000
"""Shares of processor time are of the last second: the kernel counts in ticks, of which a tenth of a second has too few."""


async def start(watch: Host, sight: Sight) -> Stop:
    loop = asyncio.get_running_loop()
    cpu, waits = deque([_cpu()], maxlen=1 + max(1, _CPU_OVER_NS // watch.every_ns)), _waits(sight)
    timer: asyncio.TimerHandle

    def sample() -> None:
        nonlocal waits, timer
        timer = loop.call_later(watch.every_ns / 1e9, sample)
        cpu.append(_cpu())
        was_waits, waits = waits, _waits(sight)
        total, idle, steal = (now - was for now, was in zip(cpu[-1], cpu[0], strict=True))
        waited, waiter = max(((ns - was_waits[who], who) for who, ns in waits.items() if who in was_waits), default=(0, ""))
        share = max(total, 1)
        sight.tell(HostSample(time.monotonic_ns(), steal / share, 1 - idle / share, waited, waiter))

    timer = loop.call_later(watch.every_ns / 1e9, sample)

    async def stop() -> None:
        timer.cancel()

    return stop


def _cpu() -> tuple[int, int, int]:
    """Ticks since boot, of all processors: in all, idle, stolen (proc(5), /proc/stat)."""
    user, nice, system, idle, iowait, irq, softirq, steal = (int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return user + nice + system + idle + iowait + irq + softirq + steal, idle + iowait, steal


def _waits(sight: Sight) -> dict[str, int]:
    waits = {}
    for daemon in sight.daemons.alive():
        try:
            waits[f"{daemon.node} {daemon.name}"] = int(Path(f"/proc/{daemon.pid}/schedstat").read_text().split()[1])
        except (OSError, IndexError):  # it ended just now, or the kernel keeps no such count
            continue
    return waits
