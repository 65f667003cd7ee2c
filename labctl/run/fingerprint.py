"""What a lab looks like when it is steady, so that a trial can be seen to have left it as it was: addresses, routes, daemons alive, nothing held."""

import asyncio
from dataclasses import dataclass

from labctl.lab import Lab

_NOT_STEADY = ("nhid ", "expires ")
"""Words in `ip route` whose number changes although the route does not."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`kernels` is per node what `ip` says of addresses and routes, `daemons` are those alive. One that a heal has started again is as good: decision 8."""

    kernels: tuple[tuple[str, str], ...]
    daemons: tuple[tuple[str, str], ...]
    held: int

    def unlike(self, steady: "Fingerprint") -> str:
        """The first thing that is not as it was, for people; empty when all is."""
        now = dict(self.kernels)
        for node, before in steady.kernels:
            if moved := sorted(set(now.get(node, "").splitlines()) ^ set(before.splitlines())):
                return f"{node}: {moved[0]}"
        if gone := sorted(set(steady.daemons) - set(self.daemons)):
            return "{}: no {}".format(*gone[0])
        return "" if self.held == steady.held else "a fault is still held"


async def fingerprint(lab: Lab) -> Fingerprint:
    view = await lab.look()
    nodes = [name for name, _ in view.doors]
    kernels = await asyncio.gather(*(_kernel(lab, name) for name in nodes))
    daemons = tuple(sorted((d.node, d.name) for d in view.daemons))
    return Fingerprint(tuple(zip(nodes, kernels, strict=True)), daemons, sum(1 for h in view.holds if h.label != "probes"))


async def _kernel(lab: Lab, node: str) -> str:
    asked = await lab.ask(node, ("sh", "-c", "ip -br addr; ip -4 route; ip -6 route"))
    return "\n".join(sorted(_plain(line) for line in asked.out.splitlines()))


def _plain(line: str) -> str:
    words = line.split()
    for word in _NOT_STEADY:
        if word.strip() in words:
            at = words.index(word.strip())
            del words[at : at + 2]
    return " ".join(words)
