"""Whose key a device shows: the topology's, or one that a known_hosts file has (sshd(8)) under the container's name; any other is refused."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from labctl.errors import RefusedError
from labctl.runtimes.containerlab.ssh.way import SshWay

_FILE, _DEFAULT = "LABCTL_SSH_KNOWN_HOSTS", "~/.ssh/known_hosts"
_REVOKED = "@revoked"


@dataclass(frozen=True, slots=True)
class HostKey:
    """`kind` is a key's, not an algorithm's: ssh-rsa. `where` it stands, as file:line."""

    kind: str
    blob: bytes
    where: str = ""
    revoked: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen -l prints it."""
        return f"{self.kind} SHA256:{b64encode(sha256(self.blob).digest()).decode().rstrip('=')}"


def known(way: SshWay, environment: Mapping[str, str]) -> tuple[HostKey, ...]:
    if way.ssh.host_key:
        try:
            return (_key(way.ssh.host_key.split(), f"host-key of {way.node} in the topology"),)
        except ValueError:
            raise RefusedError(f"{way.node}: its host-key in the topology is {way.ssh.host_key!r}, which is no public key: ssh-ed25519 AAAA…") from None
    file = _file(environment)
    try:
        lines = file.read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    except OSError as wrong:
        raise RefusedError(f"{file}: {wrong.strerror}; {_FILE} names another known_hosts file") from None
    return tuple(_of(file, lines, {way.name, _listed(way)}))


def algorithms(keys: Iterable[HostKey], offered: Sequence[str]) -> tuple[str, ...]:
    """`offered`, those of known keys first: a server that has several keys shows the one that is asked for first."""
    kinds = {key.kind for key in keys if not key.revoked}
    return tuple(sorted(offered, key=lambda name: ("ssh-rsa" if name.startswith("rsa-") else name) not in kinds))


def check(way: SshWay, shown: HostKey, keys: Sequence[HostKey], environment: Mapping[str, str]) -> None:
    """RefusedError unless `shown` is one of the known ones."""
    same = [key for key in keys if key.blob == shown.blob]
    for key in same:
        if key.revoked:
            raise RefusedError(f"{way.node}: {way.place} shows the host key {shown.fingerprint}, which is revoked at {key.where}")
    if same:
        return
    line = f"{_listed(way)} {shown}"
    others = [key for key in keys if not key.revoked]
    if not others:
        raise RefusedError(
            f"{way.node}: {way.place} shows a host key that is not known: {shown.fingerprint}\n"
            f"if that is the device's own, add this line to {_file(environment)} ({_FILE} names another):\n{line}\n"
            f"or, in the topology, give {way.node} host-key: {shown}"
        )
    raise RefusedError(
        f"{way.node}: {way.place} shows another host key than the one that is known\n"
        + "".join(f"  known: {key.fingerprint} ({key.where})\n" for key in others)
        + f"  shown: {shown.fingerprint}\n"
        + "a lab that was deployed anew has new keys: then put what is shown in its place; else somebody is in between. As it would stand there:\n"
        + (str(shown) if way.ssh.host_key else line)
    )


def _file(environment: Mapping[str, str]) -> Path:
    return Path(environment.get(_FILE) or _DEFAULT).expanduser()


def _listed(way: SshWay) -> str:
    """As ssh-keyscan writes it."""
    return way.name if way.ssh.port == 22 else f"[{way.name}]:{way.ssh.port}"


def _of(file: Path, lines: Iterable[str], names: Iterable[str]) -> Iterator[HostKey]:
    """A line that cannot be read is not there, as for OpenSSH; nor is @cert-authority: certificates are not asked for."""
    for number, line in enumerate(lines, 1):
        words = line.split()
        revoked = words[:1] == [_REVOKED]
        hosts, *key = words[revoked:] or [""]
        try:
            if not hosts.startswith("@") and any(_matches(hosts, name) for name in names):
                yield _key(key, f"{file}:{number}", revoked)
        except ValueError:
            continue


def _matches(hosts: str, name: str) -> bool:
    """Of `hosts`, hashed, or patterns with commas between them of which none that begins with ! may match."""
    if hosts.startswith("|1|"):
        _, _, salt, digest = hosts.split("|")
        return hmac.digest(b64decode(salt), name.encode(), "sha1") == b64decode(digest)
    hit = {pattern[:1] == "!" for pattern in hosts.lower().split(",") if fnmatchcase(name.lower(), pattern.removeprefix("!").replace("[", "[[]"))}
    return hit == {False}


def _key(words: Sequence[str], where: str, revoked: bool = False) -> HostKey:
    """ValueError when the words are no key."""
    kind, text, *_ = words
    return HostKey(kind, b64decode(text, validate=True), where, revoked)
