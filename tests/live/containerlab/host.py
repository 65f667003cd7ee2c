"""Commands as they are typed, and all of the host that a lab of containers could touch: what a test compares before and after."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import docker


def labctl(*words: str, code: int = 0) -> str:
    """What it printed; AssertionError when it ends with another code."""
    done = _ended(words, code)
    return done.stdout + done.stderr


def told(*words: str) -> Any:
    """What else it says, of labs that others left behind, is not in the document."""
    return json.loads(_ended((*words, "--json"), 0).stdout)


def _ended(words: tuple[str, ...], code: int) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run([sys.executable, "-m", "labctl", *words], capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == code, f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def begun(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "labctl", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def agents(module: str = "labctl.runtimes.containerlab.init") -> tuple[int, ...]:
    """The pids of agents of labs of containers."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                argv = (entry / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if any(f"from {module} import main" in word for word in argv):
                found.append(int(entry.name))
    return tuple(found)


def host() -> dict[str, object]:
    """Labs of others may live beside: of labs, those of containers count, and those that bear this process's number."""
    return {
        "links": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "named networks": sorted(path.name for path in Path("/run/netns").glob("*")),
        "ssh": sorted(path.name for path in Path("/etc/ssh/ssh_config.d").glob("*")),
        "containers": sorted(str(c.name) for c in docker.from_env().containers.list(all=True)),
        "networks": sorted(str(n.name) for n in docker.from_env().networks.list()),
        "hosts": Path("/etc/hosts").read_text(),
        "nft": subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True, check=True).stdout,
        "labs": sorted(path.name for path in Path("/run/labctl").glob("[!.]*") if (path / "remains").exists() or str(os.getpid()) in path.name),
    }
