"""What an act's doer gets and gives: the lab's means go in, the way back comes out."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from labctl.agent.acts.dropping import Counted
from labctl.agent.children import Children
from labctl.agent.daemons import Daemons
from labctl.agent.injectors.base import Speaker
from labctl.agent.nodes import Node
from labctl.model.event import Event

Undo = Callable[[], Awaitable[None]]
"""Takes an act back; called once. What it cannot do it says by raising."""

Armed = Callable[[], Awaitable[Undo]]
"""An act of which all is looked up and made ready: calling it does nothing but the act itself, so that its stamps are narrow."""


@dataclass(frozen=True, slots=True)
class Means:
    """`hold` names the hold, for rules that carry its name; `flows` are the probe flows that drop rules shall count.

    `tell` reports an event. What is put into `afterwards` is done once the hold is undone and stamped, or could not be made: reading counters is no part of
    the act.
    """

    nodes: Mapping[str, Node]
    daemons: Daemons
    children: Children
    hold: str
    label: str
    flows: tuple[Counted, ...]
    tell: Callable[[Event], None]
    afterwards: AsyncExitStack
    injectors: Mapping[str, Speaker] = field(default_factory=dict)
