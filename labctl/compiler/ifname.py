"""Names of tunnel interfaces: the kernel takes 15 characters (IFNAMSIZ 16), names of nodes may be longer."""

from zlib import crc32

LONGEST = 15


def tunnel_ifname(far: str, nth: int) -> str:
    """'tun-fra', the second one 'tun-fra-2'. A long name is cut, and told apart by a hash of the whole."""
    tail = f"-{nth}" if nth > 1 else ""
    room = LONGEST - len("tun-") - len(tail)
    if len(far) > room:
        digest = f"{crc32(far.encode()) & 0xFFFF:04x}"
        far = far[: room - len(digest)] + digest
    return f"tun-{far}{tail}"
