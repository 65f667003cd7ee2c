"""Pages on disk: what was rendered, below a folder, at the paths it has."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from labctl.model.page import Page


def write(folder: Path, pages: Mapping[PurePosixPath, Page]) -> tuple[Path, ...]:
    """The files written; folders are made as they are needed."""
    return tuple(_write(folder / path.as_posix().lstrip("/"), page) for path, page in pages.items())


def _write(target: Path, page: Page) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.text)
    target.chmod(page.mode)
    return target
