"""`labctl heal`: what was injected by hand goes back now."""

from dataclasses import dataclass

from labctl.lab import Lab


@dataclass(frozen=True, slots=True)
class Healed:
    """`what` went back between `began_ns` and `ended_ns`; `failed` says what could not."""

    what: tuple[str, ...]
    began_ns: int
    ended_ns: int
    failed: tuple[str, ...]


async def heal(lab: Lab, hold: int | None) -> Healed:
    """`hold` None: all that stands under time leases, flows too; what a run holds is the run's. RefusedError when there is no such hold."""
    before = (await lab.look()).holds
    undone = await lab.release(hold)
    left = {h.hold for h in (await lab.look()).holds}
    gone = tuple(f"{h.label} {h.subject}".strip() for h in reversed(before) if h.hold not in left)
    return Healed(gone, undone.began_ns, undone.ended_ns, undone.failed)
