"""Which FRR a node really runs."""

from dataclasses import dataclass

from labctl.programs.frr.version import Version, parse_version


@dataclass(frozen=True, slots=True)
class Release:
    argv: tuple[str, ...] = ("vtysh", "-d", "zebra", "-c", "show version")

    def parse(self, out: bytes) -> Version:
        return parse_version(out.decode())
