"""What a lab of containers leaves, removed: by containerlab, which knows what it has made, and then whatever still bears the lab's label."""

from pathlib import Path

from labctl.agent.children import Children
from labctl.errors import LabError
from labctl.runtimes.containerlab import cables, tool
from labctl.runtimes.containerlab.engine import containers, engine, names, remove, remove_network
from labctl.runtimes.containerlab.job import Job, read
from labctl.runtimes.place import Place

_SSH = Path("/etc/ssh/ssh_config.d")
_NAMED_NETWORKS = Path("/run/netns")


def clean(where: Place) -> None:
    """By a command, of a lab that lost its agent."""
    if where.foreign.exists():  # whatever was held went back with its agent, or goes with the next
        where.remains.unlink(missing_ok=True)
        return
    job, owned = read(where), _owned(where.name)
    _remove_rest(where, job, owned, tool.destroy(job.program, job.path, job.network is not None))


async def clean_up(where: Place, children: Children) -> None:
    """By the lab's own agent, which meanwhile reaps what it had started in the containers: before that, none of them can end."""
    job, owned = read(where), _owned(where.name)
    argv = tool.destroy_argv(job.program, job.path, job.network is not None)
    ended = await children.run(None, argv, tool.GONE_WITHIN_S * 10**9, tool.environment(job.path.parent))
    _remove_rest(where, job, owned, "" if ended.status == 0 else tool.last_words(ended.err))


def _remove_rest(where: Place, job: Job, owned: tuple[str, ...], said: str) -> None:
    """`owned` are the names of the containers that there were. LabError when some are left after all; then the lab's folder stays, for the next command."""
    with engine() as client:
        for container in containers(client, where.name, owned=True):
            remove(client, container)
        left = containers(client, where.name, owned=True)
    if left:
        raise LabError(f"lab {where.name}: {', '.join(c.name for c in left)} cannot be removed; containerlab said: {said}")
    _forget(where.name, owned)
    if job.network is not None:
        cables.remove(job.cables)
        with engine() as client:
            remove_network(client, job.network)
    where.remains.unlink(missing_ok=True)


def _owned(lab: str) -> tuple[str, ...]:
    with engine() as client:
        return names(client, lab)


def _forget(lab: str, owned: tuple[str, ...]) -> None:
    """What a deploy that was killed has written on the host: names of networks that are gone, and hosts for ssh."""
    (_SSH / f"clab-{lab}.conf").unlink(missing_ok=True)
    for name in (_NAMED_NETWORKS / name for name in owned):
        if name.is_symlink() and not name.exists():
            name.unlink()
