"""The way into a container: the namespaces of its first process."""

import os

from labctl.model.door import Netns
from labctl.runtimes.containerlab.engine import Container


def door(container: Container) -> Netns:
    """Descriptors that whoever asks has to close."""
    net, mnt, uts, pid = (os.open(f"/proc/{container.pid}/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC) for kind in ("net", "mnt", "uts", "pid"))
    return Netns(net, mnt, uts, f"/proc/{container.pid}/root", pid)
