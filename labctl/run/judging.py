"""Judging a stored trial: every check on its own, and one that crashes is UNKNOWN and stops none of the others."""

from labctl.checks import CHECKS
from labctl.checks.base import Check
from labctl.model.finding import Finding, Verdict
from labctl.model.trial import Trial


def judge(trial: Trial) -> tuple[Finding, ...]:
    return tuple(_judge(name, check, trial) for name, check in CHECKS.items())


def _judge(name: str, check: Check, trial: Trial) -> Finding:
    try:
        return check.judge(trial)
    except Exception as crashed:
        return Finding(name, Verdict.UNKNOWN, f"the check itself failed: {crashed!r}")
