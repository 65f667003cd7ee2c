"""Numbers stay where they are: a site more, or a node more at the end, leaves every other address alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.compiler import compile_plan, load
from labctl.compiler.ifname import LONGEST, tunnel_ifname
from labctl.compiler.numbers import SITES
from labctl.compiler.values import NAME
from labctl.model.plan import Plan

HEAD = """\
name: lab
cloud: {pops: {fra: {}, ams: {}}}
carriers: {isp1: isp, isp2: isp}
sites:
"""
SITE = "  {}: {{kind: ipsec, attach: [{{pop: fra, via: isp1}}, {{pop: ams, via: isp2}}]}}\n"
NAMES = st.from_regex(f"site-{NAME[:-6]}{{0,8}}", fullmatch=True)


def plan_of(names: list[str]) -> Plan:
    return compile_plan(load(HEAD + "".join(SITE.format(n) for n in names), "lab.yaml", {}))


def numbers(plan: Plan) -> dict[str, object]:
    """What belongs to each site: prefixes, addresses, AS number, tunnels."""
    return {
        s.name: (
            s.prefixes,
            [(i.name, i.addresses, i.device) for i in plan.node(s.edge).interfaces],
            plan.node(s.edge).bgp and plan.node(s.edge).bgp.asn,  # type: ignore[union-attr]
        )
        for s in plan.sites
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(NAMES, min_size=2, max_size=8, unique=True))
def test_a_site_appended_renumbers_nobody(names: list[str]) -> None:
    before, after = numbers(plan_of(names[:-1])), numbers(plan_of(names))
    assert {n: after[n] for n in before} == before


def test_a_site_put_first_renumbers_nobody() -> None:
    before, after = numbers(plan_of(["paris", "rome"])), numbers(plan_of(["athens", "paris", "rome"]))
    assert {n: after[n] for n in before} == before


def test_many_sites_have_their_own_numbers() -> None:
    plan = plan_of([f"s{i}" for i in range(400)])
    prefixes = [p for s in plan.sites for p in s.prefixes]
    assert len(set(prefixes)) == len(prefixes) == 800
    assert SITES >= 400


def test_a_pop_appended_renumbers_nobody() -> None:
    one = compile_plan(load("name: a\ncloud: {pops: {fra: {}, ams: {}}}\nring: {size: 3}\n", "a.yaml", {}))
    two = compile_plan(load("name: a\ncloud: {pops: {fra: {}, ams: {}, lon: {}}}\nring: {size: 3}\n", "a.yaml", {}))
    for name in ("r1", "r2", "r3"):
        assert one.node(name) == two.node(name)
    for name in ("fra", "ams"):
        before = [a for i in one.node(name).interfaces for a in i.addresses if i.name != "lo"]
        after = [a for i in two.node(name).interfaces for a in i.addresses]
        assert set(before) <= set(after)


@given(st.from_regex(NAME, fullmatch=True), st.integers(1, 16))
def test_tunnel_names_fit_the_kernel(name: str, nth: int) -> None:
    assert len(tunnel_ifname(name, nth)) <= LONGEST
