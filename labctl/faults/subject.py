"""From what a person wrote to what a plan has: links, ends, nodes, PoPs and sessions by name, with near misses when there is none."""

from difflib import get_close_matches

from labctl.errors import RefusedError
from labctl.model.plan import End, Link, Neighbor, Node, Plan, Pop


def link(plan: Plan, text: str) -> Link:
    """'fra-isp1' or 'isp1-fra'."""
    for candidate in plan.links:
        if text in (candidate.name, f"{candidate.a.node}-{candidate.b.node}", f"{candidate.b.node}-{candidate.a.node}"):
            return candidate
    raise _no("link", text, [candidate.name for candidate in plan.links])


def ends(plan: Plan, text: str) -> tuple[End, End]:
    """The end named by 'node:neighbour' or 'node:ifname', and the one at the other side of its cable."""
    for cable in plan.links:
        for near, far in ((cable.a, cable.b), (cable.b, cable.a)):
            if text in (str(near), f"{near.node}:{far.node}"):
                return near, far
    raise _no("link end", text, [f"{n.node}:{f.node}" for c in plan.links for n, f in ((c.a, c.b), (c.b, c.a))])


def node(plan: Plan, text: str) -> Node:
    for candidate in plan.nodes:
        if candidate.name == text:
            return candidate
    raise _no("node", text, [n.name for n in plan.nodes])


def pop(plan: Plan, text: str) -> Pop:
    for candidate in plan.pops:
        if candidate.name == text:
            return candidate
    raise _no("PoP", text, [p.name for p in plan.pops])


def sessions(plan: Plan, text: str) -> tuple[Node, tuple[Neighbor, ...]]:
    """'branch:fra': every session (of each address family) that branch has with fra, as branch has it; 'branch': all that it has."""
    name, _, peer = text.partition(":")
    for candidate in plan.nodes:
        if candidate.name == name and candidate.bgp is not None:
            found = tuple(n for n in candidate.bgp.neighbors if peer in ("", n.peer, n.address))
            if found:
                return candidate, found
    raise _no("BGP session", text, [f"{n.name}:{s.peer}" for n in plan.nodes if n.bgp for s in n.bgp.neighbors])


def sealed(plan: Plan) -> tuple[str, ...]:
    """The cables over which IPsec tunnels go."""
    return tuple(dict.fromkeys(name for site in plan.sites if site.tunnel == "ipsec" for a in site.attachments for name in a.links))


def _no(what: str, text: str, there: list[str]) -> RefusedError:
    near = get_close_matches(text, there, 3)
    known = list(dict.fromkeys(there))
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}" if known else "there is none"
    )
    return RefusedError(f"no {what} {text!r} in this lab; {hint}")
