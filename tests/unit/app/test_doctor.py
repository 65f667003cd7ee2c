"""What doctor says of machines that lack one thing or another."""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from labctl.app.doctor import Diagnosis, diagnose
from labctl.runtimes.netns.host import Frr, Host, Limits, Tried

YES = Tried(True)
FRR = Frr(PurePosixPath("/usr/lib/frr"), (10, 3, 0), static_bfd=True, missing=())
WHOLE = Host(
    distribution="Debian GNU/Linux 13 (trixie)",
    codename="trixie",
    kernel="6.12.0",
    root=False,
    frr=FRR,
    namespaces=YES,
    user_namespaces=YES,
    restricted=False,
    libnftables=YES,
    nft=YES,
    netem=YES,
    vxlan=YES,
    bridge=YES,
    ipv6=YES,
    tun=YES,
    missing_programs=(),
    limits=Limits(namespaces=96000, open_files=1048576, processes=4194304, memory_mb=16000),
)


def of(host: Host, name: str) -> Diagnosis:
    return next(d for d in diagnose(host) if d.name == name)


def test_a_machine_that_has_all_is_ok_throughout() -> None:
    assert {d.state for d in diagnose(WHOLE)} == {"ok"}


def test_whatever_is_not_ok_says_what_it_costs() -> None:
    no = Tried(False, "Operation not permitted")
    bare = replace(
        WHOLE,
        frr=None,
        namespaces=no,
        user_namespaces=no,
        libnftables=no,
        nft=no,
        netem=no,
        vxlan=no,
        bridge=no,
        ipv6=no,
        tun=no,
        missing_programs=("ip", "unshare", "nsenter", "sysctl", "nft", "tc", "vtysh", "tcpdump"),
        limits=Limits(namespaces=0, open_files=1024, processes=100, memory_mb=500),
    )
    assert all(d.state != "ok" and d.costs and d.mend for d in diagnose(bare))
    assert all(d.state != "ok" and d.costs and d.mend for d in diagnose(replace(bare, root=True)))


def test_ubuntus_apparmor_rule_is_mended_by_its_own_setting() -> None:
    refused = Tried(False, "unshare: write failed /proc/self/uid_map: Operation not permitted")
    said = of(replace(WHOLE, namespaces=refused, user_namespaces=refused, restricted=True), "namespaces")
    assert said == Diagnosis("namespaces", "missing", refused.said, "no lab at all", "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0")


def test_root_can_make_labs_where_others_cannot() -> None:
    said = diagnose(replace(WHOLE, root=True, user_namespaces=Tried(False, "no"), restricted=True))
    assert [(d.name, d.state) for d in said[:2]] == [("namespaces", "ok"), ("user namespaces", "warning")]


@pytest.mark.parametrize(
    ("version", "has"),
    [((8, 4, 4), False), ((10, 3, 2), False), ((10, 4, 0), True), ((10, 4, 4), True), ((10, 5, 0), True), ((10, 5, 4), True), ((10, 6, 0), False)],
)
def test_the_releases_that_ignore_bfd_down(version: tuple[int, int, int], has: bool) -> None:
    said = diagnose(replace(WHOLE, frr=replace(FRR, version=version)))
    warned = [d for d in said if d.name == "BFD Down ignored for 30 s"]
    assert len(warned) == has
    assert all(d.state == "warning" and "FRRouting/frr#22097" in str(d.costs) for d in warned)


def test_static_bfd_is_what_the_daemon_has_not_what_its_version_says() -> None:
    assert of(WHOLE, "static routes with BFD").state == "ok"
    lacking = of(replace(WHOLE, frr=replace(FRR, version=(8, 4, 4), static_bfd=False)), "static routes with BFD")
    assert (lacking.state, lacking.found, lacking.costs) == ("warning", "not in 8.4.4", "cells with routing static+bfd read n/a")


def test_an_frr_too_old_or_not_whole_is_as_good_as_none() -> None:
    assert of(replace(WHOLE, frr=replace(FRR, version=(8, 1, 0))), "FRR").costs == "too old: labctl needs 8.4.0 or later"
    assert of(replace(WHOLE, frr=replace(FRR, missing=("bfdd",))), "FRR").found == "10.3.0 in /usr/lib/frr, without bfdd"


def test_room_is_what_the_scarcest_thing_leaves() -> None:
    small = replace(WHOLE, limits=replace(WHOLE.limits, open_files=1024))
    assert of(small, "room") == Diagnosis(
        "room",
        "warning",
        "about 85 routers (bounded by open files)",
        "labs above 85 routers will fail to start",
        "sudo prlimit --pid $$ --nofile=100000:100000",
    )
    assert of(replace(WHOLE, limits=Limits(None, None, None, 16000)), "room").found == "about 615 routers (bounded by memory)"


def test_a_missing_program_names_its_package() -> None:
    said = of(replace(WHOLE, missing_programs=("nsenter",)), "nsenter")
    assert (said.state, said.mend) == ("missing", "sudo apt-get install util-linux")
    assert of(replace(WHOLE, missing_programs=("tcpdump",)), "tcpdump").state == "warning"


def test_a_tunnel_device_that_is_there_but_closed_needs_no_module() -> None:
    assert of(replace(WHOLE, tun=Tried(False, "open: Permission denied")), "/dev/net/tun").mend == "sudo chmod 0666 /dev/net/tun"
    assert of(replace(WHOLE, tun=Tried(False, "open: No such file or directory")), "/dev/net/tun").mend == "sudo modprobe tun"
