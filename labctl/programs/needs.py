"""The table of programs beside FRR that only some labs have: by kind of device, or by their own name."""

from collections.abc import Mapping
from typing import Final

from labctl.programs.base import Needs
from labctl.programs.speakers import SPEAKERS
from labctl.programs.strongswan.program import NEEDS as STRONGSWAN
from labctl.programs.strongswan.program import PROGRAM

NEEDS: Final[Mapping[str, Needs]] = {
    **{device: speaker.needs for device, speaker in SPEAKERS.items() if speaker.needs is not None},
    PROGRAM: STRONGSWAN,
}
