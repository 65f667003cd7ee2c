"""`labctl image build`: FRR as a Debian release has it, as an image and as a directory with the same files."""

import os
from collections.abc import Callable

from labctl.app import roots
from labctl.app.content import folder
from labctl.errors import RefusedError
from labctl.runtimes.containerlab.building import Built
from labctl.runtimes.containerlab.building import build as of_suite
from labctl.runtimes.containerlab.engine import engine


def build(suite: str, told: Callable[[str], None]) -> Built:
    if os.geteuid() != 0:
        raise RefusedError("an image is built as root: its files belong to several users")
    with engine() as client:
        return of_suite(client, suite, roots.image(suite), folder("templates") / "image" / "Dockerfile", roots.folder() / suite, told)
