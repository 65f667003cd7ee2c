"""A device that is reached by SSH alone, in a container without any network but its own: FRR's command line as the login shell of OpenSSH's server."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import docker
import pytest
from docker.models.containers import Container

from labctl.model.plan import Ssh
from labctl.runtimes.containerlab.ssh import SshWay, argv
from tests.live.containerlab.sshd import PASSWORD, USER
from tests.live.containerlab.test_kill import eventually

PROMPT = "core# "
_CAPABILITIES = ["NET_ADMIN", "SYS_ADMIN", "NET_RAW"]


@pytest.fixture(scope="module")
def device(sshd_image: str) -> Iterator[Container]:
    """It listens, and FRR answers."""
    client = docker.from_env()
    container = client.containers.run(sshd_image, name=f"labctl-core-{os.getpid()}", hostname="core", network_mode="none", cap_add=_CAPABILITIES, detach=True)
    try:
        eventually(lambda: b"Server listening" in container.logs(), "the device's server listens")
        container.reload()
        yield container
    finally:
        container.remove(force=True)


@pytest.fixture
def way(device: Container) -> SshWay:
    """With the key that its owner reads off it."""
    return SshWay("core", str(device.name), "127.0.0.1", Ssh(USER, host_key=key(device, "ed25519")))


def key(device: Container, kind: str) -> str:
    return in_it(device, "cat", f"/etc/ssh/ssh_host_{kind}_key.pub").strip()


def in_it(device: Container, *command: str) -> str:
    output = device.exec_run(list(command)).output
    assert isinstance(output, bytes)
    return output.decode()


def spoken(device: Container, way: SshWay, *command: str, typed: str = "", password: str = PASSWORD) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"LABCTL_SSH_PASSWORD": password}
    network = f"--net=/proc/{device.attrs['State']['Pid']}/ns/net"
    return subprocess.run(["nsenter", network, *argv(way, command)], env=environment, input=typed, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_command_runs_whichever_of_its_keys_is_known(device: Container, way: SshWay, kind: str) -> None:
    done = spoken(device, replace(way, ssh=replace(way.ssh, host_key=key(device, kind))), "show", "version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == in_it(device, "vtysh", "-c", "show version")
    assert "FRRouting 10." in done.stdout


def test_a_command_that_it_does_not_know_has_its_status(device: Container, way: SshWay) -> None:
    done = spoken(device, way, "show nonsense")
    assert done.returncode == device.exec_run(["vtysh", "-c", "show nonsense"]).exit_code != 0
    assert "Unknown command" in done.stdout + done.stderr


def test_what_is_typed_in_at_its_prompt_is_answered_the_same(device: Container, way: SshWay) -> None:
    at_prompt = replace(way, ssh=replace(way.ssh, prompt=PROMPT))
    for command in ("show version", "show running-config", "show daemons"):
        done = spoken(device, at_prompt, command)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == in_it(device, "vtysh", "-c", command)


def test_it_is_configured_line_by_line(device: Container, way: SshWay) -> None:
    done = spoken(device, replace(way, ssh=replace(way.ssh, prompt=r"core(\(config\))?# ")), "configure\nip route 192.0.2.0/24 blackhole\nend")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "ip route 192.0.2.0/24 blackhole" in in_it(device, "vtysh", "-c", "show running-config")


def test_lines_of_a_pipe_are_typed_into_its_shell(device: Container, way: SshWay) -> None:
    done = spoken(device, way, typed="show version\nexit\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "FRRouting 10." in done.stdout


def test_another_host_key_is_refused(device: Container, way: SshWay) -> None:
    theirs = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB/UlgRhayES+VilaC5NH2uyNrbeDFB6N7ChVqnvbt4T"
    done = spoken(device, replace(way, ssh=replace(way.ssh, host_key=theirs)), "show version")
    assert (done.returncode, done.stdout) == (2, "")
    shown = in_it(device, "ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub").split()[1]
    assert f"shown: ssh-ed25519 {shown}\n" in done.stderr


def test_a_wrong_password_is_refused(device: Container, way: SshWay) -> None:
    done = spoken(device, way, "show version", password="hunter2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not let admin in with LABCTL_SSH_PASSWORD" in done.stderr
    assert "hunter2" not in done.stderr
