"""What charon writes into its log when an IKE SA comes and goes. Each line names the connection that it is about, and the SA by a number of its own."""

import re
from dataclasses import dataclass

from labctl.programs.changes import Change, SaChange, Stamp, local

_WHEN = re.compile(r"^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ")
_SAID = re.compile(r"^(?P<stamp>\S+ \S+) \d+\[IKE\] <(?P<tunnel>[^|>]+)\|(?P<number>\d+)> (?P<what>.*)$")
_UP = re.compile(r"IKE_SA \S+\[(?P<number>\d+)\] (?:established|rekeyed) between ")
_DEAD = re.compile(r"giving up after (?P<times>\d+) retransmits")
_DELETED = re.compile(r"(?P<how>received DELETE for|deleting) IKE_SA \S+\[(?P<number>\d+)\]")


@dataclass(frozen=True, slots=True)
class CharonReader:
    def change(self, line: str) -> Change | None:
        """None for every other line. An attempt that comes to nothing is the end of an SA that was never up."""
        said = _SAID.match(line)
        if said is None:
            return None
        about = said["stamp"], said["tunnel"]
        if found := _UP.match(said["what"]):
            return SaChange(*about, int(found["number"]), True, "")
        if found := _DEAD.match(said["what"]):
            return SaChange(*about, int(said["number"]), False, f"peer dead: asked again {found['times']} times without an answer")
        if found := _DELETED.match(said["what"]):
            return SaChange(*about, int(found["number"]), False, "deleted by the peer" if found["how"].startswith("received") else "deleted")
        return None

    def stamp(self, line: str) -> Stamp | None:
        found = _WHEN.match(line)
        return local(found.groups()[:6], found[7] or "") if found is not None else None
