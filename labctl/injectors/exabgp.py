"""Starts ExaBGP with the node's configuration, and with the relay as the process that its API runs. It ends when the agent does."""

import os
import sys
from pathlib import Path
from typing import Final

from labctl.injectors.dying import with_parent

_ENVIRONMENT: Final = {
    "exabgp_daemon_user": "root",  # of the lab: an ordinary user's is in a user namespace where there is no other
    "exabgp_api_cli": "false",
    "exabgp_api_ack": "true",
    "exabgp_api_respawn": "false",
    "exabgp_api_terminate": "true",
    "exabgp_api_compact": "true",
    "exabgp_log_level": "WARNING",
    "exabgp_log_destination": "stderr",
}


def main() -> None:
    """Arguments: the configuration, in which RELAY stands for how the relay is started; the relay's socket; where the complete configuration shall lie.

    ExaBGP follows a path to its end, and the ends of a node's own paths are elsewhere.
    """
    configuration, sock, complete = sys.argv[1:]
    with_parent()
    os.environ.update(_ENVIRONMENT)
    relay = f"{sys.executable} -I -S {Path(__file__).with_name('relay.py')} {sock}"
    Path(complete).write_text(Path(configuration).read_text().replace("RELAY", relay))
    sys.argv = ["exabgp", "server", complete]
    from exabgp.application.main import main as exabgp  # type: ignore[import-untyped]

    exabgp()


if __name__ == "__main__":
    main()
