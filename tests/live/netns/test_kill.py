"""SIGKILL at fifty random instants of up, run, inject and down, of the command, the agent, the flow worker and a daemon: nothing is left, nothing is lost.

The instants come from one seed; each kill is a line of the table that is printed at the end (`pytest -s`).
"""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from labctl.app.judge import judge
from labctl.app.report import results
from labctl.app.run import resumed
from labctl.store.folder import open_run
from tests.live.netns.reaping import Command, Commands, Host, Process, children, eventually, folders, of_lab, process, reaping

_BRIEF = str(Path(__file__).with_name("brief.py"))
_NAMES = f"kill{os.getpid()}"
_RUN = (
    "run",
    _BRIEF,
    "--no-calibrate",
    "--set",
    f"name={_NAMES}",
    "--trials",
    "1",
    "--validation",
    "300ms",
    "--window",
    "500ms",
    "--repeats",
    "0",
    "--seed",
    "1",
)
_UP_S, _RUN_S, _DOWN_S, _INJECT_S = 2.5, 6.0, 0.8, 1.5
"""How long each verb takes on a small idle host: instants are drawn from this."""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="sees into PID namespaces: root only")


@dataclass(frozen=True, slots=True)
class Kill:
    """`at` is the share of the verb's usual length after which the victim is killed, counted from when there is such a victim."""

    verb: str
    victim: str
    at: float


def _kills() -> tuple[Kill, ...]:
    chance = Random(20260102)
    wanted = {
        ("up", "command"): 10,
        ("up", "agent"): 5,
        ("up", "daemon"): 4,
        ("run", "command"): 7,
        ("run", "agent"): 4,
        ("run", "worker"): 4,
        ("run", "daemon"): 4,
        ("inject", "command"): 5,
        ("inject", "agent"): 1,
        ("down", "command"): 5,
        ("down", "agent"): 1,
    }
    return tuple(Kill(verb, victim, chance.random()) for (verb, victim), times in wanted.items() for _ in range(times))


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with reaping(tmp_path_factory.mktemp("kill")) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def host() -> Iterator[Host]:
    before = Host.now(_NAMES)
    yield before
    assert Host.now(_NAMES) == before


