"""Pages on disk, below a folder of the user's: never over anything that we did not write ourselves."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from labctl.errors import RefusedError
from labctl.model.page import Page
from labctl.runtimes import pages


def write(folder: Path, mark: str, of: str, content: Mapping[PurePosixPath, Page]) -> tuple[Path, ...]:
    """The files written. `mark` is the file by which the folder is known as ours, with `of` in it. RefusedError when it holds something else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / mark).exists():
        raise RefusedError(f"{folder} is not empty; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / mark).write_text(f"{of}\n")
    return pages.write(folder, content)
