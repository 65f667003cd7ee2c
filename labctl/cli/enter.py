"""`labctl exec` and `labctl shell`: this process becomes the command in the node."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from labctl.cli import complete
from labctl.cli.said import LabOption, who

NodeArgument = Annotated[str, typer.Argument(metavar="NODE", help="A node of the lab.", autocompletion=complete.nodes)]


def exec_(
    node: NodeArgument,
    command: Annotated[list[str], typer.Argument(metavar="-- CMD...", help="The command and its arguments.")],
    lab: LabOption = None,
) -> None:
    """Run a command in a node, with its network, its files and its daemons; the exit code is the command's.

    A device of somebody else's with `ssh:` gets the words, joined by spaces, at its own command line. LABCTL_SSH_PASSWORD or LABCTL_SSH_KEY (and
    LABCTL_SSH_KEY_PASSPHRASE) log in, with _NODE behind them for that node alone; its host key is the topology's or known_hosts' (LABCTL_SSH_KNOWN_HOSTS);
    LABCTL_SSH_TIMEOUT is how many seconds a command may take.

    \b
    Examples:
      labctl exec fra -- vtysh -c 'show bgp summary'
      labctl exec branch -- ip route
      labctl exec branch-host -- ping -c 3 203.0.113.2
      LABCTL_SSH_PASSWORD=… labctl exec core -- show ip bgp summary
    """
    _become(lab, node, command)


def shell(node: NodeArgument, lab: LabOption = None) -> None:
    """A shell in a node: vtysh, ip, ping, tcpdump work there as on the router itself.

    \b
    Examples:
      labctl shell fra
      labctl shell fra --lab dual-pop
    """
    _become(lab, node, ())


def _become(lab: str | None, node: str, command: Sequence[str]) -> None:
    from labctl.app.enter import enter
    from labctl.app.runtimes import runtime

    way = asyncio.run(enter(runtime(), lab, node, command, who()))
    sys.stdout.flush()
    os.execvpe(way.argv[0], way.argv, way.env)
