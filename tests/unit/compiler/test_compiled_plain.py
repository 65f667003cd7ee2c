"""Plain nodes, links and shapes."""

import json
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load, load_profiles, schema, wanted_files
from labctl.model.codec import decode, encode
from labctl.model.plan import Plan

ROOT = Path(__file__).parents[3]


def plan_of(text: str, *overrides: str, files: dict[str, str] | None = None) -> Plan:
    return compile_plan(load(f"name: lab\n{text}", "lab.yaml", {}, overrides, files))


def test_ring_by_default_and_by_override() -> None:
    plan = plan_of("ring: 10", "ring.size=500")
    assert len(plan.nodes) == len(plan.links) == 500
    assert [f.name for f in plan.flows] == ["r1-r251-v4", "r1-r251-v6"]
    assert len({n.bgp.asn for n in plan.nodes if n.bgp}) == 500


def test_same_as_is_ibgp_with_next_hop_self() -> None:
    plan = plan_of("nodes: {r1: {asn: 65000}, r2: {asn: 65000}}\nlinks: [r1-r2]")
    assert all(x.next_hop_self for n in plan.nodes if n.bgp for x in n.bgp.neighbors)


def test_link_values_win_over_the_file_s() -> None:
    plan = plan_of("nodes: [r1, r2, r3]\nrouting: {timers: 10/30, bfd: off}\nlinks: [r1-r2, {ends: [r2, r3], timers: 1/3, bfd: 50x3, ipv6: false}]")
    bgp = plan.node("r2").bgp
    assert bgp is not None
    assert [(x.peer, x.family, x.hold_s, x.bfd and x.bfd.tx_ms) for x in bgp.neighbors] == [
        ("r1", "ipv4", 30, None), ("r1", "ipv6", 30, None), ("r3", "ipv4", 3, 50)
    ]  # fmt: skip


def test_parallel_links_have_their_own_names() -> None:
    assert [link.name for link in plan_of("nodes: [r1, r2]\nlinks: [r1-r2, r2-r1]").links] == ["r1-r2", "r1-r2-2"]


def test_names_with_dashes_are_split_where_both_sides_are_known() -> None:
    assert plan_of("nodes: [a-b, c-d]\nlinks: [a-b-c-d]").links[0].name == "a-b-c-d"


def test_a_host_routes_by_its_router_and_the_router_tells_of_it() -> None:
    plan = plan_of("nodes: {r1: {}, h1: {device: linux}}\nlinks: [{ends: [r1, h1], ipv4: 10.0.0.0/31}]")
    assert next(r.via for r in plan.node("h1").statics) == "10.0.0.0"
    bgp = plan.node("r1").bgp
    assert bgp is not None and "10.0.0.0/31" in bgp.networks and not bgp.neighbors


def test_own_lines_point_into_the_user_s_file() -> None:
    plan = plan_of("nodes:\n  r1:\n    frr-extra: |\n      ip route 10.0.0.0/8 Null0\n      ip route 11.0.0.0/8 Null0\n  r2:\n    frr-extra: [one, two]")
    first, second = plan.node("r1").own, plan.node("r2").own
    assert first is not None and second is not None
    assert (first.whole, first.source, first.line, first.text.splitlines()[0]) == (False, "lab.yaml", 5, "ip route 10.0.0.0/8 Null0")
    assert (second.line, second.text) == (8, "one\ntwo\n")


def test_a_whole_configuration_leaves_the_plan_without_guesses() -> None:
    text = "nodes: {r1: {frr: r1.conf}, r2: {}}\nlinks: [r1-r2]"
    assert wanted_files(f"name: a\n{text}", "lab.yaml") == ("r1.conf",)
    node = plan_of(text, files={"r1.conf": "router bgp 1\n"}).node("r1")
    assert node.bgp is None and node.own is not None
    assert (node.own.whole, node.own.source, node.own.line) == (True, "r1.conf", 1)


def test_a_cloud_and_plain_nodes_side_by_side() -> None:
    plan = plan_of("cloud: {pops: {fra: {}}}\nnodes: [r1]\nlinks: [fra-r1]\nflows: [r1 -> saas]")
    bgp = plan.node("r1").bgp
    assert bgp is not None and {x.remote_asn for x in bgp.neighbors} == {65000}
    assert [f.b.node for f in plan.flows] == ["saas", "saas"]


@pytest.mark.parametrize("path", sorted((ROOT / "topologies").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_topologies(path: Path) -> None:
    """Each says in its first line what it shows, has flows to measure, and its plan survives the file and back."""
    text = path.read_text()
    assert text.startswith("# ")
    files = {name: (path.parent / name).read_text() for name in wanted_files(text, path.name)}
    plan = compile_plan(load(text, path.name, {}, (), files))
    assert plan.name == path.stem and plan.flows
    assert decode(Plan, json.loads(json.dumps(encode(plan)))) == plan
    assert compile_plan(load(text, path.name, {}, (), files)) == plan


def test_schema_knows_the_keys() -> None:
    found = schema()
    assert {"name", "cloud", "sites", "address-families"} <= set(found["properties"])
    assert found["additionalProperties"] is False


def test_every_profile_says_where_it_comes_from() -> None:
    profiles = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "timers.yaml")
    assert {"aws-dx", "gcp-interconnect", "azure-er", "cato-ipsec"} <= set(profiles)
    assert all(p.source.startswith(("[A]", "[B]", "[C]")) for p in profiles.values())
    for profile in profiles.values():
        if profile.bfd and profile.limits:
            low, high = profile.limits.interval_ms
            assert low <= profile.bfd.tx_ms <= high
            assert profile.limits.multiplier[0] <= profile.bfd.multiplier <= profile.limits.multiplier[1]
