"""An image of our own, and the same files as a directory: FRR as a Debian release has it, for containers and for nodes of namespaces alike."""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import docker
from docker.errors import APIError, BuildError

from labctl.errors import LabError, RefusedError
from labctl.programs.base import Versions
from labctl.runtimes.containerlab.image import versions

_BASE_WITHIN_S: Final = 1200

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """`root` is the directory with the image's files; `base` what it was built on."""

    image: str
    root: Path
    versions: Versions
    base: str


def build(client: docker.DockerClient, suite: str, tag: str, dockerfile: Path, root: Path, told: Told) -> Built:
    """The image and its directory, made anew. RefusedError when this machine can make no base for it, LabError when the build fails."""
    base = _base(client, suite, told)
    told(f"building {tag}")
    try:
        client.images.build(
            path=str(dockerfile.parent),
            dockerfile=dockerfile.name,
            tag=tag,
            rm=True,
            network_mode="host",
            buildargs={"BASE": base, "APT_OPTIONS": apt_options()},
        )
    except BuildError as wrong:
        said = "".join(str(line.get("stream", "")) for line in wrong.build_log if isinstance(line, dict))
        raise LabError(f"{tag} cannot be built: {wrong.msg}\n{said[-2000:]}".rstrip()) from None
    told(f"unpacking it to {root}")
    _unpack(client, tag, root)
    return Built(tag, root, versions(client, tag), base)


def _base(client: docker.DockerClient, suite: str, told: Told) -> str:
    name = f"debian:{suite}-slim"
    told(f"looking for {name}")
    if client.images.list(name):
        return name
    try:
        client.images.pull("debian", f"{suite}-slim")
    except APIError:
        told(f"no registry has {name} for us: debootstrap makes a Debian {suite}")
        return _debootstrapped(client, suite)
    return name


def _debootstrapped(client: docker.DockerClient, suite: str) -> str:
    name = f"labctl-debian:{suite}"
    if client.images.list(name):
        return name
    program = shutil.which("debootstrap", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise RefusedError("no registry can be reached, and debootstrap is not installed: sudo apt-get install debootstrap")
    with tempfile.TemporaryDirectory(prefix="labctl-base-") as made:
        root = Path(made) / "root"
        argv = [program, "--variant=minbase", suite, str(root), *_mirror()]
        done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=_BASE_WITHIN_S, check=False)
        if done.returncode != 0:
            raise LabError(f"debootstrap could not make a Debian {suite}:\n{(done.stdout + done.stderr)[-2000:]}")
        client.api.import_image_from_stream(_tarred(root), repository="labctl-debian", tag=suite)
    return name


def _tarred(root: Path) -> Iterator[bytes]:
    """Chunks of a tar of everything below `root`, as it is made."""
    argv = ["tar", "-C", str(root), "--exclude=./var/cache/apt/archives/*.deb", "--exclude=./dev/*", "-c", "."]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as tar:
        assert tar.stdout is not None
        while chunk := tar.stdout.read(1 << 20):
            yield chunk


def _mirror() -> tuple[str, ...]:
    """The one that this machine's own apt is set to, where it is a Debian; () for debootstrap's own."""
    if "\nID=debian" not in "\n" + Path("/etc/os-release").read_text():
        return ()
    said = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)"], capture_output=True, text=True, check=False).stdout.split()
    return tuple(uri for uri in said if uri.rstrip("/").endswith("/debian"))[:1]


def apt_options() -> str:
    """What the machine's own apt is told of mirrors that are not of today."""
    said = subprocess.run(["apt-config", "dump", "--no-empty"], capture_output=True, text=True, check=False).stdout if shutil.which("apt-config") else ""
    wanted = ("Acquire::Check-Valid-Until", "Acquire::Check-Date")
    return " ".join(f"-o {key}={value.strip(chr(34))}" for line in said.splitlines() for key, _, value in [line.rstrip(";").partition(" ")] if key in wanted)


def _unpack(client: docker.DockerClient, image: str, root: Path) -> None:
    """Beside its place until it is whole."""
    fresh = root.with_name(f".{root.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    container = client.containers.create(image, network_mode="none")
    try:
        with tempfile.TemporaryFile() as whole:
            for chunk in container.export(chunk_size=1 << 20):
                whole.write(cast(bytes, chunk))  # its stubs say str
            whole.seek(0)
            with tarfile.open(fileobj=whole) as tar:
                tar.extractall(fresh, numeric_owner=True, filter="fully_trusted")  # its users, not this machine's of the same names
    finally:
        container.remove(force=True)
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)
