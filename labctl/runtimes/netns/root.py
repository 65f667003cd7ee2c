"""What every node of a lab sees as its file system: the host's, or that of a directory, with a /run of its own, and with places where nodes mount what is
theirs alone.

Made once per lab in a mount namespace of its own, which each node's is then a copy of; the host's is never touched. Nothing here needs root.
"""

import os
from pathlib import Path, PurePosixPath

from labctl.agent import linux
from labctl.agent.doors import here, step
from labctl.errors import LabError
from labctl.model.door import Netns

_PASSWD = "root:x:0:0:root:/root:/bin/sh\nfrr:x:0:0:frr:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
_GROUP = "root:x:0:\nfrr:x:0:\nfrrvty:x:0:root,frr\nnogroup:x:65534:\n"
"""Daemons drop to a user `frr`, which here is root's own number: in a user namespace of one user there is no other."""

STORE = "/run/lab"
"""Where the nodes' own files lie, in every node's sight."""


def make(store: Path, mountpoints: frozenset[PurePosixPath], base: Path | None) -> Netns:
    """The template namespace. `store` is the directory with the nodes' files; `mountpoints` will be there for nodes to mount over.

    `base` is the directory whose programs and files the nodes have, None: the host's own. Nothing in it is ever changed.
    """
    home = here()
    linux.unshare(linux.NEWNS)
    # opened here and now: soon /run is covered, and a mount of another namespace cannot be bound
    visible = os.open(store, os.O_PATH | os.O_CLOEXEC)
    to_be = Path("/") if base is None else _mounted(base)
    linux.mount("tmpfs", str(to_be / "run"), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    at = to_be / STORE.lstrip("/")
    at.mkdir()
    linux.bind(f"/proc/self/fd/{visible}", str(at))
    os.close(visible)
    if base is not None:
        linux.enter_root(str(to_be))
        linux.mount("tmpfs", "/tmp", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=1777")
    _shadow(Path("/etc"), {"passwd": _PASSWD, "group": _GROUP})
    for point in sorted(mountpoints):
        _mountpoint(Path(point))
    template = here()
    step(home)
    return template


def _mounted(base: Path) -> Path:
    """As a mount of this namespace, read-only, with the kernel's own file systems in it."""
    linux.bind(str(base), str(base))
    for shared in ("proc", "sys", "dev"):
        linux.mount(f"/{shared}", str(base / shared), None, linux.MS_BIND | linux.MS_REC)
    # what the file system that it lies on does not allow may not be allowed here either (mount_namespaces(7), locked flags)
    flags = os.statvfs(base).f_flag & (os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC)
    linux.mount("none", str(base), None, linux.MS_BIND | linux.MS_REMOUNT | linux.MS_RDONLY | flags)
    return base


def _mountpoint(path: Path) -> None:
    if path.is_dir():
        return
    parent = next(p for p in path.parents if p.is_dir())
    if not os.access(parent, os.W_OK) or parent.stat().st_dev == Path("/usr").stat().st_dev:
        if parent == Path("/"):
            raise LabError(f"{path} does not exist on this machine and cannot be made without touching it")
        _shadow(parent, {})
    path.mkdir(parents=True)


def _shadow(folder: Path, instead: dict[str, str]) -> None:
    """The same entries, as links into the original, in a file system of ours; `instead` are files that differ."""
    original = Path("/run/host") / folder.name
    original.mkdir(parents=True)
    linux.mount(str(folder), str(original), None, linux.MS_BIND | linux.MS_REC)
    linux.mount("tmpfs", str(folder), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    for entry in original.iterdir():
        if entry.name not in instead:
            # a relative link means what it says only where it was
            (folder / entry.name).symlink_to(entry.readlink() if entry.is_symlink() else entry)
    for name, text in instead.items():
        (folder / name).write_text(text)
