"""The few system calls of Linux that Python 3.11 does not have: namespaces and mounts. OSError with the path or name when the kernel refuses."""

import ctypes
import os
from typing import Final

NEWNS: Final = 0x00020000
NEWUTS: Final = 0x04000000
NEWIPC: Final = 0x08000000
NEWUSER: Final = 0x10000000
NEWPID: Final = 0x20000000
NEWNET: Final = 0x40000000

MS_RDONLY: Final = 1
MS_REMOUNT: Final = 32
MS_BIND: Final = 4096
MS_REC: Final = 16384
MS_PRIVATE: Final = 1 << 18
MS_NOSUID: Final = 2
MS_NODEV: Final = 4
MS_NOEXEC: Final = 8
_MNT_DETACH: Final = 2

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), what)


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def setns(descriptor: int, kind: int) -> None:
    _check(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str | None, flags: int = 0, data: str | None = None) -> None:
    text = [None if s is None else s.encode() for s in (source, target, kind, data)]
    _check(_libc.mount(text[0], text[1], text[2], ctypes.c_ulong(flags), text[3]), target)


def bind(source: str, target: str) -> None:
    mount(source, target, None, MS_BIND)


def enter_root(path: str) -> None:
    """The mount point at `path` becomes the root of this mount namespace, and nothing of the old one stays in sight (pivot_root(2), NOTES)."""
    os.chdir(path)
    _check(_libc.pivot_root(b".", b"."), path)
    _check(_libc.umount2(b".", _MNT_DETACH), path)
    os.chdir("/")


def sethostname(name: str) -> None:
    raw = name.encode()
    _check(_libc.sethostname(raw, len(raw)), name)
