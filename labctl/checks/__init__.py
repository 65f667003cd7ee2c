"""The checks, in the order in which their findings are shown. Adding one is a file here and a line in this table."""

from collections.abc import Mapping
from typing import Final

from labctl.checks.base import Check
from labctl.checks.convergence import ConvergenceCheck
from labctl.checks.detection import DetectionCheck
from labctl.checks.fidelity import FidelityCheck
from labctl.checks.outage import OutageCheck
from labctl.checks.path import PathCheck
from labctl.checks.reversion import ReversionCheck
from labctl.checks.steady import SteadyCheck
from labctl.checks.survival import SurvivalCheck
from labctl.checks.train import TrainCheck

CHECKS: Final[Mapping[str, Check]] = {
    "outage": OutageCheck(),
    "fidelity": FidelityCheck(),
    "steady": SteadyCheck(),
    "path": PathCheck(),
    "detection": DetectionCheck(),
    "convergence": ConvergenceCheck(),
    "train": TrainCheck(),
    "reversion": ReversionCheck(),
    "survival": SurvivalCheck(),
}
