"""Prefixes of one family that have their attributes in common."""

from dataclasses import dataclass, replace

from labctl.model.routes import Attributes, Family
from labctl.programs.bgp.attributes import decoded


@dataclass(frozen=True, slots=True)
class Batch:
    """`attributes` as bytes are those of a dump, exactly; `nlri` is each prefix as BGP writes it."""

    family: Family
    attributes: Attributes | bytes
    nlri: tuple[bytes, ...]

    @property
    def known(self) -> Attributes:
        """As values; of a dump's, without the next hop, which was another speaker's."""
        return replace(decoded(self.attributes), next_hop=None) if isinstance(self.attributes, bytes) else self.attributes
