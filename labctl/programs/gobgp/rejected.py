"""What GoBGP says of a configuration that it does not take. It names no line: a word that it does not know, or what failed."""

import json

from labctl.programs.speaker import Rejection


def rejections(text: str) -> tuple[Rejection, ...]:
    """Errors of its log; and what the other daemons of its node write is theirs."""
    found = []
    for line in text.splitlines():
        if '"level":"ERROR"' in line or '"level":"fatal"' in line:
            said = json.loads(line)
            found.append(Rejection(0, "", ": ".join(str(part) for part in (said.get("msg"), said.get("Error") or said.get("error")) if part)))
    return tuple(dict.fromkeys(found))
