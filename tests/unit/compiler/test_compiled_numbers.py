"""Numbers stay where they are: a site more, or a node more at the end, leaves every other address alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.compiler import compile_plan, load
from labctl.compiler.ifname import LONGEST, tunnel_ifname
from labctl.compiler.numbers import READABLE
from labctl.compiler.room import SITES
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


def test_a_sites_number_can_be_read_in_all_that_is_its() -> None:
    plan = plan_of(["athens"])
    edge, (attachment, _) = plan.node("athens"), plan.site("athens").attachments
    assert plan.site("athens").prefixes == ("10.64.42.0/24", "fd00:64:0:2a::/64")
    assert edge.bgp is not None
    assert (edge.bgp.asn, edge.bgp.router_id) == (64642, "10.255.128.42")
    assert edge.interface(attachment.edge.ifname).addresses == ("172.16.42.2/30", "fd00:16:0:2a0::2/64")


def test_many_sites_have_their_own_numbers() -> None:
    """The ones beyond the readable numbers get others, and leave those as they were."""
    names = [f"s{i}" for i in range(400)]
    plan = plan_of(names)
    prefixes = [p for s in plan.sites for p in s.prefixes]
    assert len(set(prefixes)) == len(prefixes) == 800
    assert {s.prefixes[0] for s in plan.sites[:READABLE]} == {f"10.64.{n}.0/24" for n in range(1, READABLE + 1)}
    asns = [bgp.asn for s in plan.sites if (bgp := plan.node(s.edge).bgp)]
    assert len(set(asns)) == 400
    assert set(asns[:READABLE]) == set(range(64_601, 64_601 + READABLE))
    assert numbers(plan_of(names[:200])) == {n: found for n, found in numbers(plan).items() if n in names[:200]}
    assert SITES >= 400


def test_an_as_number_that_the_file_says_is_nobody_elses() -> None:
    plan = compile_plan(load(HEAD.replace("{pops:", "{internet: {asn: 64642}, pops:") + SITE.format("athens"), "lab.yaml", {}))
    edge = plan.node("athens").bgp
    assert edge is not None
    assert edge.asn == 64643


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
