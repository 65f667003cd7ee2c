"""How a terminal enters a node: the command line that this process becomes. Nobody stands between the terminal and the node afterwards."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labctl.app.living import attached
from labctl.errors import LabError, RefusedError
from labctl.lab import Lab
from labctl.model.plan import Node, Ssh
from labctl.runtimes.base import Runtime

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A node has the host's files, so the folder in which the command was given is usually there too.
_IN_FOLDER = 'cd "$1" 2>/dev/null; shift; exec "$@"'
_SHELL = ("sh", "-c", "command -v bash >/dev/null && exec bash; exec sh")
"""A container may have no bash."""


@dataclass(frozen=True, slots=True)
class Way:
    """`argv` and `env` for execve."""

    argv: tuple[str, ...]
    env: dict[str, str]


async def enter(runtime: Runtime, lab: str | None, node: str, command: Sequence[str], who: str) -> Way:
    """`command` empty: a shell. A device that is spoken to by SSH gets both as its own command line takes them."""
    async with attached(runtime, lab, who) as connection:
        planned = {planned.name: planned for planned in connection.plan.nodes}.get(node)
        if planned is None or planned.ssh is None:
            return await way_in(connection, node, command)
        return await _by_ssh(connection, planned, planned.ssh, command)


async def _by_ssh(lab: Lab, node: Node, ssh: Ssh, command: Sequence[str]) -> Way:
    """From this machine to the address that it is known by, else from inside the node's own network."""
    from labctl.runtimes.containerlab.engine import containers, engine
    from labctl.runtimes.containerlab.ssh import SshWay, argv

    with engine() as client:
        found = next((c for c in containers(client, lab.plan.name, owned=False) if c.node == node.name), None)
    if found is None:
        raise LabError(f"{node.name}: its container is gone")
    address = ssh.address or found.address
    speaks = argv(SshWay(node.name, found.name, address or "127.0.0.1", ssh), command)
    return Way(speaks, dict(os.environ)) if address else await way_in(lab, node.name, speaks, with_our_files=True)


async def way_in(lab: Lab, node: str, command: Sequence[str], with_our_files: bool = False) -> Way:
    """`with_our_files`: the command is one of this machine, which a container does not have: then only the node's network is entered."""
    view = await lab.look()
    door = dict(view.doors).get(node)
    if door is None:
        raise RefusedError(f"lab {view.lab} has no node {node}; it has {', '.join(name for name, _ in view.doors) or f'none: it is {view.stage}'}")
    agent = Path(f"/proc/{lab.reach.pid}")
    # Only a lab made by an ordinary user has a user namespace of its own; there he is root.
    own_users = (agent / "ns/user").readlink() != Path("/proc/self/ns/user").readlink()
    users = (f"--user={agent}/ns/user", "--preserve-credentials") if own_users else ()
    pids = f"{agent}/ns/pid" if door.pid is None else f"{agent}/fd/{door.pid}"
    rest = () if with_our_files and door.pid is not None else (f"--mount={agent}/fd/{door.mnt}", f"--uts={agent}/fd/{door.uts}", f"--pid={pids}")
    spaces = (f"--net={agent}/fd/{door.net}", *rest)
    inside = tuple(command) or _SHELL
    env = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{_PATH}".lstrip(":")}
    if not command:
        env["debian_chroot"] = view.lab  # the usual prompt shows it before the host's name, which is the node's
    return Way(("nsenter", *users, *spaces, "--", "sh", "-c", _IN_FOLDER, "sh", os.getcwd(), *inside), env)  # noqa: PTH109
