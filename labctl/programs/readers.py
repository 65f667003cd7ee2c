"""The table of logs that are read: by the daemon that writes one."""

from collections.abc import Mapping
from typing import Final

from labctl.programs.changes import Reader
from labctl.programs.speakers import SPEAKERS
from labctl.programs.strongswan.program import DAEMON
from labctl.programs.strongswan.speaks import CharonReader

READERS: Final[Mapping[str, Reader]] = {**{daemon: speaker.reader for speaker in SPEAKERS.values() for daemon in speaker.writes}, DAEMON: CharonReader()}
