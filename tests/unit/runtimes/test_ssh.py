"""A device that is reached by SSH alone, spoken to over a real connection: whose key it may have, what logs in, and how a command comes and goes."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from paramiko import ECDSAKey, PKey, RSAKey

from labctl.errors import LabError, RefusedError
from labctl.model.plan import Ssh
from labctl.runtimes.containerlab.ssh import SshWay, argv, hostkeys
from labctl.runtimes.containerlab.ssh.__main__ import speak
from tests.unit.runtimes.ssh_device import PASSWORD, USER, Device, command_line, never_ends, running, says

KEY, OTHER, RSA = ECDSAKey.generate(), ECDSAKey.generate(), RSAKey.generate(2048)
VERSION = {"show version": says(b"FRRouting 10.3\n")}
LONG = "".join(f"10.0.{n}.0/24 via 10.0.0.1\n" for n in range(100))
AT_PROMPT = r"[\w-]+# "


def written(key: PKey) -> str:
    return f"{key.get_name()} {key.get_base64()}"


def fingerprint(key: PKey) -> str:
    return f"{key.get_name()} {key.fingerprint}"


def way(device: Device, **ssh: str) -> SshWay:
    return SshWay("core", "clab-lab-core", "127.0.0.1", Ssh(USER, port=device.port, **{"host_key": written(KEY), **ssh}))


def by_file(device: Device, **ssh: str) -> SshWay:
    """Its key is for a known_hosts file to know."""
    return replace(way(device), ssh=replace(way(device, **ssh).ssh, host_key=None))


@pytest.fixture
def known_hosts(tmp_path: Path) -> Path:
    return tmp_path / "known_hosts"


@pytest.fixture
def environment(known_hosts: Path) -> dict[str, str]:
    return {"LABCTL_SSH_PASSWORD": PASSWORD, "LABCTL_SSH_KNOWN_HOSTS": str(known_hosts)}


# -- whose key


def test_a_device_with_the_key_of_the_topology_is_spoken_to(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    with running(Device([KEY], commands=VERSION)) as device:
        assert speak(way(device), ["show", "version"], environment) == 0
    assert capfd.readouterr() == ("FRRouting 10.3\n", "")


def test_a_key_that_nobody_knows_is_refused_with_the_line_that_makes_it_known(environment: dict[str, str], known_hosts: Path) -> None:
    with running(Device([KEY], commands=VERSION)) as device:
        with pytest.raises(RefusedError) as wrong:
            speak(by_file(device), ["show version"], environment)
        said = str(wrong.value)
        assert said.startswith(f"core: 127.0.0.1 port {device.port} shows a host key that is not known: {fingerprint(KEY)}\n")
        assert f"add this line to {known_hosts} (" in said
        assert said.endswith(f"host-key: {written(KEY)}")
        known_hosts.write_text(said.splitlines()[2] + "\n")
        assert speak(by_file(device), ["show version"], environment) == 0


def test_another_key_than_the_known_one_is_refused_with_both(environment: dict[str, str], known_hosts: Path) -> None:
    known_hosts.write_text(f"# of last week\n\nclab-lab-core {written(OTHER)} me@there\n")
    with running(Device([KEY], commands=VERSION)) as device, pytest.raises(RefusedError) as wrong:
        speak(by_file(device), ["show version"], environment)
    said = str(wrong.value)
    assert "shows another host key than the one that is known\n" in said
    assert f"known: {fingerprint(OTHER)} ({known_hosts}:3)\n" in said
    assert f"shown: {fingerprint(KEY)}\n" in said
    assert "a lab that was deployed anew has new keys" in said
    assert "else somebody is in between" in said


def test_another_key_than_the_topologys_is_refused(environment: dict[str, str]) -> None:
    with running(Device([KEY])) as device, pytest.raises(RefusedError, match=r"known: .* \(host-key of core in the topology\)"):
        speak(way(device, host_key=written(OTHER)), ["show version"], environment)


@pytest.mark.parametrize("key", [KEY, RSA], ids=["ecdsa", "rsa"])
def test_a_server_with_several_keys_is_asked_for_the_known_one(key: PKey, environment: dict[str, str]) -> None:
    with running(Device([RSA, KEY], commands=VERSION)) as device:
        assert speak(way(device, host_key=written(key)), ["show version"], environment) == 0


def test_what_is_no_key_in_the_topology_is_said(environment: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="core: its host-key in the topology is 'ssh-ed25519', which is no public key"):
        speak(way(Device([]), host_key="ssh-ed25519"), ["show version"], environment)


# of `ssh-keygen -t ed25519`, and what `ssh-keygen -l` and `ssh-keygen -H` say of it
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB/UlgRhayES+VilaC5NH2uyNrbeDFB6N7ChVqnvbt4T"
PRINTED = "ssh-ed25519 SHA256:7rB5IZNbaubm66abj2Du9BPnDiDVohdIkDEjVWRsZok"
HASHED = "|1|83xkJariPEKx1tUd6q/p9iCSvmU=|wKuHJQmJ4HUO4Tth+ND+88Mjm5Y="


@pytest.mark.parametrize(
    ("line", "port"),
    [
        (f"clab-lab-core {ED25519}", 22),
        (f"clab-lab-core {ED25519}", 2222),
        (f"[clab-lab-core]:2222 {ED25519} a comment", 2222),
        (f"other,CLAB-lab-core,172.20.20.2 {ED25519}", 22),
        (f"clab-*,!clab-lab-edge {ED25519}", 22),
        (f"clab-lab-cor? {ED25519}", 22),
        (f"{HASHED} {ED25519}", 22),
    ],
)
def test_a_line_of_a_known_hosts_file_is_read_as_openssh_reads_it(line: str, port: int, known_hosts: Path) -> None:
    known_hosts.write_text(f"|1|broken| ssh-rsa AAAA\nclab-lab-core\n{line}\nclab-lab-core ssh-rsa =\n")
    (key,) = hostkeys.known(SshWay("core", "clab-lab-core", "127.0.0.1", Ssh(USER, port)), {"LABCTL_SSH_KNOWN_HOSTS": str(known_hosts)})
    assert (str(key), key.fingerprint, key.where) == (ED25519, PRINTED, f"{known_hosts}:3")


@pytest.mark.parametrize(
    "line",
    [
        f"[clab-lab-core]:2222 {ED25519}",
        f"clab-lab-core2 {ED25519}",
        f"*,!clab-lab-core {ED25519}",
        f"# clab-lab-core {ED25519}",
        f"@cert-authority clab-lab-core {ED25519}",
    ],
)
def test_a_line_for_somebody_else_is_not(line: str, known_hosts: Path) -> None:
    known_hosts.write_text(line)
    assert hostkeys.known(SshWay("core", "clab-lab-core", "127.0.0.1", Ssh(USER)), {"LABCTL_SSH_KNOWN_HOSTS": str(known_hosts)}) == ()


def test_a_revoked_key_is_refused_although_it_is_known(environment: dict[str, str], known_hosts: Path) -> None:
    known_hosts.write_text(f"clab-lab-core {written(KEY)}\n@revoked * {written(KEY)}\n")
    with running(Device([KEY])) as device, pytest.raises(RefusedError, match=re.escape(f"which is revoked at {known_hosts}:2")):
        speak(by_file(device), ["show version"], environment)


# -- what logs in


def test_where_nothing_is_set_it_says_what_to_set() -> None:
    with pytest.raises(
        RefusedError, match=r"core is spoken to by SSH, .* log in as admin .* LABCTL_SSH_PASSWORD, or LABCTL_SSH_KEY .*; with _CORE behind"
    ) as wrong:
        speak(way(Device([])), ["show version"], {"HOME": "/root", "SSH_AUTH_SOCK": "/tmp/agent", "LABCTL_SSH_PASSWORD": ""})
    assert "known_hosts" not in str(wrong.value)


def test_a_wrong_password_is_refused_and_not_told(environment: dict[str, str]) -> None:
    with running(Device([KEY])) as device, pytest.raises(RefusedError) as wrong:
        speak(way(device), ["show version"], environment | {"LABCTL_SSH_PASSWORD": "hunter2"})
    assert str(wrong.value) == f"core: 127.0.0.1 port {device.port} does not let admin in with LABCTL_SSH_PASSWORD"


def test_the_nodes_own_password_wins(environment: dict[str, str]) -> None:
    own = environment | {"LABCTL_SSH_PASSWORD": "hunter2", "LABCTL_SSH_PASSWORD_CORE_1": PASSWORD}
    with running(Device([KEY], commands=VERSION)) as device:
        assert speak(replace(way(device), node="core-1"), ["show version"], own) == 0


@pytest.mark.parametrize("passphrase", [None, "lang genug"])
def test_a_key_logs_in(passphrase: str | None, environment: dict[str, str], tmp_path: Path) -> None:
    OTHER.write_private_key_file(str(tmp_path / "id"), password=passphrase)
    with_key = environment | {"LABCTL_SSH_KEY": str(tmp_path / "id"), "LABCTL_SSH_KEY_PASSPHRASE": "lang genug", "LABCTL_SSH_PASSWORD": ""}
    with running(Device([KEY], allowed=OTHER, commands=VERSION)) as device:
        assert speak(way(device), ["show version"], with_key) == 0


def test_a_password_is_tried_where_the_key_is_not_taken(environment: dict[str, str], tmp_path: Path) -> None:
    OTHER.write_private_key_file(str(tmp_path / "id"))
    both = environment | {"LABCTL_SSH_KEY": str(tmp_path / "id")}
    with running(Device([KEY], allowed=RSA, commands=VERSION)) as device:
        assert speak(way(device), ["show version"], both) == 0
        with pytest.raises(RefusedError, match=r"does not let admin in with LABCTL_SSH_KEY or LABCTL_SSH_PASSWORD$"):
            speak(way(device), ["show version"], both | {"LABCTL_SSH_PASSWORD": "hunter2"})
    with running(Device([KEY])) as device, pytest.raises(RefusedError, match=r"with LABCTL_SSH_KEY; it takes password$"):
        speak(way(device), ["show version"], both | {"LABCTL_SSH_PASSWORD": ""})


def test_a_key_that_cannot_be_used_is_said_before_anything_else(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "id"
    with_key = environment | {"LABCTL_SSH_KEY_CORE": str(path)}
    with pytest.raises(RefusedError, match=r"id \(LABCTL_SSH_KEY_CORE\) cannot be read: No such file or directory$"):
        speak(way(Device([])), ["show version"], with_key)
    path.write_text("no key")
    with pytest.raises(RefusedError, match=r"id \(LABCTL_SSH_KEY_CORE\) is no private key that can be used$"):
        speak(way(Device([])), ["show version"], with_key)
    OTHER.write_private_key_file(str(path), password="lang genug")
    with pytest.raises(RefusedError, match=r"has a passphrase: set LABCTL_SSH_KEY_PASSPHRASE$"):
        speak(way(Device([])), ["show version"], with_key)
    with pytest.raises(RefusedError, match=r"or LABCTL_SSH_KEY_PASSPHRASE is another's$"):
        speak(way(Device([])), ["show version"], with_key | {"LABCTL_SSH_KEY_PASSPHRASE": "hunter2"})


# -- commands that the device's server runs


def test_its_bytes_its_errors_and_its_status_are_the_commands(environment: dict[str, str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    much = bytes(range(256)) * 4000
    with running(Device([KEY], commands={"show bgp 'x  y'": says(much, b"% no\n", 7)})) as device:
        assert speak(way(device), ["show", "bgp", "'x  y'"], environment) == 7
    assert capfdbinary.readouterr() == (much, b"% no\n")


def test_a_command_without_end_is_ended(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    with running(Device([KEY], commands={"count": never_ends})) as device, pytest.raises(LabError, match=r"^core: 'count' has no end within 1 s"):
        speak(way(device), ["count"], environment | {"LABCTL_SSH_TIMEOUT": "1"})
    assert capfd.readouterr().out == "counting\n"


@pytest.mark.parametrize("limit", ["soon", "0", "-1", "nan", "inf"])
def test_a_time_that_is_none_is_refused(limit: str, environment: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match=f"LABCTL_SSH_TIMEOUT is '{limit}': it is the seconds"):
        speak(way(Device([])), ["show version"], environment | {"LABCTL_SSH_TIMEOUT": limit})


def test_an_end_that_is_not_told_is_no_success(environment: dict[str, str]) -> None:
    with (
        running(Device([KEY], commands={"reload": says(b"", status=None)})) as device,
        pytest.raises(LabError, match="core: the session ended without an exit"),
    ):
        speak(way(device), ["reload"], environment)


def test_a_device_that_runs_no_commands_is_said(environment: dict[str, str]) -> None:
    with running(Device([KEY])) as device, pytest.raises(LabError, match=r"^core: .* gives no session to admin \(Channel closed\.\)"):
        speak(way(device), ["show version"], environment)


def test_a_device_that_does_not_say_whether_it_runs_a_command_is_not_waited_for(environment: dict[str, str]) -> None:
    with running(Device([KEY], commands=VERSION, answering=(answering := threading.Event()))) as device:
        with pytest.raises(LabError, match=r"gives no session to admin \(nothing within 1 s\)$"):
            speak(way(device), ["show version"], environment, step_s=1)
        answering.set()


# -- commands that are typed in


def test_an_answer_comes_without_echo_prompt_pages_and_colours(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    shell = command_line({"show ip route": LONG}, "core# ", greeting="Welcome # here")
    with running(Device([KEY], shell=shell)) as device:
        assert speak(way(device, prompt=AT_PROMPT), ["show", "ip", "route"], environment) == 0
    assert capfd.readouterr() == (LONG, "")


def test_lines_are_typed_one_after_the_other(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    with running(Device([KEY], shell=command_line({"configure": "", "show": "one\n\ntwo\n"}, "core# "))) as device:
        assert speak(way(device, prompt=AT_PROMPT), ["configure\nshow\nno"], environment) == 0
    assert capfd.readouterr().out == "one\n\ntwo\n% Unknown command: no\n"


def test_a_prompt_of_two_lines_is_taken_off_whole(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    with running(Device([KEY], shell=command_line({"show": "one\n"}, "--{ running }--[ ]--\r\nA:core# "))) as device:
        assert speak(way(device, prompt=r"^--\{.*\n\w:[\w-]+#"), ["show"], environment) == 0
    assert capfd.readouterr().out == "one\n"


def test_a_prompt_that_never_comes_is_said_with_what_came_instead(environment: dict[str, str]) -> None:
    with running(Device([KEY], shell=command_line({}, "core> ", greeting="x" * 300))) as device, pytest.raises(LabError) as wrong:
        speak(way(device, prompt=AT_PROMPT), ["show"], environment | {"LABCTL_SSH_TIMEOUT": "1"})
    last = "x" * 193 + "\ncore> "
    assert str(wrong.value) == f"core: no prompt within 1 s; it is waited for as {AT_PROMPT!r}, and the last that came is {last!r}"


def test_a_session_that_ends_before_its_prompt_is_said(environment: dict[str, str]) -> None:
    with (
        running(Device([KEY], shell=command_line({}, "core# "))) as device,
        pytest.raises(LabError, match=r"^core: it ended the session before its prompt came"),
    ):
        speak(way(device, prompt=AT_PROMPT), ["exit"], environment)


def test_a_prompt_that_is_no_expression_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match=r"core: its prompt '\(' is no regular expression"):
        speak(way(Device([]), prompt="("), ["show"], environment)


# -- servers that are none


@contextmanager
def listening(greeting: bytes = b"") -> Iterator[Device]:
    """It takes a connection, and says no more than this."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken: list[socket.socket] = []

        def take() -> None:
            taken.append(listener.accept()[0])
            taken[0].sendall(greeting)

        server = threading.Thread(target=take)
        server.start()
        try:
            yield Device([], port=listener.getsockname()[1])
        finally:
            server.join(10)
            taken[0].close()


