"""The passing of time that a script asks for: a measured period, on the loop's clock, so that tests can play hours in milliseconds."""

import asyncio


async def pause(for_ns: int) -> None:
    await asyncio.sleep(for_ns / 1e9)
