"""What nodes need of a machine, asked of it once for each different thing; all that it lacks is said together."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from labctl.errors import RefusedError

K = TypeVar("K")
V = TypeVar("V")


def each(wanted: Mapping[str, K], ask: Callable[[K], V], usual: K | None = None) -> Mapping[str, V]:
    """By node. RefusedError with every reason, and the nodes that it is one for, but for what nodes usually need."""
    found: dict[K, V] = {}
    lacks = []
    for one in dict.fromkeys(wanted.values()):
        try:
            found[one] = ask(one)
        except RefusedError as why:
            nodes = [node for node, of in wanted.items() if of == one]
            named = f"{', '.join(nodes[:4])}{f' and {len(nodes) - 4} more' if len(nodes) > 4 else ''}: "
            lacks.append(str(why) if one == usual else f"{named}{why}")
    if lacks:
        raise RefusedError("\n".join(lacks))
    return {node: found[one] for node, one in wanted.items()}