def test_a_server_that_says_nothing_is_not_waited_for(environment: dict[str, str]) -> None:
    with listening() as device, pytest.raises(LabError, match=r"^core: .* took the connection, and SSH cannot be spoken with it \(nothing within 0\.2 s\)$"):
        speak(way(device), ["show version"], environment, step_s=0.2)


def test_a_server_that_stops_in_the_middle_is_not_waited_for(environment: dict[str, str]) -> None:
    with listening(b"SSH-2.0-half\r\n") as device, pytest.raises(LabError, match=r"SSH cannot be spoken with it \(nothing within 0\.2 s\)$"):
        speak(way(device), ["show version"], environment, step_s=0.2)


def test_a_server_of_something_else_is_said(environment: dict[str, str]) -> None:
    with listening(b"HTTP/1.0 400 Bad Request\r\n" * 200) as device, pytest.raises(LabError, match=r"SSH cannot be spoken with it \(.*HTTP/1\.0 400"):
        speak(way(device), ["show version"], environment)


def test_nobody_listening_is_said(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        device = Device([], port=listener.getsockname()[1])
    with pytest.raises(LabError, match=rf"^core: no SSH server at 127\.0\.0\.1 port {device.port}: Connection refused; is the device still starting"):
        speak(way(device), ["show version"], environment)


# -- the process


def process(device: Device, *command: str, **ssh: str) -> tuple[str, ...]:
    return argv(way(device, **ssh), command)


def test_its_command_line_has_the_way_and_the_words_and_nothing_else() -> None:
    program, *_, as_json, first, second = process(Device([], port=22), "show", "version")
    assert program == sys.executable
    assert json.loads(as_json) == {
        "is": "SshWay",
        "node": "core",
        "name": "clab-lab-core",
        "address": "127.0.0.1",
        "ssh": {"is": "Ssh", "user": "admin", "port": 22, "address": None, "host_key": written(KEY), "prompt": None},
    }
    assert (first, second) == ("show", "version")


def test_it_ends_with_the_commands_status_and_refusals_with_their_own(environment: dict[str, str]) -> None:
    with running(Device([KEY], commands={"show version": says(b"out\n", b"err\n", 3)})) as device:
        done = subprocess.run(process(device, "show version"), env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")
        done = subprocess.run(process(device, "show version", host_key=written(OTHER)), env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: core: 127.0.0.1 port")


def test_it_ends_when_nobody_reads_any_more(environment: dict[str, str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with running(Device([KEY], commands=VERSION)) as device:
        done = subprocess.run(process(device, "show version"), env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_lines_of_a_pipe_are_sent_to_its_shell(environment: dict[str, str]) -> None:
    with running(Device([KEY], shell=command_line({"show": "one\n"}, "core# "))) as device:
        done = subprocess.run(process(device), env=environment, input="show\nexit\n", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\none\n" in done.stdout.replace("\x1b[1m", "")


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Its two ends: a person's, and the one that a process has."""
    ends = pty.openpty()
    termios.tcsetwinsize(ends[1], (30, 100))
    yield ends
    for end in ends:
        os.close(end)


def test_a_terminal_is_the_devices_and_comes_back_as_it_was(terminal: tuple[int, int], environment: dict[str, str]) -> None:
    ours, theirs = terminal
    before = termios.tcgetattr(theirs)
    with (
        running(Device([KEY], shell=command_line({"show": "one\n"}, "core# "))) as device,
        subprocess.Popen(process(device), env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as shell,
    ):
        heard(ours, "core# ")
        assert device.pty == (100, 30)
        assert termios.tcgetattr(theirs) != before
        termios.tcsetwinsize(theirs, (50, 132))
        shell.send_signal(signal.SIGWINCH)  # it is not the terminal's own session
        assert device.resized.wait(10)
        assert device.pty == (132, 50)
        os.write(ours, b"show\n")
        heard(ours, "one\r\n")
        os.write(ours, b"exit\n")
        assert shell.wait(10) == 0
    assert termios.tcgetattr(theirs) == before


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_asked(asked: signal.Signals, environment: dict[str, str]) -> None:
    with (
        running(Device([KEY], commands={"count": never_ends})) as device,
        subprocess.Popen(process(device, "count"), env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as counting,
    ):
        assert counting.stdout is not None and counting.stderr is not None
        assert counting.stdout.readline() == b"counting\n"
        counting.send_signal(asked)
        assert counting.wait(10) == 130
        assert counting.stderr.read() == b""


def heard(terminal: int, awaited: str) -> None:
    text = ""
    while awaited not in text:
        assert select.select([terminal], [], [], 10)[0], f"{awaited!r} does not come, but {text!r}"
        text += os.read(terminal, 4096).decode()
