"""What a watch gets and gives: the lab's means and where to tell go in, the way to stop it comes out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from labctl.agent.children import Children
from labctl.agent.daemons import Daemons
from labctl.agent.injectors.base import Speaker
from labctl.agent.nodes import Node
from labctl.model.event import Event

Stop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sight:
    nodes: Mapping[str, Node]
    children: Children
    daemons: Daemons
    tell: Callable[[Event], None]
    injectors: Mapping[str, Speaker] = field(default_factory=dict)
