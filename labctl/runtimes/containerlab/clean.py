"""What a lab of containers leaves, removed: by containerlab, which knows what it has made, and then whatever still bears the lab's label."""

import json
from pathlib import Path

from labctl.agent.children import Children
from labctl.errors import LabError
from labctl.runtimes.containerlab import cables, tool
from labctl.runtimes.containerlab.engine import containers, engine, kill, remove, remove_network
from labctl.runtimes.containerlab.job import Job, read
from labctl.runtimes.place import Place

_SSH = Path("/etc/ssh/ssh_config.d")
_NAMED_NETWORKS = Path("/run/netns")


def clean(where: Place) -> None:
    """By a command, of a lab that lost its agent."""
    if where.foreign.exists():  # whatever was held went back with its agent, or goes with the next
        where.remains.unlink(missing_ok=True)
        return
    job = read(where)
    _end(where.name)
    _remove_rest(where, job, tool.destroy(job.program, job.path, job.network is not None))


async def clean_up(where: Place, children: Children) -> None:
    """By the lab's own agent, which meanwhile reaps what it had started in the containers: before that, none of them can end."""
    job = read(where)
    _end(where.name)
    argv = tool.destroy_argv(job.program, job.path, job.network is not None)
    ended = await children.run(None, argv, tool.GONE_WITHIN_S * 10**9, tool.environment(job.path.parent))
    _remove_rest(where, job, "" if ended.status == 0 else tool.last_words(ended.err))


def _remove_rest(where: Place, job: Job, said: str) -> None:
    """LabError when containers are left after all; then the lab's folder stays, for the next command."""
    with engine() as client:
        for container in containers(client, where.name, owned=True):
            remove(client, container)
        left = containers(client, where.name, owned=True)
    if left:
        raise LabError(f"lab {where.name}: {', '.join(c.name for c in left)} cannot be removed; containerlab said: {said}")
    _forget(where)
    if job.network is not None:
        cables.remove(job.cables)
        with engine() as client:
            remove_network(client, job.network)
    where.remains.unlink(missing_ok=True)


def _end(lab: str) -> None:
    """All of its containers at once: an engine that is asked to remove living ones takes twice as long."""
    with engine() as client:
        found = containers(client, lab, owned=True)
    for container in found:
        kill(container)


def _forget(where: Place) -> None:
    """What containerlab has written on the host, also where somebody removed the containers by hand: names of networks that are gone, and hosts for ssh."""
    (_SSH / f"clab-{where.name}.conf").unlink(missing_ok=True)
    for node in json.loads(where.plan.read_text())["nodes"]:
        name = _NAMED_NETWORKS / f"clab-{where.name}-{node['name']}"
        if name.is_symlink() and not name.exists():
            name.unlink()
