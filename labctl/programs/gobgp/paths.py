"""Where things of GoBGP lie inside a node."""

from pathlib import PurePosixPath
from typing import Final

CONFIG: Final = PurePosixPath("/etc/gobgp/gobgpd.conf")
START: Final = PurePosixPath("/etc/gobgp/start")
CLI: Final = PurePosixPath("/etc/gobgp/gobgp")
"""Its command line, which knows where this node's daemon listens."""
FIB: Final = PurePosixPath("/etc/gobgp/fib")
API: Final = PurePosixPath("/run/gobgp/api.sock")
LOG: Final = PurePosixPath("/var/log/gobgp/gobgpd.log")
USUAL: Final = PurePosixPath("/usr/bin/gobgpd")
"""Where distributions put it; for what is written where no machine can be asked."""

PRIVATE: Final = (CONFIG.parent, API.parent, LOG.parent)
