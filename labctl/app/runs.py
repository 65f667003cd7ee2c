"""`labctl runs`: the runs stored below a folder, newest first, as far as their findings tell without reading a packet."""

from dataclasses import dataclass
from pathlib import Path

from labctl.errors import LabctlError
from labctl.store.folder import Run, open_run


@dataclass(frozen=True, slots=True)
class Stored:
    """`trouble` is '' or why this folder cannot be read; then the rest is empty. `cells` counts those that can be played, `trials` what each was to have."""

    name: str
    path: str
    scenario: str
    started: str
    cells: int
    trials: int
    whole: int
    torn: int
    trouble: str = ""


def runs(base: Path = Path("runs")) -> tuple[Stored, ...]:
    """Of folders that hold a run.json; everything else there is left alone."""
    found = [path.parent for path in base.glob("*/run.json")]
    return tuple(sorted((_stored(path) for path in found), key=lambda s: (s.started, s.name), reverse=True))


def find(name: str, base: Path = Path("runs")) -> Run:
    """By path, by name below `base`, or 'last' for the newest. LabError when there is none."""
    path = Path(name)
    if name == "last":
        known = runs(base)
        return open_run(Path(known[0].path) if known else base / name)
    return open_run(path if (path / "run.json").exists() else base / name)


def _stored(path: Path) -> Stored:
    try:
        run = open_run(path)
        whole = [trial.whole() for trial in run.trials()]
    except LabctlError as wrong:
        return Stored(path.name, str(path), "", "", 0, 0, 0, 0, str(wrong))
    chosen = run.head.settings
    cells = [cell for cell in chosen.get("cells", ()) if not cell.get("absent")]
    scenario, started = str(chosen.get("scenario", "")), str(chosen.get("started", ""))
    return Stored(path.name, str(path), scenario, started, len(cells), int(chosen.get("trials", 0)), sum(whole), len(whole) - sum(whole))
