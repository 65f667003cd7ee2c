"""How a command ends: exit code and message for each branch of the error tree."""

import pytest

from labctl.cli.main import _without_debug
from labctl.cli.outcome import ending
from labctl.errors import BugError, ClaimedError, InputError, LabError, NotSteadyError, Problem, RefusedError


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        (RefusedError("no such thing"), 2, "error: no such thing"),
        (ClaimedError("somebody measures"), 2, "error: somebody measures"),
        (LabError("it broke"), 4, "error: it broke"),
        (NotSteadyError("not yet"), 4, "error: not yet"),
        (BugError("promise broken"), 4, "error: a bug in labctl: BugError: promise broken"),
        (ValueError("what"), 4, "error: a bug in labctl: ValueError: what"),
        (ModuleNotFoundError("no", name="numpy"), 4, "error: this installation lacks the Python module numpy"),
        (FileNotFoundError(2, "No such file or directory", "x.yaml"), 4, "error: x.yaml: No such file or directory"),
        (ExceptionGroup("several", [ValueError("x"), LabError("the cause")]), 4, "error: the cause"),
    ],
)
def test_an_error_is_a_message_and_an_exit_code(wrong: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, ending(debug=False):
        raise wrong
    assert ended.value.code == code
    assert capsys.readouterr().err.startswith(said)


def test_all_problems_of_a_file_are_listed_in_its_order(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, ending(debug=False):
        raise InputError([Problem("a.yaml", 7, 1, "second"), Problem("a.yaml", 2, 3, "first", "a hint")])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "a.yaml:2:3: first\n    a hint\na.yaml:7:1: second\nerror: 2 problems\n"


def test_an_interrupted_command_ends_with_130() -> None:
    with pytest.raises(SystemExit) as ended, ending(debug=False):
        raise KeyboardInterrupt
    assert ended.value.code == 130


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), ending(debug=True):
        raise ValueError("what")
    assert "Traceback" in capsys.readouterr().err


def test_debug_counts_anywhere_but_behind_the_dashes() -> None:
    assert _without_debug(["up", "x", "--debug"]) == (["up", "x"], True)
    assert _without_debug(["exec", "r1", "--", "cmd", "--debug"]) == (["exec", "r1", "--", "cmd", "--debug"], False)
