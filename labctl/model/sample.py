"""The probe's packet, and what is kept of it: one file for each end of each direction, of fixed-size little-endian records, append-only.

`<flow>.<direction>.tx` holds TX records, `<flow>.<direction>.rx` RX records, `clock` (one per worker) CLOCK records. A torn last record is cut off by readers.
"""

import struct
from typing import Final, Literal

Direction = Literal["forward", "reverse"]
DIRECTIONS: Final[tuple[Direction, Direction]] = ("forward", "reverse")
ARROW: Final = {"forward": "→", "reverse": "←"}

PACKET: Final = struct.Struct("<IHHQQ")
"""On the wire: magic, flow index, direction (0 forward, 1 reverse), sequence number from 0, sender's monotonic ns at the send call."""
MAGIC: Final = 0x6C616263

TX: Final = struct.Struct("<QQQ")
"""Sequence, scheduled instant (ns, monotonic), instant just before the send call (ns, monotonic). A send that failed has bit 63 set in the sequence."""
SEND_FAILED: Final = 1 << 63

RX: Final = struct.Struct("<QQqB7x")
"""Sequence, sender's stamp (ns, monotonic), kernel's receive stamp (ns, CLOCK_REALTIME), DSCP with which it arrived. A duplicate is a record more."""

CLOCK: Final = struct.Struct("<QqQ")
"""Monotonic ns, realtime ns, monotonic ns: realtime was read between the two. Written at least ten times a second."""
