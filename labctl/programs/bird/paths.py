"""Where things of BIRD lie inside a node."""

from pathlib import PurePosixPath
from typing import Final

CONFIG: Final = PurePosixPath("/etc/bird/bird.conf")
CONTROL: Final = PurePosixPath("/run/bird/bird.ctl")
LOG: Final = PurePosixPath("/var/log/bird/bird.log")
USUAL: Final = PurePosixPath("/usr/sbin/bird")
"""Where distributions put it; for what is written where no machine can be asked."""

PRIVATE: Final = (CONFIG.parent, CONTROL.parent, LOG.parent)
