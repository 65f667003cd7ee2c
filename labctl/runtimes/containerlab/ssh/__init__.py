"""Nodes that are reached by SSH alone, their login shell being a device's command line: one process speaks to one node, and ends as the command there does.

Whoever starts that process needs `SshWay` and `argv` only, and does not load what speaks SSH.
"""

from labctl.runtimes.containerlab.ssh.way import SshWay, argv

__all__ = ["SshWay", "argv"]
