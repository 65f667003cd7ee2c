"""The line at which BIRD stopped reading its configuration, from what it prints before it ends."""

import re

from labctl.programs.speaker import Rejection

_SAID = re.compile(r"^(?:bird: )?(?:<[A-Z]+> )?\S*/bird\.conf:(?P<line>\d+):(?P<column>\d+) (?P<why>.*\S)\s*$", re.MULTILINE)


def rejections(text: str) -> tuple[Rejection, ...]:
    return tuple(dict.fromkeys(Rejection(int(f["line"]), "", f["why"]) for f in _SAID.finditer(text)))
