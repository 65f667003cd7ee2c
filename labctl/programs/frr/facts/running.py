"""A daemon's running configuration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Running:
    """From "frr version …" to the last line before "end"."""

    daemon: str

    @property
    def argv(self) -> tuple[str, ...]:
        return ("vtysh", "-d", self.daemon, "-c", "show running-config")

    def parse(self, out: bytes) -> str:
        _, found, text = out.decode().partition("Current configuration:\n")
        if not found:
            raise ValueError(f"no configuration: {out[:200]!r}")
        return text.removeprefix("!\n").removesuffix("\n").removesuffix("end").strip("\n") + "\n"
