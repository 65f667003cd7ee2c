"""containerlab, as the program that it is: found, asked what it can, and run. JSON comes on its stdout, words on its stderr; its status alone says little."""

import json
import os
import shutil
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Final

from labctl.errors import LabError, RefusedError

_NAMED: Final = "LABCTL_CONTAINERLAB"
_KNOWS: Final = "validate"
"""The command that came with 0.78. A containerlab that was built from source says version 0.0.0, so what it can counts, not what it is called."""
_ANSWERS_WITHIN_S: Final = 60
GONE_WITHIN_S: Final = 110


def find() -> str:
    """Its path. RefusedError when there is none, or none that is new enough."""
    named = os.environ.get(_NAMED)
    program = shutil.which(named or "containerlab")
    if program is None:
        where = f"{named!r} ({_NAMED}) is no program" if named else "containerlab is not installed"
        raise RefusedError(f"{where}; https://containerlab.dev/install has its installer ({_NAMED} names one that is not on the PATH)")
    if os.environ.get("CLAB_RUNTIME", "") not in ("", "docker"):
        raise RefusedError(f"CLAB_RUNTIME is {os.environ['CLAB_RUNTIME']}: labctl drives containerlab on Docker only; unset it")
    said = _run([program, "--help"], {}, _ANSWERS_WITHIN_S)
    if _KNOWS not in said.stdout.split():
        raise RefusedError(f"{program} is older than 0.78, or no containerlab; https://containerlab.dev/install has the newest")
    return program


def environment(home: Path) -> dict[str, str]:
    """With its own files below `home`, and no look at the Internet for a newer one, which takes three seconds where there is none."""
    return {**os.environ, "CLAB_VERSION_CHECK": "disable", "CLAB_LABDIR_BASE": str(home)}


_APART: Final = ("unshare", "--net")
"""It works in a network of its own: cables that it has made and not yet handed on go with it, however it ends, and the host's switches and rules stay.

A management network is the host's: to make one it has to stay there.
"""


def deploy_argv(program: str, topology: Path, managed: bool) -> tuple[str, ...]:
    """It dies with whoever started it: what it has made by then is known by its labels. `managed`: some node is in a management network."""
    return ("setpriv", "--pdeathsig", "KILL", *(() if managed else _APART), program, "deploy", "-t", str(topology), "--format", "json")


def deployed(out: str, lab: str, nodes: Collection[str], prefix: str = "clab") -> None:
    """LabError unless every node is named as running: containerlab ends with 0 although one is not."""
    try:
        seen = {one["name"]: one["state"] for one in json.loads(out)[lab]}
    except (ValueError, KeyError, TypeError):
        raise LabError(f"containerlab did not say what it deployed: {out[:300]!r}") from None
    missing = [f"{node} ({seen.get(f'{prefix}-{lab}-{node}', 'not there')})" for node in nodes if seen.get(f"{prefix}-{lab}-{node}") != "running"]
    if missing:
        raise LabError(f"containerlab did not bring up {', '.join(missing)}")


def destroy_argv(program: str, topology: Path, managed: bool) -> tuple[str, ...]:
    """It may have half of a lab before it, or none."""
    return (*(() if managed else _APART), program, "destroy", "-t", str(topology), "--cleanup")


def destroy(program: str, topology: Path, managed: bool) -> str:
    """What it said when it did not go well."""
    done = _run([*destroy_argv(program, topology, managed)], environment(topology.parent), GONE_WITHIN_S)
    return "" if done.returncode == 0 else last_words(done.stderr)


def last_words(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-8:])


def _run(argv: list[str], env: dict[str, str], within_s: int) -> "subprocess.CompletedProcess[str]":
    """In a session of its own: Ctrl-C is for labctl, which then ends it in its own way."""
    try:
        return subprocess.run(
            argv, env=env or None, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True, timeout=within_s, check=False
        )
    except OSError as wrong:
        raise RefusedError(f"{argv[0]} cannot be run: {wrong.strerror}") from wrong
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)}: no end in {within_s} s") from None
