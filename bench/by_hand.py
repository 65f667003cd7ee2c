"""The floor of a lab of containers: a ring of FRR routers (eBGP + BFD, IPv4) as a person would write it, deployed by containerlab alone.

    python -m bench.by_hand N IMAGE

prints: routers N  deploy S s  converged S s  destroy S s. FRR starts with its container, from one configuration file; every kernel is asked for its routes.
"""

import json
import subprocess
import sys
import tempfile
import time
from ipaddress import IPv4Address
from pathlib import Path

from bench.command import CommandError
from bench.lab import until_routed
from labctl.runtimes.containerlab import tool
from labctl.runtimes.containerlab.engine import engine

_LINKS, _SELVES = IPv4Address("10.0.0.0"), IPv4Address("10.255.0.0")
_START = """#!/bin/sh
mkdir -p /run/frr /var/tmp/frr && chown frr:frr /run/frr
for daemon in mgmtd zebra bgpd bfdd; do [ ! -x /usr/lib/frr/$daemon ] || /usr/lib/frr/$daemon -d -A 127.0.0.1 -u frr -g frr; done
vtysh -b
exec sleep infinity
"""


def configuration(i: int, routers: int) -> str:
    """Router i has link i to the next one on eth1, and link i-1 to the one before on eth2."""
    before, after = (i - 1) % routers, (i + 1) % routers
    peers = ((_LINKS + 4 * i + 2, after), (_LINKS + 4 * before + 1, before))
    neighbors = "".join(
        f" neighbor {address} remote-as {64512 + peer}\n neighbor {address} timers 3 9\n neighbor {address} timers connect 1\n neighbor {address} bfd\n"
        for address, peer in peers
    )
    return (
        f"interface lo\n ip address {_SELVES + i}/32\n"
        f"interface eth1\n ip address {_LINKS + 4 * i + 1}/30\ninterface eth2\n ip address {_LINKS + 4 * before + 2}/30\n"
        f"router bgp {64512 + i}\n bgp router-id {_SELVES + i}\n no bgp ebgp-requires-policy\n{neighbors}"
        f" address-family ipv4 unicast\n  network {_SELVES + i}/32\n"
    )


def topology(routers: int, image: str, folder: Path) -> dict[str, object]:
    nodes = {
        f"r{i}": {"binds": [f"{folder}/r{i}.conf:/etc/frr/frr.conf", f"{folder}/vtysh.conf:/etc/frr/vtysh.conf", f"{folder}/start:/start"]}
        for i in range(routers)
    }
    defaults = {
        "kind": "linux",
        "image": image,
        "cmd": "sh /start",
        "network-mode": "none",
        "privileged": False,
        "cap-add": ["NET_ADMIN", "SYS_ADMIN", "NET_RAW"],
        "restart-policy": "no",
        "sysctls": {"net.ipv4.ip_forward": "1"},
    }
    links = [{"endpoints": [f"r{i}:eth1", f"r{(i + 1) % routers}:eth2"]} for i in range(routers)]
    return {"name": f"byhand{routers}", "mgmt": {"skip-when-unused": True}, "topology": {"defaults": defaults, "nodes": nodes, "links": links}}


def main(routers: int, image: str) -> None:
    program = tool.find()
    with tempfile.TemporaryDirectory(prefix="byhand-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "start").write_text(_START)
        (folder / "vtysh.conf").write_text("service integrated-vtysh-config\n")
        for i in range(routers):
            (folder / f"r{i}.conf").write_text(configuration(i, routers))
        file = folder / "ring.clab.yml"
        file.write_text(json.dumps(topology(routers, image, folder)))  # JSON is YAML
        began = time.monotonic()
        try:
            _containerlab(program, "deploy", file)
            deployed = time.monotonic()
            until_routed(first_processes(f"containerlab=byhand{routers}"), routers, "ipv4")
            converged = time.monotonic()
        finally:
            _containerlab(program, "destroy", file, "--cleanup")
        ended = time.monotonic()
    print(f"routers {routers}  deploy {deployed - began:.2f} s  converged {converged - began:.2f} s  destroy {ended - converged:.2f} s")  # noqa: T201 - a program


def _containerlab(program: str, verb: str, file: Path, *options: str) -> None:
    done = subprocess.run([program, verb, "-t", str(file), *options], env=tool.environment(file.parent), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CommandError(f"containerlab {verb}: {tool.last_words(done.stderr)}")


def first_processes(label: str) -> tuple[int, ...]:
    """Of every container with this label, as the host knows them."""
    with engine() as client:
        return tuple(int(found.attrs["State"]["Pid"]) for found in client.containers.list(filters={"label": label}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
