"""An engine, containerlab and an image for the tests of this folder: started and made here where they are missing, and ended here.

`make test` has installed what they need (setup/containers). An engine that runs already is used, and left alone.
"""

import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import pytest

from labctl.app import roots
from labctl.app.image import build
from tests.live.containerlab import sshd

HERE = Path(__file__).parent
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "labctl"
_READY_WITHIN_S = 60
SUITE = "trixie"
IMAGE = roots.image(SUITE)


@pytest.fixture(scope="session", autouse=True)
def what_labs_of_containers_need(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What `labctl --runtime containerlab` needs is in the environment from here on."""
    if os.geteuid() != 0:
        pytest.skip("containerlab needs root")
    with pytest.MonkeyPatch.context() as patch, _engine(tmp_path_factory.mktemp("engine"), patch):
        _containerlab(patch)
        if not docker.from_env().images.list(IMAGE) or not (roots.folder() / SUITE).is_dir():
            build(SUITE, lambda text: None)
        patch.setenv("LABCTL_IMAGE", IMAGE)
        yield


@pytest.fixture(scope="session")
def sshd_image() -> str:
    """Of a device that is reached by SSH alone."""
    return sshd.built(IMAGE)


@contextmanager
def _engine(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    if _answers():
        yield
        return
    sock, pid = folder / "docker.sock", folder / "pid"
    patch.setenv("DOCKER_HOST", f"unix://{sock}")
    # Images are kept from one run of the tests to the next; nothing listens on a network, and the host's rules are left alone.
    where = ("--data-root", _CACHE / "test-engine", "--exec-root", folder / "docker", "--pidfile", pid, "-H", f"unix://{sock}")
    with (folder / "log").open("w") as log:
        # No child of ours: other tests look at all that this process has started.
        argv = ["setsid", "--fork", "dockerd", *map(str, where), "--bridge=none", "--iptables=false", "--ip6tables=false"]
        subprocess.run(argv, stdout=log, stderr=log, check=True)
    try:
        deadline = time.monotonic() + _READY_WITHIN_S
        while not _answers():
            assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
            time.sleep(0.1)
        yield
    finally:
        _end(int(pid.read_text()))


def _end(pid: int) -> None:
    running = os.pidfd_open(pid)
    signal.pidfd_send_signal(running, signal.SIGTERM)
    assert select.select([running], [], [], _READY_WITHIN_S)[0], "the engine does not end"
    os.close(running)


def _answers() -> bool:
    """Somebody listens, and is an engine. The SDK does not close a socket that it could not connect."""
    with socket.socket(socket.AF_UNIX) as knock:
        if knock.connect_ex(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")) != 0:
            return False
    client = docker.from_env()
    try:
        return bool(client.ping())
    finally:
        client.close()


def _containerlab(patch: pytest.MonkeyPatch) -> None:
    """The one that is installed, else the one that setup/containers built; on a kernel without module support it needs help."""
    version = next(line.split(" v")[1] for line in (HERE.parents[2] / "setup/containerlab/go.mod").read_text().splitlines() if line.startswith("require"))
    program = shutil.which(os.environ.get("LABCTL_CONTAINERLAB", "containerlab")) or str(_CACHE / f"containerlab-{version}")
    assert os.access(program, os.X_OK), "there is no containerlab: `make containers` installs or builds it"
    if Path("/proc/modules").exists():
        patch.setenv("LABCTL_CONTAINERLAB", program)
    else:
        patch.setenv("CONTAINERLAB", program)
        patch.setenv("LABCTL_CONTAINERLAB", str(HERE / "containerlab-without-modules"))
