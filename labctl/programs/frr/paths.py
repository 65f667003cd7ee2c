"""Where things of FRR lie inside a node."""

from pathlib import PurePosixPath
from typing import Final

CONFIG: Final = PurePosixPath("/etc/frr")
RUN: Final = PurePosixPath("/run/frr")
LOG: Final = PurePosixPath("/var/log/frr")
ZSERV: Final = RUN / "zserv.api"
"""Where zebra takes routes from the other daemons."""
OWN: Final = PurePosixPath("/etc/frr/own.conf")
"""The user's own lines, exactly as written, so that FRR's line numbers are theirs."""

# /var/tmp/frr holds what a daemon writes when it crashes; FRR 10 keeps more in /var/lib/frr.
PRIVATE: Final = (CONFIG, RUN, LOG, PurePosixPath("/var/tmp/frr"))
PRIVATE_SINCE_10: Final = PurePosixPath("/var/lib/frr")


def config(daemon: str) -> PurePosixPath:
    return CONFIG / f"{daemon}.conf"


def vty(daemon: str) -> PurePosixPath:
    return RUN / f"{daemon}.vty"


def log(daemon: str) -> PurePosixPath:
    return LOG / f"{daemon}.log"
