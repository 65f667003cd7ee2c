"""What a containerlab that was killed leaves of its cables in the host's network, where it makes them when a lab has a management network."""

import re
import subprocess
import time
from typing import Final

from labctl.agent.netlink import Rtnetlink

_MADE: Final = re.compile(r"clab-[0-9a-f]{8}")
"""As it names both ends until it has moved and renamed them, which takes it milliseconds."""
_STANDS_S: Final = 1.0
_LOOK_EVERY_S: Final = 0.05


def seen() -> tuple[str, ...]:
    kernel = Rtnetlink()
    try:
        return tuple(link.name for link in kernel.links() if _MADE.fullmatch(link.name))
    finally:
        kernel.close()


def remove(before: tuple[str, ...]) -> None:
    """Those that were not there `before`, and that nobody is at work on: they stand."""
    left, deadline = set(seen()) - set(before), time.monotonic() + _STANDS_S
    while left and time.monotonic() < deadline:
        left &= set(seen())
        time.sleep(_LOOK_EVERY_S)
    for name in left:  # the first of two takes the other with it
        subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)
