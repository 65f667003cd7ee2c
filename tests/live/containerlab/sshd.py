"""An image of a device that is reached by SSH alone, made on the one that the other tests use, and kept in the engine."""

from pathlib import Path

import docker

from labctl.runtimes.containerlab.building import apt_options

USER, PASSWORD = "admin", "Lab-1-pass"


def built(base: str) -> str:
    """Its name; it is made when it is missing."""
    name = f"{base}-sshd"
    client = docker.from_env()
    if not client.images.list(name):
        values = {"BASE": base, "APT_OPTIONS": apt_options(), "USER": USER, "PASSWORD": PASSWORD}
        client.images.build(path=str(Path(__file__).with_name("sshd")), tag=name, rm=True, network_mode="host", buildargs=values)
    return name
