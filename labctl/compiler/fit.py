"""Data fitted into the shape of a topology, however much of it has to be left out."""

from typing import Any

from pydantic import ValidationError

from labctl.compiler import wording
from labctl.compiler.complaint import Complaint
from labctl.compiler.repair import repair
from labctl.compiler.schema import Topology
from labctl.errors import BugError
from labctl.model.intent import Path

ROUNDS = 10
"""A part is taken out, what it leaves empty too, and something stands in for that: three or four do."""


def fit(data: dict[str, Any]) -> tuple[Topology, list[Complaint], set[Path]]:
    """The sound parts of `data` (which is changed), what is wrong with the others, and where they are."""
    complaints: list[Complaint] = []
    broken: set[Path] = set()
    for _ in range(ROUNDS):
        try:
            return Topology.model_validate(data), complaints, broken
        except ValidationError as wrong:
            # What is wrong later on comes of the repair.
            complaints = complaints or wording.complaints(wrong, Topology)
            broken |= repair(data, wrong, Topology)
    raise BugError(f"this topology cannot be repaired: {data}")
