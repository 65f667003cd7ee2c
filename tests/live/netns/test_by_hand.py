"""A lab worked on by hand, as root and as an ordinary user: up, exec, show, inject, heal, capture, diff, down; and nothing left behind."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_REPOSITORY = Path(__file__).resolve().parents[3]
_USER = "labctl-test"
_WITHIN_S = 20
_PCAP_MAGIC = bytes.fromhex("4d3cb2a1")


@dataclass
class Person:
    """Who types the commands; `uid` None is whoever runs the tests."""

    python: str
    uid: int | None
    home: Path
    lab: str
    env: dict[str, str] = field(default_factory=dict)

    def argv(self, *words: str) -> list[str]:
        return [self.python, "-m", "labctl", *words]

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.argv(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
            env=self.env,
            user=self.uid,
            group=self.uid,
            extra_groups=self.groups,
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*words),
            capture_output=True,
            text=True,
            cwd=self.home,
            env=self.env,
            user=self.uid,
            group=self.uid,
            extra_groups=self.groups,
            timeout=_WITHIN_S,
            check=False,
        )

    def said(self, *words: str) -> str:
        """Of a command that must work."""
        done = self.run(*words)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def told(self, *words: str) -> Any:
        return json.loads(self.said(*words, "--json"))

    def held(self) -> list[str]:
        return [hold["label"] for lab in self.told("ps") if lab["lab"] == self.lab for hold in lab["holds"] if not hold["flows"]]

    @property
    def groups(self) -> list[int] | None:
        return None if self.uid is None else []


@pytest.fixture(scope="module", params=["myself", "ordinary user"])
def person(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    name = f"hand{os.getpid()}"
    if request.param == "myself":
        home = tmp_path_factory.mktemp("hand")
        yield Person(sys.executable, None, home, name, dict(os.environ) | {"PYTHONPATH": str(_REPOSITORY)})
        return
    if os.geteuid() != 0:
        pytest.skip("whoever runs the tests is an ordinary user already")
    with OrdinaryUser(name) as ordinary:
        yield ordinary


class OrdinaryUser:
    """A user made for the tests, and gone with them."""

    def __init__(self, lab: str) -> None:
        self._lab = lab
        self._user = f"{_USER}-{os.getpid()}"

    def __enter__(self) -> Person:
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/sh", self._user], check=True)
        known = pwd.getpwnam(self._user)
        site = next(path for path in sys.path if path.endswith("site-packages"))
        env = {
            "HOME": known.pw_dir,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": f"{_REPOSITORY}:{site}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
        }
        for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
            made = Person(python, known.pw_uid, Path(known.pw_dir), self._lab, env)
            try:
                if made.run("--version").returncode == 0:
                    return made
            except OSError:
                continue
        self.__exit__()
        pytest.skip("the ordinary user may not read this checkout, or no Python of this version outside a private folder")

    def __exit__(self, *_: object) -> None:
        subprocess.run(["userdel", "--remove", self._user], check=False, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def lab(person: Person) -> Iterator[Person]:
    person.said("up", "plain", "--name", person.lab)
    pid = next(one["pid"] for one in person.told("ps") if one["lab"] == person.lab)
    yield person
    daemons = _children(pid)
    assert daemons
    person.said("down", person.lab)
    assert not [p for p in (pid, *daemons) if _lives(p)]
    assert person.lab not in [one["lab"] for one in person.told("ps")]


def test_a_command_runs_in_the_node_and_its_exit_code_is_ours(lab: Person) -> None:
    assert lab.said("exec", "--lab", lab.lab, "r1", "--", "hostname").strip() == "r1"
    assert lab.said("exec", "--lab", lab.lab, "r1", "--", "id", "-u").strip() == "0"
    assert "65002" in lab.said("exec", "--lab", lab.lab, "r1", "--", "vtysh", "-c", "show bgp summary")
    assert lab.run("exec", "--lab", lab.lab, "r1", "--", "sh", "-c", "exit 7").returncode == 7


def test_an_unknown_node_is_refused_with_those_there_are(lab: Person) -> None:
    done = lab.run("exec", "--lab", lab.lab, "r9", "--", "true")
    assert done.returncode == 2
    assert "r1, r2" in done.stderr


def test_sessions_routes_and_links_are_shown_for_all_nodes(lab: Person) -> None:
    assert {(s["node"], s["state"]) for s in lab.told("show", "bgp", "--lab", lab.lab)["rows"]} == {("r1", "Established"), ("r2", "Established")}
    assert all(s["up"] for s in lab.told("show", "bfd", "--lab", lab.lab)["rows"])
    assert {r["node"] for r in lab.told("show", "routes", "r1", "--lab", lab.lab)["rows"]} == {"r1"}
    (cable,) = lab.told("show", "links", "--lab", lab.lab)["rows"]
    assert cable["a"]["carrier"]
    assert cable["b"]["carrier"]


def test_the_lab_heals_when_the_lease_is_over_and_flows_say_what_was_lost(lab: Person) -> None:
    story = lab.told("inject", "silent-cut", "r1-r2", "--for", "500ms", "--flows", "--lab", lab.lab)
    held_ns = story["healed_ns"] - story["began_ns"]
    assert 500e6 <= held_ns < 1000e6
    assert story["flows"]
    # BFD does not notice so short a cut: what is lost is what was sent meanwhile, but for packets in the act itself
    assert all(row["outage_ns"] >= 450e6 for row in story["flows"])
    assert lab.held() == []


def test_ctrl_c_heals_at_once(lab: Person) -> None:
    injecting = lab.start("inject", "silent-cut", "r1-r2", "--flows", "--json", "--lab", lab.lab)
    _until(lambda: lab.held() == ["silent-cut"])
    began = time.monotonic()
    injecting.send_signal(signal.SIGINT)
    out, err = injecting.communicate(timeout=5)
    assert injecting.returncode == 130, err
    assert time.monotonic() - began < 2
    assert json.loads(out)["healed_ns"] is not None
    assert lab.held() == []


def test_a_killed_inject_leaves_healing_to_the_lease(lab: Person) -> None:
    injecting = lab.start("inject", "silent-cut", "r1-r2", "--for", "2s", "--lab", lab.lab)
    _until(lambda: lab.held() == ["silent-cut"])
    injecting.kill()
    injecting.communicate()
    _until(lambda: lab.held() == [])


def test_without_a_time_it_holds_until_healed(lab: Person) -> None:
    assert "labctl heal" in lab.said("inject", "silent-cut", "r1-r2", "--lab", lab.lab)
    assert lab.held() == ["silent-cut"]
    assert lab.told("heal", "--lab", lab.lab)["what"] == ["silent-cut r1-r2"]
    assert lab.held() == []


def test_flows_stay_until_they_are_stopped(lab: Person) -> None:
    lab.said("flows", "add", "r1", "r2", "--pps", "100", "--lab", lab.lab)
    assert {f["name"] for hold in lab.told("flows", "list", "--lab", lab.lab) for f in hold["flows"]} == {"r1-r2-v4", "r1-r2-v6"}
    lab.said("flows", "stop", "--lab", lab.lab)
    assert lab.told("flows", "list", "--lab", lab.lab) == []


def test_a_capture_is_a_pcap(lab: Person) -> None:
    path = lab.home / "cut.pcap"
    done = lab.run("capture", "r1-r2", "-w", str(path), "--count", "3", "--for", "5s", "--lab", lab.lab)
    assert done.returncode == 0, done.stderr
    assert path.read_bytes()[:4] == _PCAP_MAGIC
    assert path.stat().st_size > 24 + 3 * 60


def test_what_runs_as_intended_has_no_difference(lab: Person) -> None:
    _until(lambda: lab.run("diff", lab.lab).returncode == 0)  # sessions that a fault took down come back
    lab.said("exec", "--lab", lab.lab, "r1", "--", "vtysh", "-d", "bgpd", "-c", "conf t", "-c", "router bgp 65001", "-c", "neighbor 10.1.128.2 timers 5 15")
    done = lab.run("diff", lab.lab)
    assert done.returncode == 1
    assert "- router bgp 65001 > neighbor 10.1.128.2 timers 3 9" in done.stdout
    lab.said("exec", "--lab", lab.lab, "r1", "--", "vtysh", "-d", "bgpd", "-c", "conf t", "-c", "router bgp 65001", "-c", "neighbor 10.1.128.2 timers 3 9")


def test_a_name_in_use_is_refused_with_its_owner(lab: Person) -> None:
    done = lab.run("up", "plain", "--name", lab.lab)
    assert done.returncode == 2
    assert "is alive already" in done.stderr


@pytest.mark.skipif(shutil.which("nsenter") is None, reason="nsenter is not installed")
def test_a_static_route_that_frr_took_and_never_installed_is_caught(person: Person) -> None:
    name = f"{person.lab}-own"
    person.said("up", "own-frr", "--name", name)
    try:
        person.said("exec", "--lab", name, "left", "--", "vtysh", "-c", "conf t", "-c", "ip route 10.9.9.0/24 10.9.1.2 nosuch0")
        done = person.run("diff", name)
        assert done.returncode == 1
        assert "not in the kernel: ip route 10.9.9.0/24 10.9.1.2 nosuch0" in done.stdout
        assert "took 'nosuch0' for the name of an interface, and there is none" in done.stdout
    finally:
        person.said("down", name)


def test_other_timers_are_negotiated_and_nothing_differs(person: Person) -> None:
    name = f"{person.lab}-set"
    person.said("up", "dual-pop", "--name", name)
    try:
        told = person.told("set", name, "branch", "timers=1/3", "bfd=100x3")
        assert {(s["hold_s"], s["detect_ns"]) for s in told["sessions"]} == {(3, 300_000_000)}
        assert told["missing"] == ""
        assert person.run("diff", name).returncode == 0
    finally:
        person.said("down", name)


def test_ipsec_tunnels_need_nothing_but_tun(person: Person) -> None:
    name = f"{person.lab}e"
    person.said("up", "ipsec", "--name", name)
    ends = person.told("show", "tunnels", "--lab", name)["rows"]
    person.said("down", name)
    assert [(end["state"], end["esp"]) for end in ends] == [("established", True)] * 4


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _lives(pid: int) -> bool:
    """One that is dead and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(holds: Any) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, "not so in time"
