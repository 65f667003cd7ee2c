"""Which FRR is in an image: asked of the image itself, once for each."""

import json
import os
from pathlib import Path, PurePosixPath
from typing import Final

import docker
from docker.errors import APIError, ContainerError, ImageNotFound
from docker.models.images import Image

from labctl.errors import RefusedError
from labctl.model.codec import decode, encode
from labctl.programs.base import Installed, Needs, Versions
from labctl.programs.frr.version import parse_version

_ASK: Final = """for sbin in /usr/lib/frr /usr/libexec/frr /usr/sbin; do
  [ -x $sbin/zebra ] || continue
  echo $sbin; grep -c 'bfd_multi_hop' $sbin/staticd; $sbin/zebra --version; exit 0
done
echo 'no zebra in it' >&2; exit 1"""


def versions(client: docker.DockerClient, image: str) -> Versions:
    """RefusedError when it is not here and cannot be had, or has no FRR."""
    found = there(client, image)
    kept = _kept(str(found.id))
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(encode(_ask(client, image))))
    read: Versions = decode(Versions, json.loads(kept.read_text()))
    return read


def installed(client: docker.DockerClient, image: str, needs: Needs) -> Installed:
    """A device's daemon in it. RefusedError when the image is not here and cannot be had, or has none."""
    found = there(client, image)
    kept = _kept(str(found.id), needs.program)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(encode(_ask_for(client, image, needs))))
    read: Installed = decode(Installed, json.loads(kept.read_text()))
    return read


def _ask_for(client: docker.DockerClient, image: str, needs: Needs) -> Installed:
    script = " && ".join(
        [*(f"command -v {name} >&2" for name in needs.also), f"command -v {needs.program}", f"{{ {needs.program} {' '.join(needs.asked)} 2>&1; true; }}"]
    )
    try:
        said: bytes = client.containers.run(
            image, ["-c", f"PATH=$PATH:/usr/sbin:/usr/local/sbin; {script}"], entrypoint="/bin/sh", network_mode="none", cap_drop=["ALL"], remove=True
        )
        at, *version = said.decode(errors="replace").splitlines()
        return Installed(needs.parse("\n".join(version)), PurePosixPath(at))
    except (ContainerError, APIError, ValueError):
        raise RefusedError(f"image {image} has no {needs.title} in it; `labctl image build` makes one of ours that has") from None


def there(client: docker.DockerClient, image: str) -> Image:
    """RefusedError when it is not here and cannot be had."""
    try:
        return client.images.get(image)
    except ImageNotFound:
        return _pulled(client, image)


def _pulled(client: docker.DockerClient, image: str) -> Image:
    try:
        return client.images.pull(image, None if ":" in image.rpartition("/")[2] else "latest")
    except APIError as wrong:
        why = str(wrong.explanation or wrong)
        raise RefusedError(
            f"image {image} is not here and cannot be pulled ({why}); `labctl image build` makes one of ours; --image, or image: in the topology, names another"
        ) from None


def _ask(client: docker.DockerClient, image: str) -> Versions:
    try:
        said: bytes = client.containers.run(image, ["-c", _ASK], entrypoint="/bin/sh", network_mode="none", cap_drop=["ALL"], remove=True, stderr=True)
    except (ContainerError, APIError) as wrong:
        raise RefusedError(f"image {image} has no FRR that can be asked: {_why(wrong)}") from None
    sbin, knows, *version = said.decode(errors="replace").splitlines()
    return Versions(parse_version("\n".join(version)), PurePosixPath(sbin), static_bfd=int(knows) > 0)


def _why(wrong: ContainerError | APIError) -> str:
    said: object = wrong.stderr if isinstance(wrong, ContainerError) else wrong.explanation
    return (said.decode(errors="replace") if isinstance(said, bytes) else str(said or wrong)).strip()


def _kept(image_id: str, program: str = "") -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "labctl" / "images" / f"{image_id.replace(':', '-')}{f'.{program}' if program else ''}.json"
