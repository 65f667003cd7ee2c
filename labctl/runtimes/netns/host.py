"""What this machine has for labs of namespaces: found by trying, never by guessing from a version.

`labctl doctor` judges it; whoever renders a plan takes FRR's version from it.
"""

import ctypes
import os
import re
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from labctl.errors import RefusedError
from labctl.programs.base import Installed, Needs, Versions
from labctl.programs.frr.version import parse_version
from labctl.programs.needs import NEEDS
from labctl.programs.strongswan.program import PROGRAM

_PLACES: Final = ("/usr/lib/frr", "/usr/libexec/frr", "/usr/sbin", "/usr/local/sbin")
_PROGRAMS_LIE: Final = ("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
_DAEMONS: Final = ("zebra", "bgpd", "bfdd", "staticd")
_PROGRAMS: Final = ("ip", "unshare", "nsenter", "sysctl", "nft", "tc", "vtysh", "tcpdump")
_KNOWS_STATIC_BFD: Final = b"$bfd_multi_hop"
"""From the grammar of `ip route`, which stands as text in staticd: a daemon that has it takes `bfd` as a word of its own and not as an interface."""

_TRIES: Final = {
    "bridge": "ip link add tried type bridge",
    "vxlan": "ip link add tried type vxlan id 1 dstport 4789 local 127.0.0.1",
    "tun": "ip tuntap add tried mode tun",
    "netem": "ip link add tried type veth peer name peer && tc qdisc add dev tried root netem delay 1ms",
    "ipv6": "ip link add tried type veth peer name peer && ip -6 address add fd00::1/64 dev tried",
    "nft": "ip link add tried type veth peer name peer && printf '%s\\n' 'table netdev tried {' "
    "'chain i { type filter hook ingress device \"tried\" priority 0; }' 'chain e { type filter hook egress device \"tried\" priority 0; }' '}' | nft -f -",
}
_SECONDS: Final = 20
_TUN: Final = "/dev/net/tun"


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether it worked; if not, what was said (the first line)."""

    works: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class Frr:
    """`missing` are daemons of ours that are not beside zebra."""

    sbin: PurePosixPath
    version: tuple[int, int, int]
    static_bfd: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the size of a lab; None where this kernel or user has no such limit."""

    namespaces: int | None
    open_files: int | None
    processes: int | None
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Host:
    """`namespaces` is what a lab of this user needs, `user_namespaces` what an ordinary user's does; `restricted` is Ubuntu's AppArmor rule on the latter.

    `others` are the programs beside FRR, None where one is not there.
    """

    distribution: str
    codename: str
    kernel: str
    root: bool
    frr: Frr | None
    namespaces: Tried
    user_namespaces: Tried
    restricted: bool
    libnftables: Tried
    nft: Tried
    netem: Tried
    vxlan: Tried
    bridge: Tried
    ipv6: Tried
    tun: Tried
    missing_programs: tuple[str, ...]
    limits: Limits
    others: tuple[tuple[str, Installed | None], ...] = ()


def look() -> Host:
    """Takes a few tenths of a second: each thing is tried in namespaces that end at once."""
    root = os.geteuid() == 0
    release = _release()
    return Host(
        distribution=release.get("PRETTY_NAME", "unknown"),
        codename=release.get("VERSION_CODENAME", ""),
        kernel=os.uname().release,
        root=root,
        frr=find_frr(),
        namespaces=_in_namespaces(root, "ip link set lo up"),
        user_namespaces=_ordinary(root),
        restricted=_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1,
        libnftables=_loads("libnftables.so.1"),
        missing_programs=tuple(p for p in _PROGRAMS if _which(p) is None),
        limits=_limits(),
        others=tuple((name, find(needs)) for name, needs in NEEDS.items()),
        **{name: _in_namespaces(root, command) for name, command in _TRIES.items()},
    )


def find_frr(base: Path | None = None) -> Frr | None:
    """LABCTL_FRR names the folder of the daemons; else where distributions put them, else the PATH. With a `base`, where they lie in that directory."""
    named = os.environ.get("LABCTL_FRR") if base is None else None
    places = [named] if named else [*_PLACES, *(os.get_exec_path() if base is None else ())]
    sbin = next((Path(place) for place in places if os.access(_within(base, place) / "zebra", os.X_OK)), None)
    if sbin is None:
        return None
    try:
        version = parse_version(_said(base, sbin / "zebra", ("--version",)))
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    wanted = (*_DAEMONS, "mgmtd") if version >= (9, 0, 0) else _DAEMONS
    there = _within(base, str(sbin))
    missing = tuple(d for d in wanted if not os.access(there / d, os.X_OK))
    return Frr(PurePosixPath(sbin), version, "staticd" not in missing and _KNOWS_STATIC_BFD in (there / "staticd").read_bytes(), missing)


def find(needs: Needs, base: Path | None = None) -> Installed | None:
    """A device's daemon: as our own set-up built it, where distributions put it, else in the PATH.

    None when it, or what belongs to it, is not there or does not say what it is.
    """
    places = [*(_built(needs) if base is None else ()), *_PROGRAMS_LIE, *(os.get_exec_path() if base is None else ())]
    lies = next((Path(place) for place in places if os.access(_within(base, place) / needs.program, os.X_OK)), None)
    if lies is None or not all(any(os.access(_within(base, place) / one, os.X_OK) for place in places) for one in needs.also):
        return None
    try:
        return Installed(needs.parse(_said(base, lies / needs.program, needs.asked)), PurePosixPath(lies / needs.program))
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


def _built(needs: Needs) -> list[str]:
    """The newest first."""
    if not needs.built:
        return []
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "labctl"
    return sorted(map(str, cache.glob(needs.built)), key=lambda place: [int(n) for n in re.findall(r"\d+", Path(place).name)], reverse=True)


def found(needs: Needs, base: Path | None = None) -> Installed:
    """RefusedError, with what to do about it, where it is not there."""
    there = find(needs, base)
    if there is None and base is None:
        if needs.remedy:
            raise RefusedError(f"{needs.title} is not installed: {needs.remedy}")
        raise RefusedError(f"{needs.title} is not installed: its Debian package is {needs.package} (sudo apt-get install {needs.package})")
    if there is None:
        raise RefusedError(f"{base} has no {needs.title} in it; `labctl image build` makes such a directory anew, with it")
    return there


def esp(base: Path | None) -> Installed:
    """What makes IPsec tunnels there. RefusedError, with what to do about it, where it is not, or where its ESP has no TUN to stand behind."""
    if not os.access(_TUN, os.R_OK | os.W_OK):
        remedy = f"sudo chmod 0666 {_TUN}" if Path(_TUN).exists() else "sudo modprobe tun"
        raise RefusedError(f"an IPsec tunnel's ESP is made behind a TUN interface, and {_TUN} cannot be opened by this user: {remedy}")
    return found(NEEDS[PROGRAM], base)


def _said(base: Path | None, program: Path, asked: tuple[str, ...]) -> str:
    """What a program says of itself, on whichever of its outputs."""
    chroot = () if base is None else (*(() if os.geteuid() == 0 else ("unshare", "--map-root-user")), "chroot", base)
    done = subprocess.run([*chroot, program, *asked], capture_output=True, text=True, timeout=_SECONDS, check=False)
    return done.stdout + done.stderr


def _within(base: Path | None, place: str) -> Path:
    return Path(place) if base is None else base / place.lstrip("/")


def versions_of(frr: Frr | None) -> Versions:
    """For a caller that needs nothing else of the host: `versions_of(find_frr())` takes a few milliseconds."""
    if frr is None:
        raise RefusedError("FRR is not installed (or not where LABCTL_FRR says): `labctl doctor` says how to get it")
    if frr.missing:
        lacks = f"{', '.join(frr.missing)} {'is' if len(frr.missing) == 1 else 'are'} not in {frr.sbin}"
        raise RefusedError(f"FRR is not whole: {lacks}; `labctl doctor` says how to get it")
    return Versions(frr=frr.version, frr_sbin=frr.sbin, static_bfd=frr.static_bfd)


def _in_namespaces(root: bool, command: str) -> Tried:
    """In fresh namespaces, as a lab of this user has them."""
    user = () if root else ("--user", "--map-root-user")
    return _try(["unshare", *user, "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", command])


def _ordinary(root: bool) -> Tried:
    """As root, asked for `nobody`: what root may do says nothing about others."""
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if root else []
    return _try([*drop, "unshare", "--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"])


def _try(argv: list[str]) -> Tried:
    try:
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=_environment(), cwd="/", timeout=_SECONDS, check=False)
            said.seek(0)
            first = next(iter(said.read().decode(errors="replace").splitlines()), "")
    except FileNotFoundError as wrong:
        return Tried(False, f"{wrong.filename} is not installed")
    except subprocess.TimeoutExpired:
        return Tried(False, f"no answer in {_SECONDS} s")
    return Tried(True) if done.returncode == 0 else Tried(False, first or f"exit {done.returncode}")


def _environment() -> dict[str, str]:
    # An ordinary user's PATH on Debian lacks the sbin folders, where ip, nft and tc may be.
    return {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin", "LC_ALL": "C"}


def _which(program: str) -> str | None:
    return shutil.which(program, path=_environment()["PATH"])


def _loads(library: str) -> Tried:
    try:
        ctypes.CDLL(library)
    except OSError as wrong:
        return Tried(False, str(wrong))
    return Tried(True)


def _limits() -> Limits:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    own = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    processes = [n for n in (_number("/proc/sys/kernel/pid_max"), _number("/proc/sys/kernel/threads-max"), own) if n is not None and n >= 0]
    return Limits(
        namespaces=_number("/proc/sys/user/max_net_namespaces"),
        open_files=None if files == resource.RLIM_INFINITY else files,
        processes=min(processes, default=None),
        memory_mb=_memory_mb(),
    )


def _memory_mb() -> int:
    found = re.search(r"^MemAvailable:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None


def _release() -> dict[str, str]:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip("\"'") for name, _, value in (line.partition("=") for line in lines)}
