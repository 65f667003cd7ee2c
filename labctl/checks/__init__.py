"""What is asked of every stored trial, by name."""

from collections.abc import Mapping
from typing import Final

from labctl.checks.base import Check
from labctl.checks.convergence import ConvergenceCheck
from labctl.checks.detection import DetectionCheck
from labctl.checks.fidelity import FidelityCheck
from labctl.checks.outage import OutageCheck
from labctl.checks.path import PathCheck
from labctl.checks.steady import SteadyCheck

CHECKS: Final[Mapping[str, type[Check]]] = {
    "fidelity": FidelityCheck,
    "steady": SteadyCheck,
    "outage": OutageCheck,
    "convergence": ConvergenceCheck,
    "path": PathCheck,
    "detection": DetectionCheck,
}
