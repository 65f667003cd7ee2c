"""A table of real size from the command to the last route in FRR's RIB; beside it, in turns, the same routes from BIRD to the same FRR.

BIRD is the fastest of the free daemons at this. What it is measured from is the word that lets it announce, with its session up and its table read.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import processes
from bench.command import LABCTL, CommandError, labctl
from bench.lab import Raised, raised
from bench.measure import Measure

_WITHIN_S = 180.0
_LOOK_S = 0.05
_FIRST = "40.0.0.0/24"
_OURS = """name: ours
routing: {timers: 60/180, bfd: off}
nodes:
  r1: {asn: 65001}
  feed: {device: bulk, asn: 65010}
links: [{ends: [r1, feed], ipv4: [10.1.0.1/30, 10.1.0.2/30], ipv6: false}]
"""
_FLOOR = """name: floor
routing: {timers: 60/180, bfd: off}
nodes:
  r1:
    asn: 65001
    frr-extra:
      - router bgp 65001
      - " neighbor 10.1.0.2 remote-as 65010"
      - " neighbor 10.1.0.2 timers connect 1"
      - " address-family ipv4 unicast"
      - "  neighbor 10.1.0.2 activate"
  feed: {device: linux}
links: [{ends: [r1, feed], ipv4: [10.1.0.1/30, 10.1.0.2/30], ipv6: false}]
"""
_BIRD = """router id 10.1.0.2;
protocol device {{}}
protocol static fed {{ disabled; ipv4; {routes} }}
protocol bgp r1 {{ local 10.1.0.2 as 65010; neighbor 10.1.0.1 as 65001; connect delay time 1; ipv4 {{ import none; export all; next hop self; }}; }}
"""


@dataclass(frozen=True, slots=True)
class Fed:
    """To the last route: in bgpd's RIB and in the kernel from the command on, and in the RIB from the word that the speaker got, as BIRD got its own."""

    rib_s: float
    kernel_s: float
    sent_s: float
    frr_mb: float
    own_mb: float


def routes(count: int, target_s: float, quick: bool) -> tuple[Measure, ...]:
    turns = [(_ours(count), _birds(count)) for _ in range(1 if quick or count > 100_000 else 3)]
    name = f"routes: {count:,}".replace(",", " ")
    ours = [one for one, _ in turns]
    return (
        Measure(f"{name}: command to last route in bgpd's RIB", "s", target_s, tuple(one.rib_s for one in ours)),
        Measure(f"{name}: from the word to the speaker", "s", None, tuple(one.sent_s for one in ours)),
        Measure(f"{name}: BIRD to the same FRR, from its word", "s", None, tuple(bird for _, bird in turns)),
        Measure(f"{name}: ours / BIRD's, from the word", "×", 1.5, tuple(one.sent_s / bird for one, bird in turns)),
        Measure(f"{name}: command to last route in the kernel", "s", None, tuple(one.kernel_s for one in ours)),
        Measure(f"{name}: FRR's memory, PSS", "MB", None, tuple(one.frr_mb for one in ours)),
        Measure(f"{name}: the speaker's memory, PSS", "MB", None, tuple(one.own_mb for one in ours)),
    )


def _ours(count: int) -> Fed:
    with _topology(_OURS) as path, raised(path, f"bench-routes-{count}") as lab:
        done = labctl("announce", f"{count}x{_FIRST}", "--at", "feed", "--lab", lab.name, "--json")
        told = json.loads(done.out)
        after = {table["table"]: (told["began_ns"] + table["after_ns"]) / 1e9 - done.began for table in told["tables"] if table["after_ns"] is not None}
        speaker = tuple(pid for pid in lab.own() if b"injectors.bulk" in Path(f"/proc/{pid}/cmdline").read_bytes())
        rib = after["BGP RIB, from feed"]
        return Fed(rib, after["kernel"], rib - (told["began_ns"] / 1e9 - done.began), processes.pss_mb(lab.daemons()), processes.pss_mb(speaker))


def _birds(count: int) -> float:
    if shutil.which("bird", path="/usr/sbin:/usr/bin") is None:
        raise CommandError("bird is not installed: make setup")
    with tempfile.TemporaryDirectory(prefix="labctl-bench-") as made:
        folder = Path(made)
        (folder / "bird.conf").write_text(_BIRD.format(routes="\n".join(f"route {prefix} blackhole;" for prefix in _prefixes(count))))
        with _topology(_FLOOR) as path, raised(path, f"bench-bird-{count}") as lab, _bird(lab, folder) as control:
            _until(lambda: _received(lab) == 0, "BIRD's session does not come up")
            began = time.monotonic()
            subprocess.run(["birdc", "-s", control, "enable", "fed"], check=True, capture_output=True)
            _until(lambda: _received(lab) == count, f"FRR does not get BIRD's {count} routes")
            return time.monotonic() - began


@contextmanager
def _topology(text: str) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", prefix="labctl-bench-") as file:
        file.write(text)
        file.flush()
        yield file.name


def _prefixes(count: int) -> Iterator[str]:
    return (f"{40 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24" for n in range(count))


@contextmanager
def _bird(lab: Raised, folder: Path) -> Iterator[str]:
    """In the network of the lab's second node, once it has read its table."""
    control = str(folder / "ctl")
    argv = [str(LABCTL), "exec", "feed", "--lab", lab.name, "--", "bird", "-f", "-c", str(folder / "bird.conf"), "-s", control]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _until(Path(control).exists, "BIRD does not start")
            yield control
        finally:
            process.kill()


def _received(lab: Raised) -> int | None:
    told = json.loads(labctl("exec", "r1", "--lab", lab.name, "--", "vtysh", "-d", "bgpd", "-c", "show bgp ipv4 unicast summary json").out)
    peer = told.get("peers", {}).get("10.1.0.2", {})
    return peer.get("pfxRcd") if peer.get("state") == "Established" else None


def _until(holds: Callable[[], object], why_not: str) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > _WITHIN_S:
            raise CommandError(why_not)
        time.sleep(_LOOK_S)
