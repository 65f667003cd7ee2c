"""Clouds and their sites: what the plan says of preference, tunnels, static routes and marks."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load, load_profiles
from labctl.model.plan import Bfd, Bridge, Neighbor, Plan, StaticRoute, Vxlan

ROOT = Path(__file__).parents[3]
PROFILES = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "profiles/timers.yaml")
DUAL_POP = (ROOT / "topologies" / "dual-pop.yaml").read_text()


def plan_of(*overrides: str, text: str = DUAL_POP) -> Plan:
    return compile_plan(load(text, "lab.yaml", PROFILES, overrides))


def neighbor(plan: Plan, node: str, peer: str, family: str = "ipv4") -> Neighbor:
    bgp = plan.node(node).bgp
    assert bgp is not None
    return next(n for n in bgp.neighbors if n.peer == peer and n.family == family)


def routes(plan: Plan, node: str, prefix: str) -> list[tuple[str, int, str]]:
    return [(r.ifname or "", r.distance, r.owner) for r in plan.node(node).statics if r.prefix == prefix]


def test_dual_pop_fits_in_25_lines() -> None:
    assert len(DUAL_POP.splitlines()) <= 25


def test_primary_is_preferred_both_ways() -> None:
    plan = plan_of()
    assert [neighbor(plan, pop, "branch").local_preference for pop in ("fra", "ams")] == [200, 100]
    assert [neighbor(plan, "branch", pop).local_preference for pop in ("fra", "ams")] == [200, 100]
    assert [neighbor(plan, "branch", pop).prepend for pop in ("fra", "ams")] == [0, 1]


def test_active_attachments_are_equal_and_used_together() -> None:
    plan = plan_of("sites.branch.attach=[{pop: fra, via: isp1, role: active}, {pop: ams, via: isp2, role: active}]")
    assert {neighbor(plan, "branch", pop).local_preference for pop in ("fra", "ams")} == {200}
    assert {neighbor(plan, "branch", pop).prepend for pop in ("fra", "ams")} == {0}
    branch = plan.node("branch").bgp
    assert branch is not None and branch.maximum_paths == 2


def test_an_edge_is_no_way_between_pops() -> None:
    plan = plan_of()
    assert {n.name: n.bgp.transit for n in plan.nodes if n.bgp and n.role in ("edge", "pop")} == {
        "fra": True, "ams": True, "branch": False, "plant": False, "dc": False
    }  # fmt: skip


def test_between_pops_of_different_as_the_second_path_is_liked_less_than_what_others_tell() -> None:
    plan = plan_of("cloud.between=ebgp")
    assert {n.bgp.asn for n in plan.nodes if n.bgp and n.role == "pop"} == {65000, 65001}
    assert not neighbor(plan, "fra", "ams").next_hop_self
    preference = neighbor(plan, "ams", "branch").local_preference
    assert preference is not None and preference < 100


def test_tunnel_is_pinned_and_its_mtu_computed() -> None:
    plan = plan_of("carriers.isp1={type: isp, mtu: 1400}")
    edge, pop = plan.node("branch").interface("tun-fra"), plan.node("fra").interface("tun-branch")
    assert isinstance(edge.device, Vxlan) and isinstance(pop.device, Vxlan)
    assert (edge.mtu, pop.mtu) == (1350, 1350)
    assert (edge.device.local, edge.device.remote) == (pop.device.remote, pop.device.local)
    assert edge.device.vni == pop.device.vni
    assert edge.device.underlay == "eth1"
    assert plan.tunnels == ("plain",)


def test_unpinned_tunnel_has_a_way_over_the_other_carrier() -> None:
    plan = plan_of("sites.branch.routing.underlay=any")
    device = plan.node("branch").interface("tun-fra").device
    assert isinstance(device, Vxlan) and device.underlay is None
    assert [(ifname, metric) for ifname, metric, _ in routes(plan, "branch", f"{device.remote}/32")] == [("eth1", 1), ("eth2", 10)]
    assert routes(plan, "isp2", f"{device.remote}/32") == [("eth2", 1, "kernel")]


def test_each_circuit_of_a_provider_has_a_bridge_of_its_own() -> None:
    bridges = [i.device for i in plan_of().node("mpls1").interfaces if isinstance(i.device, Bridge)]
    assert [b.ports for b in bridges] == [("eth1", "eth2"), ("eth3", "eth4")]
    assert all(not i.addresses for i in plan_of().node("mpls1").interfaces)


def test_floating_static() -> None:
    plan = plan_of("sites.plant.routing={mode: static}")
    assert plan.node("plant").bgp is None
    assert routes(plan, "plant", "0.0.0.0/0") == [("eth1", 1, "frr"), ("eth2", 10, "frr")]
    assert routes(plan, "plant", "::/0") == [("eth1", 1, "frr"), ("eth2", 10, "frr")]
    prefix = plan.site("plant").prefixes[0]
    assert [routes(plan, pop, prefix)[0][1] for pop in ("fra", "ams")] == [1, 210]
    assert all(n.bgp.redistribute_static for n in plan.nodes if n.bgp and n.role == "pop")


def test_kernel_static_has_metrics_and_the_pop_keeps_its_daemon() -> None:
    plan = plan_of("sites.plant.routing={mode: static, static: kernel, ignore-linkdown: true}")
    assert routes(plan, "plant", "0.0.0.0/0") == [("eth1", 1, "kernel"), ("eth2", 10, "kernel")]
    assert plan.node("plant").ignore_linkdown
    assert routes(plan, "fra", plan.site("plant").prefixes[0]) == [("eth4", 1, "frr")]


def test_static_with_bfd_has_it_on_both_ends() -> None:
    plan = plan_of("sites.plant.routing={mode: static+bfd, bfd: 100x3}")
    found: list[StaticRoute] = [r for node in ("plant", "fra", "ams") for r in plan.node(node).statics if r.owner == "frr"]
    assert found and {r.bfd for r in found} == {Bfd(100, 100, 3)}


def test_marks_name_the_pop_node_that_faces_a_site_under_test() -> None:
    plan = plan_of()
    for number, name in enumerate(("fra", "ams"), start=1):
        node = plan.node(name)
        assert node.mark == number
        assert set(node.mark_interfaces) == {a.pop_end.ifname for s in plan.sites if s.name != "dc" for a in s.attachments if a.pop_node == name}
    assert all(n.mark is None for n in plan.nodes if n.role != "pop")


def test_flows_are_those_of_every_site_but_the_data_centre() -> None:
    names = [f.name for f in plan_of().flows]
    assert names == [f"{site}-{far}-{family}" for site in ("branch", "plant") for far in ("dc", "saas") for family in ("v4", "v6")]


def test_one_family_only() -> None:
    plan = plan_of("address-families=[ipv4]")
    assert {n.family for node in plan.nodes if node.bgp for n in node.bgp.neighbors} == {"ipv4"}
    assert not [a for node in plan.nodes for i in node.interfaces for a in i.addresses if ":" in a]
    assert {f.family for f in plan.flows} == {"ipv4"}


def test_several_hosts_share_a_bridge() -> None:
    plan = plan_of("sites.branch.hosts=3")
    assert plan.site("branch").hosts == ("branch-host", "branch-host2", "branch-host3")
    lan = plan.node("branch").interface("lan")
    assert isinstance(lan.device, Bridge) and len(lan.device.ports) == 3 and lan.addresses


SPREAD = """name: spread
cloud: {pops: {fra: {nodes: 3}, ams: {}}}
carriers: {isp1: isp, isp2: isp}
sites:
"""


def spread(names: Sequence[str], attach: str) -> dict[str, list[str]]:
    plan = plan_of(text=SPREAD + "".join(f"  {name}: {{kind: ipsec, attach: [{attach}]}}\n" for name in names))
    return {site.name: [a.pop_node for a in site.attachments] for site in plan.sites}


def test_sites_spread_over_the_nodes_of_a_pop_and_stay_there_when_others_come() -> None:
    names = [f"s{i}" for i in range(30)]
    found = spread(names, "{pop: fra, via: isp1}, {pop: ams, via: isp2}")
    assert {node for node, _ in found.values()} == {"fra1", "fra2", "fra3"}
    assert {name: found[name] for name in names[:7]} == spread(names[:7], "{pop: fra, via: isp1}, {pop: ams, via: isp2}")


@pytest.mark.parametrize("names", [["a"], ["b"], ["c"], ["d"]])
def test_attachments_of_one_site_end_at_different_nodes_of_a_pop(names: Sequence[str]) -> None:
    both = spread(names, "{pop: fra, via: isp1}, {pop: ams, via: isp2}, {pop: fra, via: isp2}")[names[0]]
    assert both[0] != both[2]
    beside = spread(names, "{pop: fra, via: isp1}, {pop: fra, via: isp2, node: fra2}")[names[0]]
    assert beside[0] != beside[1] == "fra2"


@pytest.mark.parametrize(("key", "field", "value"), [("password", "password", "s3cret"), ("ttl-security", "ttl_security", 1), ("multihop", "multihop", 2)])
def test_session_values_are_at_both_ends(key: str, field: str, value: object) -> None:
    plan = plan_of(f"sites.branch.routing.{key}={value}")
    assert [getattr(neighbor(plan, *ends), field) for ends in (("branch", "fra"), ("fra", "branch"))] == [value, value]


def test_a_profile_without_ipv6_bfd() -> None:
    plan = plan_of("sites.plant.routing={profile: azure-er}")
    assert neighbor(plan, "plant", "fra").bfd == Bfd(300, 300, 3)
    assert neighbor(plan, "plant", "fra", "ipv6").bfd is None
    assert (plan.site("plant").keepalive_s, plan.site("plant").hold_s) == (60, 180)


ALL: Sequence[tuple[str, ...]] = [
    (),
    ("cloud.between=ebgp", "cloud.pops.fra.nodes=3", "sites.branch.routing.underlay=any"),
    ("sites.branch.routing=static", "sites.plant.routing=static+bfd", "sites.plant.hosts=4", "sites.dc.hosts=2"),
]


@pytest.mark.parametrize("overrides", ALL)
def test_the_two_ends_of_a_session_agree(overrides: tuple[str, ...]) -> None:
    plan = plan_of(*overrides)
    asns = {n.name: n.bgp.asn for n in plan.nodes if n.bgp}
    ends = {(n.name, x.peer, x.family, x.address): x for n in plan.nodes if n.bgp for x in n.bgp.neighbors}
    own = {a.partition("/")[0]: n.name for n in plan.nodes for i in n.interfaces for a in i.addresses}
    for (node, peer, family, address), one in ends.items():
        assert peer is not None and own[address] == peer and one.remote_asn == asns[peer]
        other = next(x for (n, p, f, _), x in ends.items() if (n, p, f) == (peer, node, family))
        assert (one.keepalive_s, one.hold_s, one.bfd, one.multihop) == (other.keepalive_s, other.hold_s, other.bfd, other.multihop)


@pytest.mark.parametrize("overrides", ALL)
def test_no_address_name_or_interface_twice(overrides: tuple[str, ...]) -> None:
    plan = plan_of(*overrides)
    addresses = [a for n in plan.nodes for i in n.interfaces for a in i.addresses]
    assert len(addresses) == len(set(addresses))
    assert len({n.name for n in plan.nodes}) == len(plan.nodes)
    assert len({link.name for link in plan.links}) == len(plan.links)
    for node in plan.nodes:
        names = [i.name for i in node.interfaces]
        assert len(names) == len(set(names)) and max(map(len, names)) <= 15
