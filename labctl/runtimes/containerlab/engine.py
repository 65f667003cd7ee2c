"""The Docker engine, by its SDK: which containers a lab has, what they said, and their end. It is on this machine, or refused."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import docker
from docker.errors import DockerException, NotFound
from requests.exceptions import RequestException

from labctl.errors import LabError, RefusedError

LABEL: Final = "labctl"
"""On every container that a lab of ours owns: the lab's name. What does not have it is never removed."""
_LAB, _NODE = "containerlab", "clab-node-name"
_LOCAL: Final = ("unix://", "http+unix://")


@dataclass(frozen=True, slots=True)
class Container:
    """`pid` is its first process's, 0 when it does not run. `kind` is containerlab's. `address` is the one in a management network, '' where it is in none."""

    id: str
    name: str
    node: str
    kind: str
    image: str
    pid: int
    address: str


@contextmanager
def engine() -> Iterator[docker.DockerClient]:
    """RefusedError when there is none, when it is on another machine, or not Docker's."""
    host = os.environ.get("DOCKER_HOST", "")
    if host and not host.startswith(_LOCAL):
        raise RefusedError(f"the Docker engine is on another machine (DOCKER_HOST is {host}): labctl must enter the containers' namespaces; unset it")
    try:
        client = docker.from_env()
        said = client.version()
    except (DockerException, RequestException) as wrong:
        raise RefusedError(f"no Docker engine answers here ({_short(wrong)}); start it, e.g. sudo systemctl start docker") from None
    try:
        if any("podman" in str(part.get("Name", "")).lower() for part in said.get("Components") or ()):
            raise RefusedError("the engine here is Podman, which labctl does not drive yet; install Docker's, e.g. sudo apt-get install docker.io")
        yield client
    except (DockerException, RequestException) as wrong:
        raise LabError(f"the Docker engine: {_short(wrong)}") from wrong
    finally:
        client.close()


def containers(client: docker.DockerClient, lab: str, owned: bool) -> tuple[Container, ...]:
    """Of a lab of containerlab's, running or not; with `owned`, those alone that bear our label too."""
    return tuple(_seen(found.attrs) for found in client.containers.list(all=True, ignore_removed=True, filters={"label": _labels(lab, owned)}))


def _labels(lab: str, owned: bool) -> list[str]:
    return [f"{_LAB}={lab}", *([f"{LABEL}={lab}"] if owned else [])]


def logs(client: docker.DockerClient, container: Container) -> str:
    """The last of what it printed."""
    text: bytes = client.containers.get(container.id).logs(tail=10)
    return text.decode(errors="replace").strip()


def kill(container: Container) -> None:
    """Its first process, if that still is the container's: its number may be another's by now."""
    try:
        process = os.pidfd_open(container.pid)
    except OSError:  # it is gone, or was not running
        return
    try:
        if container.id in Path(f"/proc/{container.pid}/cgroup").read_text():
            signal.pidfd_send_signal(process, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return
    finally:
        os.close(process)


def remove(client: docker.DockerClient, container: Container) -> None:
    """At once, whatever it does. It may be gone already."""
    try:
        client.containers.get(container.id).remove(force=True, v=True)
    except NotFound:
        return


def remove_network(client: docker.DockerClient, name: str) -> None:
    """It may be gone already."""
    for network in client.networks.list(names=[name]):
        if network.name == name:  # the engine takes a part of a name for the name
            network.remove()


def _seen(attrs: dict) -> Container:  # type: ignore[type-arg]
    labels = attrs["Config"]["Labels"]
    address = next((n["IPAddress"] for n in attrs["NetworkSettings"]["Networks"].values() if n["IPAddress"]), "")
    return Container(attrs["Id"], attrs["Name"].lstrip("/"), labels[_NODE], labels["clab-node-kind"], attrs["Config"]["Image"], attrs["State"]["Pid"], address)


def _short(wrong: Exception) -> str:
    """The words of the innermost of the exceptions that requests wraps into each other: ('Connection aborted.', FileNotFoundError(2, 'No such file …'))."""
    said = str(wrong)
    quoted = re.findall(r"'([^']+)'", said)
    return str(quoted[-1]) if quoted else said or type(wrong).__name__
