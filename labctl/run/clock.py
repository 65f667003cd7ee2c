"""The clock by which a run waits: the loop's, so that tests can play hours in milliseconds."""

import asyncio


def now_ns() -> int:
    return round(asyncio.get_running_loop().time() * 1e9)
