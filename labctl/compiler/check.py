"""What a well-formed intent can still get wrong: names, sites, routing, numbers. All of it at once; where a name is wrong, only that is said of it."""

from collections.abc import Iterator

from labctl.compiler.check_cloud import cloud_problems
from labctl.compiler.check_names import name_problems
from labctl.compiler.check_numbers import number_problems
from labctl.compiler.check_routing import routing_problems
from labctl.compiler.check_sites import site_problems
from labctl.errors import Problem
from labctl.model.intent import Intent


def check(intent: Intent) -> Iterator[Problem]:
    yield from name_problems(intent)
    yield from cloud_problems(intent)
    yield from site_problems(intent)
    yield from routing_problems(intent)
    yield from number_problems(intent)