class Murder:
    """One kill: the victim found, the instant waited for, the deed, and who had been there."""

    def __init__(self, commands: Commands, kill: Kill) -> None:
        self.commands = commands
        self.kill = kill
        self.lab: tuple[Process, ...] = ()
        self.dead = False

    def of(self, command: Command, usual_s: float) -> None:
        """`dead` False: the command was over before the instant came."""
        victim = self._victim(command)
        if victim is None:
            return
        _let_pass(self.kill.at * usual_s * (1.0 if self.kill.victim == "command" else 0.5), command)
        if not victim.alive():
            return
        self.lab = tuple(p for agent in self.commands.agents() for p in of_lab(agent))
        try:
            os.kill(victim.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.dead = True

    def _victim(self, command: Command) -> Process | None:
        if self.kill.victim == "command":
            return eventually(lambda: _process(command), "the command")
        find = {"agent": self._agent, "worker": self._worker, "daemon": self._daemon}[self.kill.victim]
        return eventually(lambda: find() or (None if command.running() else _NOBODY), f"a {self.kill.victim}", 60) or None

    def _agent(self) -> Process | None:
        return next(iter(self.commands.agents()), None)

    def _worker(self) -> Process | None:
        return next((p for agent in self.commands.agents() for p in children(agent.pid) if any("udp_worker" in a for a in p.argv)), None)

    def _daemon(self) -> Process | None:
        return next((p for agent in self.commands.agents() for p in children(agent.pid) if p.runs("bgpd")), None)


_NOBODY = Process(0, "", "", ())


def _process(command: Command) -> Process | None:
    return process(command.pid) or (None if command.running() else _NOBODY)


def _let_pass(for_s: float, command: Command) -> None:
    """The random time before the deed, or until the command is over."""
    try:
        command.wait(for_s)
    except Exception as early:
        assert "timed out" in str(early)


def _nothing_left(commands: Commands, murder: Murder) -> None:
    eventually(commands.none_left, "processes are gone")
    assert not [p for p in murder.lab if p.alive()]
    assert folders(_NAMES) == ()


@pytest.mark.parametrize("kill", _kills(), ids=lambda k: f"{k.verb}-{k.victim}-{k.at:.3f}")
def test_a_kill(commands: Commands, kill: Kill) -> None:
    {"up": _up, "run": _run, "inject": _inject, "down": _down}[kill.verb](commands, Murder(commands, kill))


def _up(commands: Commands, murder: Murder) -> None:
    """Before it is steady: nothing is left. After: the lab is kept, and `down` ends it. Every kill begins with an `up` of the same name."""
    command = commands.start("up", "plain", "--name", _NAMES)
    murder.of(command, _UP_S)
    code = command.wait(30)
    if murder.kill.victim == "command" or not murder.dead:
        eventually(lambda: commands.none_left() or _kept(commands), "the lab is gone or kept")
    elif code != 0:
        said = ("the agent",) if murder.kill.victim == "agent" else ("bgpd ended while starting", "bgpd ended and no fault had killed it")
        assert (code, any(words in command.err for words in said)) == (4, True), f"{code}: {command.err}"
    if commands.agents() and murder.kill.victim != "agent":
        assert commands.call("down", _NAMES).wait() == 0
    _nothing_left(commands, murder)


def _kept(commands: Commands) -> bool:
    told = commands.call("ps", "--json").out
    return f'"{_NAMES}"' in told and '"kept": true' in told


def _run(commands: Commands, murder: Murder) -> None:
    """The lab is gone with the run; what was stored can be read, and `--resume` plays what is missing."""
    before = set((commands.folder / "runs").glob("*")) if (commands.folder / "runs").exists() else set()
    command = commands.start(*_RUN)
    murder.of(command, _RUN_S)
    code = command.wait(60)
    _nothing_left(commands, murder)
    stored = sorted(p for p in (commands.folder / "runs").glob("*") if p not in before and (p / "run.json").exists())
    if murder.dead and murder.kill.victim != "command":
        ends, said = {"agent": (4, "the agent"), "worker": (3, "flows was lost"), "daemon": (4, "bgpd ended and no fault had killed it")}[murder.kill.victim]
        assert (code, said in command.err) == (ends, True), f"{code}: {command.err}"
    for path in stored:
        _readable(path)


def _readable(path: Path) -> None:
    run = open_run(path)
    told = results(run)
    judge(run)
    whole = [t for t in run.trials() if t.whole()]
    torn = {t.number for t in run.trials()} - {t.number for t in whole}
    assert torn <= {b.number for b in told.broken}
    assert len(resumed(path).plays) >= 2 - len(whole)


def _inject(commands: Commands, murder: Murder) -> None:
    """The fault that was accepted stays until its lease is over, whoever dies; the lab goes on, and serves the next kill."""
    if not commands.agents():
        assert commands.call("up", "plain", "--name", _NAMES).wait() == 0
    command = commands.start("inject", "silent-cut", "r1-r2", "--for", "1s", "--lab", _NAMES)
    murder.of(command, _INJECT_S)
    command.wait(30)
    if murder.kill.victim == "command":
        eventually(lambda: '"holds": []' in commands.call("ps", "--json").out or None, "the lease is over")
        assert commands.call("exec", "--lab", _NAMES, "r1", "--", "true").wait() == 0
    else:
        _nothing_left(commands, murder)


def _down(commands: Commands, murder: Murder) -> None:
    """Killed before it was heard, it did nothing; after, all is gone. Never half."""
    assert commands.call("up", "plain", "--name", _NAMES).wait() == 0
    command = commands.start("down", _NAMES)
    murder.of(command, _DOWN_S)
    command.wait(30)
    eventually(lambda: commands.none_left() or _kept(commands), "the lab is gone or alive")
    if commands.agents():
        assert commands.call("down", _NAMES).wait() == 0
    _nothing_left(commands, murder)


def test_what_was_stored_is_listed_and_resumed(commands: Commands) -> None:
    """After all the kills: every run is read by the commands that read runs, and the newest torn one is played to its end."""
    assert commands.call("runs").wait() == 0
    stored = sorted(p for p in (commands.folder / "runs").glob("*") if (p / "run.json").exists())
    assert stored
    missing = [p for p in stored if resumed(p).plays]
    assert commands.call("judge", str(missing[-1])).wait() == 0
    assert commands.call("report", str(missing[-1])).wait() == 3
    played = commands.call("run", _BRIEF, "--resume", str(missing[-1]))
    assert played.wait() in (0, 1, 3), played.err
    assert [t for t in open_run(missing[-1]).trials() if t.whole()]
