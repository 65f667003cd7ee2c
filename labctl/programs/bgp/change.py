"""What becomes of some prefixes at once: they are announced, or withdrawn."""

from dataclasses import dataclass

from labctl.model.routes import Attributes, Family
from labctl.programs.bgp.batch import Batch
from labctl.programs.bgp.prefixes import text

Key = tuple[Family, bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """`attributes` None: the prefixes are withdrawn. Bytes are path attributes as they stood in a dump."""

    family: Family
    attributes: Attributes | bytes | None
    nlri: tuple[bytes, ...]

    @property
    def known(self) -> Attributes:
        """As values: what bytes cannot be said to."""
        assert self.attributes is not None
        return Batch(self.family, self.attributes, ()).known

    @property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(text(self.family, one) for one in self.nlri)
