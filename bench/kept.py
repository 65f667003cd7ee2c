"""The result file: what was measured, on what, so that the next run has something to stand beside. A row that was not run keeps its last figure."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.measure import Line, Measure

FORMAT = 1


def medians(file: Path) -> Mapping[str, float]:
    return {name: line["median"] for name, line in _measures(file).items()}


def keep(file: Path, lines: Iterable[Line]) -> None:
    measures = _measures(file) | {line.name: _told(line) for line in lines if isinstance(line, Measure)}
    host = {"kernel": os.uname().release, "cores": os.cpu_count()}
    file.parent.mkdir(exist_ok=True)
    if file.exists():
        file.replace(file.with_name("previous.json"))
    file.write_text(json.dumps({"format": FORMAT, "host": host, "measures": measures}, indent=1) + "\n")


def _told(line: Measure) -> dict[str, Any]:
    return {"unit": line.unit, "target": line.target, "median": line.median, "samples": line.samples}


def _measures(file: Path) -> dict[str, dict[str, Any]]:
    if not file.exists():
        return {}
    said = json.loads(file.read_text())
    return dict(said["measures"]) if said.get("format") == FORMAT else {}
