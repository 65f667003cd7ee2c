"""Does staticd know BFD?

Where it does not, it takes the word `bfd` for the name of an interface, in silence, and never installs the route (FRRouting/frr#12424).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StaticBfd:
    """Asks for the grammar of `ip route`: a release's number does not tell (distributions build and patch their own)."""

    argv: tuple[str, ...] = ("vtysh", "-d", "staticd", "-c", "find ip route")

    def parse(self, out: bytes) -> bool:
        """ValueError when staticd has no such command at all: then this was not its answer."""
        grammar = [line for line in out.decode().splitlines() if "ip route <" in line]
        if not grammar:
            raise ValueError(f"no grammar of `ip route`: {out[:200]!r}")
        return any("|bfd" in line for line in grammar)
