"""The only place that names a concrete runtime."""

from labctl.errors import RefusedError
from labctl.runtimes.base import Runtime
from labctl.runtimes.netns.runtime import NetnsRuntime


def runtime(name: str = "netns") -> Runtime:
    if name == "netns":
        return NetnsRuntime()
    raise RefusedError(f"runtime {name!r} is not in this version; there is: netns")
