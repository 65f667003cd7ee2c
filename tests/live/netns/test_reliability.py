"""Who may share a lab, what an interrupted or failing run leaves, and what is refused before anything is made: by real commands on real labs."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import labctl
from labctl.store.folder import open_run
from tests.live.netns.reaping import Command, Commands, Host, Process, children, eventually, folders, reaping

_BRIEF = str(Path(__file__).with_name("brief.py"))
_NAMES = f"rely{os.getpid()}"
_QUICK = ("--no-calibrate", "--trials", "1", "--validation", "300ms", "--window", "500ms", "--repeats", "0", "--seed", "1")
_LONG = ("--no-calibrate", "--trials", "50", "--validation", "300ms", "--window", "500ms", "--repeats", "0", "--seed", "1")
_USER = "labctl-tester"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="sees into PID namespaces and makes a user: root only")


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    before = Host.now(_NAMES)
    with reaping(tmp_path) as made:
        yield made
    assert folders(_NAMES) == ()
    assert Host.now(_NAMES) == before


def _up(commands: Commands, name: str) -> Command:
    command = commands.call("up", "plain", "--name", name)
    assert command.wait() == 0, command.err
    return command


def _run(commands: Commands, *more: str, **environment: str) -> Command:
    return commands.start("run", _BRIEF, "--set", f"name={_NAMES}", *more, **environment)


def _measuring(commands: Commands) -> Process:
    """The flow worker of a run's lab: from now on a trial is being played."""
    return eventually(lambda: next((p for a in commands.agents() for p in children(a.pid) if any("udp_worker" in w for w in p.argv)), None), "a worker", 60)


def _stored(commands: Commands) -> Path:
    found: Path = next(p.parent for p in (commands.folder / "runs").glob("*/run.json"))
    return found


def _nothing_left(commands: Commands) -> None:
    eventually(commands.none_left, "processes are gone")
    assert folders(_NAMES) == ()


def _kernel(commands: Commands, lab: str) -> str:
    """Routes, addresses, rules and sessions, as anybody sees them; the daemons' pids too."""
    look = "ip -br addr | sort; ip route; ip -6 route | grep -v fe80; ps -C zebra,bgpd,bfdd -o pid=,comm="
    seen = commands.call("exec", "--lab", lab, "r1", "--", "sh", "-c", look)
    assert seen.wait() == 0, seen.err
    return "\n".join(line.split(" expires ")[0] for line in seen.out.splitlines())


def test_one_measures_and_the_lab_is_as_steady_afterwards(commands: Commands) -> None:
    lab = f"{_NAMES}-lent"
    _up(commands, lab)
    before = _kernel(commands, lab)
    first = commands.start("run", _BRIEF, "--set", f"name={lab}", "--lab", lab, *_QUICK)
    _measuring(commands)
    second = commands.call("run", _BRIEF, "--set", f"name={lab}", "--lab", lab, *_QUICK)
    assert second.wait() == 2
    assert f"is being measured by 'labctl run {_BRIEF}" in second.err
    assert f"pid {first.pid}" in second.err
    by_hand = commands.call("inject", "silent-cut", "r1-r2", "--for", "1s", "--lab", lab)
    assert by_hand.wait() == 2
    assert f"pid {first.pid}" in by_hand.err
    assert first.wait() in (0, 3), first.err
    assert _kernel(commands, lab) == before
    told = json.loads(commands.call("ps", "--json").out)
    mine = next(alive for alive in told if alive["lab"] == lab)
    assert (mine["holds"], mine["claimed_by"]) == ([], None)
    assert commands.call("down", lab).wait() == 0
    _nothing_left(commands)


def test_a_borrower_that_is_killed_leaves_the_lab_as_it_was(commands: Commands) -> None:
    lab = f"{_NAMES}-lent"
    _up(commands, lab)
    before = _kernel(commands, lab)
    borrower = commands.start("run", _BRIEF, "--set", f"name={lab}", "--lab", lab, *_LONG)
    _measuring(commands)
    borrower.send(signal.SIGKILL)
    borrower.wait()
    eventually(lambda: not [p for a in commands.agents() for p in children(a.pid) if any("udp_worker" in w for w in p.argv)], "the worker ends")
    again = commands.call("run", _BRIEF, "--set", f"name={lab}", "--lab", lab, "--only", "fault=noop", *_QUICK)
    assert again.wait() in (0, 3), again.err
    assert _kernel(commands, lab) == before
    assert commands.call("down", lab).wait() == 0
    _nothing_left(commands)


