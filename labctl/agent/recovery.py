"""What an agent that was killed still held, taken back by the one after it: read off the ledger, youngest first, each tried whatever became of the others."""

import signal

from labctl.agent.acts.link import Taken, find, put_back
from labctl.agent.acts.run import carried_out
from labctl.agent.ledger import Entry, Ledger
from labctl.agent.watch.base import Sight
from labctl.errors import cause
from labctl.model.act import Act, LinkAdmin, Run, Signal


async def recover(ledger: Ledger, sight: Sight) -> tuple[str, ...]:
    """A sentence for each fault, for people."""
    return tuple([await _back(entry, ledger, sight) for entry in ledger.left])


async def _back(entry: Entry, ledger: Ledger, sight: Sight) -> str:
    failed = []
    for act, lost, up in reversed(tuple(zip(entry.acts, entry.taken, entry.up, strict=True))):
        try:
            await _undo(act, lost, up, sight)
        except Exception as wrong:
            # as at every heal: what cannot be taken back keeps nothing else from going back
            failed.append(str(cause(wrong)))
    ledger.strike(entry.number)
    what = f"{entry.label} {entry.subject}".strip()
    return f"{what} was still held when the lab's agent was killed; it could not be taken back: {'; '.join(failed)}" if failed else f"{what}: taken back"


async def _undo(act: Act, lost: tuple[Taken, ...], up: bool, sight: Sight) -> None:
    match act:
        case LinkAdmin():
            netlink = sight.nodes[act.node].netlink
            netlink.set_admin(find(netlink, act).index, up)
            put_back(netlink, lost)
        case Signal(signal="STOP"):
            sight.daemons.send(act.node, act.daemon, signal.SIGCONT)
        case Signal():
            await sight.daemons.restart(act.node, [ended.daemon for ended in sight.daemons.ended() if ended.node == act.node])
        case Run(undo=undo) if undo is not None:
            await carried_out(act.node, undo, sight.nodes, sight.children)
        case _:
            return
