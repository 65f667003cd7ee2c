"""The lines of a configuration that FRR did not take, from what it says about them.

A daemon that reads a file with -f goes on after a bad line and writes one line to its log for each; what a command has to say for itself ("% …") goes to
its standard error, without a number. vtysh -f writes one line for each to its own standard error, and ends with a code other than 0.
"""

import re
from collections.abc import Iterator

from labctl.errors import Problem
from labctl.model.plan import OwnConfig
from labctl.programs.speaker import Rejection

_IN_LOG = re.compile(r"\] (?P<why>[A-Z][\w ]+) on config line (?P<line>\d+): (?P<text>.*)")
_IN_VTYSH = re.compile(r"line (?P<line>\d+): % (?P<why>[\w ]+?)\s*\[\d+\]: (?P<text>.*)")
_IN_VTYSH_TO_DAEMON = re.compile(r"line (?P<line>\d+): Failure to communicate\[\d+\] to (?P<why>\w+), line: (?P<text>.*)")
_SAID = re.compile(r"% (?P<text>.*)")


def rejections(text: str) -> tuple[Rejection, ...]:
    return tuple(dict.fromkeys(_each(text)))


def in_users_file(rejection: Rejection, own: OwnConfig) -> Problem:
    """Where it stands in what the user wrote: their frr.conf, or the lines in their topology."""
    line = own.line + rejection.line - 1 if rejection.line else own.line
    return Problem(
        own.source, line, 1, f"FRR does not take this line: {rejection.text.strip()}" if rejection.line else f"FRR says: {rejection.why}", rejection.why
    )


def _each(text: str) -> Iterator[Rejection]:
    for line in text.splitlines():
        if found := _IN_LOG.search(line) or _IN_VTYSH.match(line):
            yield Rejection(int(found["line"]), found["text"], found["why"])
        elif found := _IN_VTYSH_TO_DAEMON.match(line):
            yield Rejection(int(found["line"]), found["text"], f"refused by {found['why']}")
        elif found := _SAID.match(line):
            yield Rejection(0, "", found["text"])
