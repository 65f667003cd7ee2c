"""Where things of strongSwan lie inside a node."""

from pathlib import PurePosixPath
from typing import Final

CONFIG: Final = PurePosixPath("/etc/swanctl/swanctl.conf")
"""Connections and secrets, where `swanctl` reads them."""
SETTINGS: Final = PurePosixPath("/etc/strongswan.d/labctl.conf")
"""What distributions' strongswan.conf takes in, for the daemon and for `swanctl` alike."""
PLUGINS: Final = PurePosixPath("/etc/strongswan.d/charon/labctl.conf")
"""What it takes in, among its plugins' settings."""
START: Final = PurePosixPath("/etc/swanctl/start")
LOAD: Final = PurePosixPath("/etc/swanctl/load")
UPDOWN: Final = PurePosixPath("/etc/swanctl/updown")
AUTHORITY: Final = PurePosixPath("/etc/swanctl/x509ca/lab.pem")
CERTIFICATE: Final = PurePosixPath("/etc/swanctl/x509/node.pem")
KEY: Final = PurePosixPath("/etc/swanctl/private/node.pem")
VICI: Final = PurePosixPath("/run/strongswan/charon.vici")
LOG: Final = PurePosixPath("/var/log/strongswan/charon.log")
USUAL: Final = PurePosixPath("/usr/sbin/swanctl")
"""Where distributions put it; for what is written where no machine can be asked."""

PRIVATE: Final = (CONFIG.parent, SETTINGS.parent, PLUGINS.parent, VICI.parent, LOG.parent)
