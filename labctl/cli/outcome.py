"""How a command ends: errors become a message on stderr and an exit code; a bug of ours is said to be one."""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from labctl.errors import BugError, InputError, LabctlError, cause

INTERRUPTED = 130
_BUG = BugError.exit_code


@contextmanager
def ending(debug: bool) -> Iterator[None]:
    """Around all of a command. To be asked to end (SIGTERM), or to lose the terminal (SIGHUP), is the same as Ctrl-C: what was begun is taken back."""
    for asked in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(asked) is signal.SIG_DFL:  # not when it is ignored, as below nohup
            signal.signal(asked, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as wrong:
        if debug:
            traceback.print_exc()
        sys.exit(_tell(cause(wrong)))
    finally:
        _flush()


def _interrupt(*_: object) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a script's background job: only Ctrl-C is not for it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)


def say(text: str) -> None:
    """A line for people, beside the output proper."""
    print(text, file=sys.stderr, flush=True)


def coloured(text: str, code: str) -> str:
    """`text` with an SGR code, if stderr is a terminal that wants colours."""
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" else text


def _tell(wrong: BaseException) -> int:
    error = coloured("error:", "1;31")
    if isinstance(wrong, InputError):
        count = len(wrong.problems)
        for problem in wrong.problems:
            place, message = (f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file), problem.message
            say(f"{coloured(place + ':', '1')} {message}" + (f"\n    {coloured(problem.hint, '36')}" if problem.hint else ""))
        if count > 1:
            say(f"{error} {count} problems")
        return wrong.exit_code
    if isinstance(wrong, LabctlError) and not isinstance(wrong, BugError):
        say(f"{error} {wrong}")
        return wrong.exit_code
    if isinstance(wrong, ModuleNotFoundError):
        say(f"{error} this installation lacks the Python module {wrong.name}")
        return _BUG
    if isinstance(wrong, PermissionError | FileNotFoundError | IsADirectoryError | NotADirectoryError | FileExistsError) and wrong.filename:
        say(f"{error} {wrong.filename}: {wrong.strerror}")
        return _BUG
    say(f"{error} a bug in labctl: {type(wrong).__name__}: {wrong}{_where(wrong)}")
    say("    the same command with --debug shows the traceback; please report it")
    return _BUG


def _where(wrong: BaseException) -> str:
    frames = traceback.extract_tb(wrong.__traceback__)
    ours = [f for f in frames if "labctl" in f.filename]
    return f" ({os.path.basename(ours[-1].filename)}:{ours[-1].lineno})" if ours else ""  # noqa: PTH119 pathlib is not needed on the way to help


def _flush() -> None:
    """A reader that has gone (`labctl ps | head -1`) is no error, and the interpreter shall not say so either."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
