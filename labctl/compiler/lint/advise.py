"""All the rules, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from labctl.compiler.lint.advice import Advice, Located, located
from labctl.compiler.lint.assumed import theirs
from labctl.compiler.lint.dead_peers import dead_peers
from labctl.compiler.lint.detection import detection
from labctl.compiler.lint.diversity import alone, idle, shared
from labctl.compiler.lint.origin import Origins
from labctl.compiler.lint.outlook import Outlook, outlook
from labctl.compiler.lint.single_points import single_points
from labctl.model.intent import Intent
from labctl.model.plan import Plan


def advise(intent: Intent, plan: Plan, accepted: Sequence[str] = ()) -> tuple[Located, ...]:
    """The worst first. `accepted` names what is known and taken: a site (its edge), the internet, an element by its name or as lint writes it."""
    return located(_left(_all(intent, plan), frozenset(accepted)), intent.places)


def remarks(plan: Plan) -> tuple[str, ...]:
    """What all of it rests on, where it is not the plan alone."""
    own = [node.name for node in plan.nodes if theirs(node)]
    return (f"what {', '.join(own)} routes, a configuration of its own says: lint takes it to speak BGP as its neighbours ask",) if own else ()


def _all(intent: Intent, plan: Plan) -> Iterator[Advice]:
    origins, seen = Origins(intent), outlook(plan)
    points = tuple(single_points(plan, seen, origins))
    told = {(point.path, subject) for point in points for subject in point.subjects}
    ways = {point.path for point in points}
    yield from points
    yield from _unknown(plan, seen)
    yield from detection(plan, origins)
    yield from dead_peers(plan)
    yield from (advice for advice in shared(plan) if (advice.path, advice.subjects[0]) not in told)
    yield from (advice for advice in alone(plan) if advice.path not in ways)
    yield from idle(plan)


def _unknown(plan: Plan, seen: Outlook) -> Iterator[Advice]:
    if not plan.flows:
        fails = "nothing says what must arrive where: no single point of failure can be found"
        yield Advice("no-flows", "weak", ("flows",), (plan.name,), fails, "flows: [a -> b]; sites need a data centre (datacentre: true) or the internet")
    if seen.unknown:
        names = tuple(flow.name for flow in seen.unknown)
        fails = f"by all that is known of this plan {', '.join(names)} does not arrive even while nothing has failed: what a failure does to it cannot be told"
        yield Advice("unknown", "weak", ("flows",), names, fails, "look at it with labctl up and labctl flows")


def _left(advices: Iterator[Advice], accepted: frozenset[str]) -> Iterator[Advice]:
    for advice in advices:
        taken = len(advice.path) == 2 and advice.path[1] in accepted
        left = () if taken else tuple(subject for subject in advice.subjects if not {subject, subject.partition(" ")[2]} & accepted)
        if left:
            yield replace(advice, subjects=left)