def test_the_same_addresses_side_by_side_and_a_name_in_use(commands: Commands) -> None:
    labs = (f"{_NAMES}-a", f"{_NAMES}-b")
    both = [commands.start("up", "plain", "--name", lab) for lab in labs]
    assert [command.wait() for command in both] == [0, 0]
    assert len({_addresses(commands, lab) for lab in labs}) == 1
    taken = commands.call("up", "plain", "--name", labs[0])
    assert taken.wait() == 2
    assert f"made by 'labctl up plain --name {labs[0]}', agent pid {_pid(commands, labs[0])}" in taken.err
    assert commands.call("inject", "silent-cut", "r1-r2", "--lab", labs[0]).wait() == 0
    assert _reaches(commands, labs[1])
    assert not _reaches(commands, labs[0])
    assert commands.call("down", *labs).wait() == 0
    _nothing_left(commands)


def _addresses(commands: Commands, lab: str) -> str:
    return commands.call("exec", "--lab", lab, "r1", "--", "ip", "-4", "-o", "addr").out


def _reaches(commands: Commands, lab: str) -> bool:
    """r1 opens a connection to its neighbour's bgpd."""
    found = json.loads(commands.call("exec", "--lab", lab, "r2", "--", "ip", "-json", "-4", "addr", "show", "scope", "global").out)
    far = next(a["local"] for link in found if link["ifname"] != "lo" for a in link["addr_info"])
    return commands.call("exec", "--lab", lab, "r1", "--", "timeout", "1", "bash", "-c", f": < /dev/tcp/{far}/179").wait() == 0


def _pid(commands: Commands, lab: str) -> int:
    return next(int(alive["pid"]) for alive in json.loads(commands.call("ps", "--json").out) if alive["lab"] == lab)


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_an_interrupted_run_stores_heals_and_is_gone_within_two_seconds(commands: Commands, sig: signal.Signals) -> None:
    command = _run(commands, *_LONG)
    _measuring(commands)
    eventually(lambda: "1/100" in command.err, "a trial is over", 60)
    asked = time.monotonic()
    command.send(sig)
    assert command.wait(10) == 130
    assert time.monotonic() - asked < 2.0
    _nothing_left(commands)
    run = open_run(_stored(commands))
    assert [t for t in run.trials() if t.whole()]
    assert commands.call("report", str(run.path)).wait() in (1, 3)


def test_an_interrupted_borrower_heals(commands: Commands) -> None:
    lab = f"{_NAMES}-lent"
    _up(commands, lab)
    command = commands.start("run", _BRIEF, "--set", f"name={lab}", "--lab", lab, "--only", "fault=silent-cut", *_LONG[:-6], "--window", "20s", "--seed", "1")
    eventually(lambda: "silent-cut" in commands.call("ps", "--json").out, "the cut", 60)
    command.send(signal.SIGINT)
    assert command.wait(2) == 130
    eventually(lambda: json.loads(commands.call("ps", "--json").out) and '"holds": []' in commands.call("ps", "--json").out, "nothing is held")
    assert _reaches(commands, lab)
    assert commands.call("down", lab).wait() == 0
    _nothing_left(commands)


def test_a_full_disk_ends_the_run_with_the_path(commands: Commands) -> None:
    full = commands.folder / "runs"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", full], check=True)
    try:
        command = _run(commands, *_LONG)
        assert command.wait(90) == 4, command.err
        assert "No space left on device" in command.err
        assert str(full) in command.err
        _nothing_left(commands)
    finally:
        subprocess.run(["umount", full], check=True)


def test_a_missing_daemon_is_refused_before_anything_is_made(commands: Commands) -> None:
    sbin = commands.folder / "frr"
    sbin.mkdir()
    for daemon in ("zebra", "bfdd", "staticd", "mgmtd"):  # mgmtd is there since FRR 9
        (sbin / daemon).symlink_to(f"/usr/lib/frr/{daemon}")
    refused = commands.start("up", "plain", "--name", _NAMES, LABCTL_FRR=str(sbin))
    assert refused.wait() == 2, refused.err
    assert f"bgpd is not in {sbin}" in refused.err
    _nothing_left(commands)
    run = _run(commands, *_QUICK, LABCTL_FRR=str(sbin))
    assert run.wait() == 2
    assert not (commands.folder / "runs").exists()
    _nothing_left(commands)


