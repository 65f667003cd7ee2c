"""What a node is logged in to with: what the environment says, and nothing else. No agent is asked, and no key of the user's is tried unasked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from paramiko import PKey, SSHException, Transport
from paramiko.pkey import UnknownKeyType
from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType

from labctl.errors import RefusedError
from labctl.runtimes.containerlab.ssh.way import SshWay

_PASSWORD, _KEY, _PASSPHRASE = "LABCTL_SSH_PASSWORD", "LABCTL_SSH_KEY", "LABCTL_SSH_KEY_PASSPHRASE"


@dataclass(frozen=True, slots=True)
class Login:
    """A key, a password, or the one and then the other. `named`: the variables that they came from."""

    means: tuple[PKey | str, ...] = field(repr=False)
    named: tuple[str, ...]


def of(way: SshWay, environment: Mapping[str, str]) -> Login:
    """A variable with the node's name behind it wins over the one for all. RefusedError when there is none, or the key cannot be used."""
    suffix = "_" + way.node.upper().replace("-", "_")

    def given(name: str) -> str:
        return name + suffix if environment.get(name + suffix) else name if environment.get(name) else ""

    key, password, passphrase = given(_KEY), given(_PASSWORD), given(_PASSPHRASE)
    if not (key or password):
        raise RefusedError(
            f"{way.node} is spoken to by SSH, and nothing is set to log in as {way.ssh.user} with: set {_PASSWORD}, or {_KEY} to the path of a private key "
            f"(and {_PASSPHRASE} if it has one); with {suffix} behind the name, for {way.node} alone. sudo passes them on with -E"
        )
    means = ([_loaded(key, environment[key], environment.get(passphrase))] if key else []) + ([environment[password]] if password else [])
    return Login(tuple(means), tuple(name for name in (key, password) if name))


def _loaded(named: str, path: str, passphrase: str | None) -> PKey:
    try:
        try:
            return PKey.from_path(path)
        except TypeError:  # it has a passphrase
            if passphrase is None:
                raise RefusedError(f"the private key {path} ({named}) has a passphrase: set {_PASSPHRASE}") from None
            return PKey.from_path(path, passphrase.encode())  # type: ignore[arg-type]  # its stubs say str, which it does not take
    except OSError as wrong:
        raise RefusedError(f"the private key {path} ({named}) cannot be read: {wrong.strerror}") from None
    except (ValueError, SSHException, UnknownKeyType):
        raise RefusedError(f"{path} ({named}) is no private key that can be used" + (f", or {_PASSPHRASE} is another's" if passphrase else "")) from None


def log_in(transport: Transport, way: SshWay, login: Login) -> None:
    """RefusedError when none of it is taken; paramiko's own error when the device says no more."""
    takes: list[str] = []
    for means in login.means:
        try:
            if isinstance(means, PKey):
                transport.auth_publickey(way.ssh.user, means)
            else:
                transport.auth_password(way.ssh.user, means)
        except BadAuthenticationType as wrong:
            takes = wrong.allowed_types
        except AuthenticationException:
            if not transport.is_active():
                raise
        if transport.is_authenticated():
            return
    also = f"; it takes {', '.join(takes)}" if takes else ""
    raise RefusedError(f"{way.node}: {way.place} does not let {way.ssh.user} in with {' or '.join(login.named)}{also}")
