"""What one probe flow costs while it sends 1000 packets a second each way: bench/probe.py measures it, this reads its first line."""

import re
import sys

from bench.command import CommandError, timed
from bench.measure import Measure

_LINE = re.compile(r"1 × +1000/s ⇄ IPv4 +([\d.]+) %.* ([\d.]+) an end +late µs p50 \d+ p99 (\d+) .* lost (\d+)")


def probe(quick: bool) -> tuple[Measure, ...]:
    said = [timed([sys.executable, "-m", "bench.probe", "2" if quick else "5"]).out for _ in range(1 if quick else 3)]
    read = [found for one in said if (found := _LINE.search(one))]
    if len(read) != len(said):
        raise CommandError(f"bench/probe.py said: {said[-1].strip()}")
    cpu, memory, late_us, lost = (tuple(float(found[i]) for found in read) for i in range(1, 5))
    return (
        Measure("flow of 1000/s both ways: CPU", "% of a core", 12, cpu),
        Measure("flow: PSS an end, with the worker", "MB", None, memory),
        Measure("flow: sender late, p99", "ms", 1, tuple(us / 1000 for us in late_us)),
        Measure("flow: lost with nothing in its way", "packets", 0, lost),
    )