def test_frr_crashing_in_the_middle_fails_the_run_with_that_line(commands: Commands) -> None:
    command = _run(commands, *_LONG)
    _measuring(commands)
    bgpd = next(p for agent in commands.agents() for p in children(agent.pid) if p.runs("bgpd"))
    os.kill(bgpd.pid, signal.SIGSEGV)
    assert command.wait(10) == 4, command.err
    assert "bgpd ended and no fault had killed it (" in command.err
    _nothing_left(commands)


def test_a_lab_that_lost_a_daemon_is_not_lent(commands: Commands) -> None:
    lab = f"{_NAMES}-lent"
    _up(commands, lab)
    bfdd = next(p for agent in commands.agents() for p in children(agent.pid) if p.runs("bfdd"))
    os.kill(bfdd.pid, signal.SIGKILL)
    eventually(lambda: not bfdd.alive(), "bfdd ends")
    borrower = commands.call("run", _BRIEF, "--set", f"name={lab}", "--lab", lab, *_QUICK)
    assert borrower.wait() == 4
    assert "bfdd ended and no fault had killed it (killed by SIGKILL)" in borrower.err
    assert commands.call("down", lab).wait() == 0
    _nothing_left(commands)


def test_a_frozen_agent_does_not_stop_down(commands: Commands) -> None:
    _up(commands, _NAMES)
    os.kill(commands.agents()[0].pid, signal.SIGSTOP)
    assert commands.call("down", _NAMES).wait() == 0
    _nothing_left(commands)


@pytest.fixture
def user(commands: Commands) -> Iterator[Path]:
    """The home of an ordinary user, made for this test."""
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/sh", _USER], check=True)
    try:
        yield Path(f"/home/{_USER}")
    finally:
        commands.end_all()
        eventually(lambda: subprocess.run(["userdel", "--remove", _USER], check=False, capture_output=True).returncode == 0, "the user is removed")


def _python() -> str:
    """This interpreter, or the system's of the same version where ordinary users cannot reach this one (a venv of root's own Python)."""
    for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        if subprocess.run(["runuser", "-u", _USER, "--", python, "-c", "import labctl"], cwd=Path(labctl.__file__).parents[1], check=False).returncode == 0:
            return python
    pytest.skip("no Python of this version that an ordinary user may run, or a checkout that only root may read")


def test_an_ordinary_user_beside_root(commands: Commands, user: Path) -> None:
    def ordinary(*argv: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(Path(labctl.__file__).parents[1]), sysconfig.get_path("purelib")])
        environment = {"HOME": str(user), "PATH": os.environ["PATH"], "TMPDIR": str(user), "PYTHONPATH": path}
        command = ["runuser", "-u", _USER, "--", python, "-m", "labctl", *argv]
        return subprocess.run(command, cwd=user, env=environment, capture_output=True, text=True, timeout=120, check=False)

    python = _python()
    _up(commands, _NAMES)
    up = ordinary("up", "plain", "--name", _NAMES)
    assert up.returncode == 0, up.stderr
    assert ordinary("exec", "--lab", _NAMES, "r1", "--", "ip", "route").stdout.strip()
    alive = {lab["lab"]: lab["pid"] for lab in json.loads(ordinary("ps", "--json").stdout)}
    assert list(alive) == [_NAMES]
    assert alive[_NAMES] != _pid(commands, _NAMES)
    assert commands.call("down", _NAMES).wait() == 0
    assert ordinary("exec", "--lab", _NAMES, "r1", "--", "true").returncode == 0
    run = ordinary("run", _BRIEF, "--set", f"name={_NAMES}", *_QUICK)
    assert run.returncode in (0, 3), run.stderr
    assert ordinary("down", _NAMES).returncode == 0
    assert ordinary("ps", "--json").stdout.strip() == "[]"
    _nothing_left(commands)


def test_a_calibration_that_is_killed_leaves_nothing_that_the_next_one_does_not_remove(commands: Commands, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    killed = commands.start("calibrate", XDG_STATE_HOME=state)
    eventually(lambda: commands.agents() or None, "its lab", 60)
    killed.send(signal.SIGKILL)
    killed.wait()
    _nothing_left(commands)
    kept = tmp_path / "state" / "labctl" / "calibration"
    assert len(list(kept.iterdir())) == 1
    again = commands.call("calibrate", XDG_STATE_HOME=state)
    # a host that is too busy for it is told so
    assert again.wait() == 0 or "not calibrated" in again.err
    assert [p.name.count(".") for p in kept.iterdir()] in ([2], [])
