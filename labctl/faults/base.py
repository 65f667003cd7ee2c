"""What a fault is: a frozen value that turns a plan into acts. Pure; the agent carries the acts out and takes them back.

A fault's subject is text that a person can write: a link ('fra-isp1'), an end ('branch:isp1', the branch's side of its cable to isp1), a node, a PoP,
or a session ('branch:fra'). See subject.py.
"""

from typing import ClassVar, Protocol

from labctl.model.act import Act
from labctl.model.plan import Plan


class Fault(Protocol):
    kind: ClassVar[str]

    @property
    def subject(self) -> str: ...
    def acts(self, plan: Plan) -> tuple[Act, ...]: ...
