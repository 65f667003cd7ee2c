"""A run is a folder, and this is what lies where in it: run.json, and for each trial its plan, what was expected, its history, samples, logs, findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labctl.errors import LabError
from labctl.model.codec import decode, encode
from labctl.model.finding import Expectation, Finding
from labctl.model.plan import Flow, Plan
from labctl.model.sample import Direction
from labctl.model.trial import Cell
from labctl.store.disk import disk, read_json, write_json
from labctl.store.formats import FORMAT, readable, upgraded
from labctl.store.history import History, is_whole

Promises = Mapping[tuple[str, str, Direction], Expectation]


@dataclass(frozen=True, slots=True)
class Head:
    """run.json: what one would need to play the run again. `configs` is lab → hash of its rendered files; `settings` what else was chosen (limits, axes)."""

    argv: tuple[str, ...]
    seed: int
    versions: Mapping[str, str]
    host: Mapping[str, str]
    configs: Mapping[str, str]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Promised:
    """expected.json: stored before the trial begins, never fitted afterwards."""

    cell: Cell
    validation_ns: int
    expected: Promises
    control: tuple[Flow, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialFolder:
    """One trial on disk. `samples` is made by whoever writes them, `logs` is there from the start."""

    path: Path
    number: int
    format: int

    @property
    def history(self) -> Path:
        return self.path / "history.jsonl"

    @property
    def samples(self) -> Path:
        return self.path / "samples"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def open_history(self) -> History:
        return History(self.history)

    def whole(self) -> bool:
        """False: torn, the trial has no end line."""
        return is_whole(self.history)

    def plan(self) -> Plan:
        path = self.path / "plan.json"
        plan: Plan = _decoded(Plan, path, upgraded("plan", read_json(path), self.format))
        return plan

    def promised(self) -> Promised:
        path = self.path / "expected.json"
        data = upgraded("expected", read_json(path), self.format)
        try:
            expected = {(row["event"], row["flow"], row["direction"]): decode(Expectation, row["expectation"]) for row in data["expected"]}
            return Promised(decode(Cell, data["cell"]), data["validation_ns"], expected, decode(tuple[Flow, ...], data.get("control", ())))
        except (KeyError, TypeError, ValueError) as wrong:
            raise LabError(f"{path}: not what was expected of a trial ({wrong!r})") from wrong

    def write_findings(self, findings: tuple[Finding, ...]) -> None:
        """Judging again replaces them: they are no raw data. Always of this labctl's format."""
        write_json(self.path / "findings.json", {"format": FORMAT, "findings": encode(findings)})

    def findings(self) -> tuple[Finding, ...]:
        """Empty when the trial was never judged."""
        path = self.path / "findings.json"
        if not path.exists():
            return ()
        data = read_json(path)
        data = upgraded("findings", data, readable(data.get("format", 0), str(path)))
        findings: tuple[Finding, ...] = _decoded(tuple[Finding, ...], path, data.get("findings"))
        return findings


@dataclass(frozen=True, slots=True)
class Run:
    path: Path
    head: Head
    format: int

    def trials(self) -> tuple[TrialFolder, ...]:
        """In the order of their numbers, whole and torn."""
        with disk(self.path):
            names = [entry.name for entry in (self.path / "trials").iterdir() if entry.name.isdigit()]
        return tuple(self.trial(int(name)) for name in sorted(names, key=int))

    def trial(self, number: int) -> TrialFolder:
        return TrialFolder(self.path / "trials" / str(number), number, self.format)

    def begin(self, number: int, plan: Plan, promised: Promised) -> TrialFolder:
        """The folder of a new trial, with plan.json and expected.json in it. A number that was used before is refused."""
        trial = self.trial(number)
        with disk(trial.path):
            trial.path.mkdir(parents=True)
            trial.logs.mkdir()
        write_json(trial.path / "plan.json", encode(plan))
        rows = [{"event": event, "flow": flow, "direction": way, "expectation": encode(e)} for (event, flow, way), e in promised.expected.items()]
        write_json(
            trial.path / "expected.json",
            {"cell": encode(promised.cell), "validation_ns": promised.validation_ns, "expected": rows} | {"control": encode(promised.control)},
        )
        return trial


def create(path: Path, head: Head) -> Run:
    """A new run; a folder that holds one already is refused. run.json is written once, whole."""
    with disk(path):
        path.mkdir(parents=True, exist_ok=True)
        (path / "trials").mkdir()
    write_json(path / "run.json", {"format": FORMAT} | encode(head))
    return Run(path, head, FORMAT)


def open_run(path: Path) -> Run:
    """LabError when there is no run there, RefusedError when a later labctl wrote it."""
    file = path / "run.json"
    data = read_json(file)
    since = readable(data.pop("format", 0), str(file))
    return Run(path, _decoded(Head, file, upgraded("run", data, since)), since)


def _decoded(kind: Any, path: Path, data: Any) -> Any:
    try:
        return decode(kind, data)
    except ValueError as wrong:
        raise LabError(f"{path}: {wrong}") from wrong
