"""A stored trial, whole, as checks and reports take it."""

from labctl.errors import LabError
from labctl.model.trial import Trial
from labctl.store.folder import Run
from labctl.store.history import read_history
from labctl.store.samples import read_streams


def read_trial(run: Run, number: int) -> Trial:
    """LabError when it is torn: such a trial is listed, never a figure."""
    folder = run.trial(number)
    if not folder.whole():
        raise LabError(f"{folder.path}: torn, its history has no end line")
    plan, promised = folder.plan(), folder.promised()
    return Trial(
        number=number,
        cell=promised.cell,
        plan=plan,
        validation_ns=promised.validation_ns,
        expected=promised.expected,
        events=read_history(folder.history, folder.format),
        streams=read_streams(folder.samples, plan.flows),
        control=read_streams(folder.samples, promised.control),
    )
