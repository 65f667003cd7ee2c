"""A command as it is typed."""

import subprocess
import sys


def labctl(*words: str) -> bytes:
    """What it printed; AssertionError, with all that it said, when it fails."""
    done = subprocess.run([sys.executable, "-m", "labctl", *words], capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout
