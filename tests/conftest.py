"""Ctrl-C as in a terminal, and golden files: what a test compares with, and `pytest --update-golden`, which writes them anew (then read the diff)."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]

# A shell starts what it puts in the background with Ctrl-C ignored, and whatever a test starts and interrupts would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing with them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text)`: the file at `path` holds exactly `text`."""
    update = bool(request.config.getoption("--update-golden"))

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return
        assert path.exists(), f"{path} is not there: pytest --update-golden writes it"
        assert path.read_text() == text, f"{path} differs: pytest --update-golden writes it anew, then read the diff"

    return compare
