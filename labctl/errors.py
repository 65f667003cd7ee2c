"""What can go wrong, as one tree; the command line turns each branch into an exit code.

LabctlError
├── InputError          2  what the user wrote cannot be used; carries every problem at once
├── RefusedError        2  asked for something that this machine, lab or version cannot do
│   └── ClaimedError    2  somebody else measures on this lab
├── LabError            4  the lab or the host failed
│   ├── RejectedError   4  a daemon did not take a line of its configuration
│   ├── NotSteadyError  4  the lab did not become steady in time
│   ├── WatchLostError  4  a watch ended without being asked to
│   └── AgentGoneError       4  the agent's connection closed
└── BugError            4  a promise inside labctl was broken
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place of a user's file; lines and columns count from 1, 0 when unknown."""

    file: str
    line: int
    column: int
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}" + (f"\n    {self.hint}" if self.hint else "")


class LabctlError(Exception):
    """The root; `exit_code` is what the process ends with."""

    exit_code = 4


class InputError(LabctlError):
    """A user's file or argument cannot be used. Lists every problem, in the order of the file."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(p) for p in self.problems))


class RefusedError(LabctlError):
    """What was asked cannot be done here; the message says why and what would help."""

    exit_code = 2


class ClaimedError(RefusedError):
    """Another client measures on this lab."""


class LabError(LabctlError):
    """The lab or the host failed; nothing was measured."""


class RejectedError(LabError):
    """A daemon refused a line of its configuration."""


class NotSteadyError(LabError):
    """A condition was not reached by its deadline; the message says which and what was seen instead."""


class WatchLostError(LabError):
    """A watch ended without being asked to: what it would have told is unknown."""


class AgentGoneError(LabError):
    """The agent's connection closed: the lab is gone, or the agent was killed."""


class BugError(LabctlError):
    """Something that labctl promised itself did not hold: please report it."""


def cause(wrong: BaseException) -> BaseException:
    """Of several that failed side by side, however nested, the first that says what it is."""
    while isinstance(wrong, BaseExceptionGroup):
        known = [e for e in wrong.exceptions if isinstance(e, LabctlError | BaseExceptionGroup)]
        wrong = (known or list(wrong.exceptions))[0]
    return wrong
