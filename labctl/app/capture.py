"""`labctl capture`: the packets of a link, as one of its ends sees them, through the same door as `exec`."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from labctl.app.enter import Way, way_in
from labctl.app.living import attached
from labctl.errors import InputError, Problem, RefusedError
from labctl.faults import subject as find
from labctl.model.plan import End, Plan
from labctl.runtimes.base import Runtime

_ROOT = Path(__file__).resolve().parents[2]
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from labctl.app.sniff import main; main()"


async def capture(runtime: Runtime, lab: str | None, link: str, count: int | None, for_ns: int | None, filters: Sequence[str], who: str) -> Way:
    """The process that writes a pcap to its stdout until `count`, `for_ns` or SIGINT ends it."""
    instructions = _compiled(filters)
    async with attached(runtime, lab, who) as connection:
        end = where(connection.plan, link)
        asked = {"ifname": end.ifname, "count": count, "for_ns": for_ns, "filter": instructions}
        return await way_in(connection, end.node, (sys.executable, "-I", "-S", "-c", _START, json.dumps(asked)), with_our_files=True)


def where(plan: Plan, text: str) -> End:
    """'fra-isp1': the link's first end; 'isp1:fra': that end; 'branch-fra': a tunnel, at the edge. RefusedError with near names."""
    if ":" in text:
        return find.ends(plan, text)[0]
    for site in plan.sites:
        for attached_to in site.attachments:
            if attached_to.tunnel == text:
                return attached_to.edge
    return find.link(plan, text).a


def _compiled(filters: Sequence[str]) -> list[list[int]]:
    """By tcpdump, for the kernel: packets that nobody wants are never copied."""
    if not filters:
        return []
    try:
        done = subprocess.run(["tcpdump", "-y", "EN10MB", "-ddd", *filters], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RefusedError("filters are compiled by tcpdump, which is not installed; sudo apt-get install tcpdump") from None
    if done.returncode != 0:
        reason = done.stderr.strip().removeprefix("tcpdump: ").splitlines()
        raise InputError([Problem(" ".join(filters), 0, 0, f"tcpdump does not take it: {reason[-1] if reason else 'no reason given'}")])
    return [[int(word) for word in line.split()] for line in done.stdout.splitlines()[1:]]
