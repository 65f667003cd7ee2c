"""What the loss of each element comes to: routing at rest without it, as routers would have it."""

from labctl.compiler.lint import Outlook, outlook
from labctl.model.plan import Plan
from tests.unit.compiler.lint.topologies import THREE_POPS, plan

V4 = "address-families=[ipv4]"
NO_INTERNET = "cloud.internet=false"
EDGES = {"link branch-branch-host", "node branch", "link dc-dc-host", "node dc"}
"""Of a site's own there is one each, whatever its routing."""


def points(of: Plan) -> set[str]:
    return {str(element) for element, stops in outlook(of).stops.items() if stops}


def causes(seen: Outlook, element: str) -> set[tuple[str, str, str, str]]:
    """(flow, direction, cause, where) of all that stops with it."""
    return {(s.flow.name, s.direction, s.cause, s.at) for e, stops in seen.stops.items() if str(e) == element for s in stops}


def test_what_every_path_shares_is_a_single_point() -> None:
    shared = {"link branch-isp1", "carrier isp1", "link dc-mpls1", "link fra-mpls1", "carrier mpls1", "PoP fra"}
    assert points(plan("weak")) == EDGES | shared


def test_what_has_another_way_is_none() -> None:
    assert points(plan("mended")) == EDGES


def test_every_element_is_looked_at_once_and_no_end_of_a_flow() -> None:
    names = [str(element) for element in outlook(plan("mended")).stops]
    assert len(names) == len(set(names)) == 19
    assert not [name for name in names if name.endswith("-host") and name.startswith("node")]
    assert "node fra" not in names and "PoP fra" in names


def test_a_node_of_several_in_a_pop_fails_alone_too() -> None:
    of = plan("mended", "cloud.pops.fra.nodes=2")
    assert {"node fra1", "node fra2", "PoP fra"} <= {str(element) for element in outlook(of).stops}
    assert points(of) == EDGES


def test_a_static_route_goes_on_into_a_dead_way() -> None:
    seen = outlook(plan("dual-pop", V4, NO_INTERNET, "sites.branch.routing={mode: static}"))
    both = {("branch-dc-v4", "forward", "not taken", "branch"), ("branch-dc-v4", "reverse", "not taken", "fra")}
    assert causes(seen, "link fra-isp1") == causes(seen, "carrier isp1") == causes(seen, "link branch-isp1") == both
    assert causes(seen, "link ams-isp2") == set()


def test_towards_a_static_site_the_cloud_finds_the_other_pop() -> None:
    """Its own static route dies with the PoP, and the second PoP's comes in."""
    seen = outlook(plan("dual-pop", V4, NO_INTERNET, "sites.branch.routing={mode: static}"))
    assert causes(seen, "PoP fra") == {("branch-dc-v4", "forward", "not taken", "branch")}


def test_static_routes_with_bfd_follow() -> None:
    of = plan("dual-pop", V4, NO_INTERNET, "sites.branch.routing={mode: static+bfd}", "sites.plant.routing={mode: static+bfd}")
    assert points(of) == EDGES | {"link plant-plant-host", "node plant"}


def test_an_unpinned_tunnel_does_not_leave_a_dead_isp_that_keeps_its_carrier() -> None:
    """The kernel's route below the tunnel is static: a second ISP helps only when the port goes dark."""
    one_tunnel = "sites.branch.attach=[{pop: fra, via: isp1}]"
    of = plan("dual-pop", V4, NO_INTERNET, one_tunnel, "sites.branch.routing={mode: bgp+bfd, underlay: any}")
    assert "link fra-isp1" in points(of)


class TestIbgp:
    """RFC 4271 9.2: what one internal peer says is not passed on to another."""

    def test_a_third_pop_is_no_way_around_a_backbone_link(self) -> None:
        assert "link ams-fra" in points(plan(THREE_POPS))

    def test_with_ebgp_it_is(self) -> None:
        assert "link ams-fra" not in points(plan(THREE_POPS, "cloud.between=ebgp"))

    def test_by_its_default_route_a_pop_reaches_others_over_the_internet(self) -> None:
        """The internet router has every site's prefix of its PoP."""
        assert "link ams-fra" not in points(plan(THREE_POPS, "cloud.internet={}"))


def test_a_session_that_nobody_ends_keeps_its_routes() -> None:
    seen = outlook(plan("triangle", V4, "routing.timers=0/0", "routing.bfd=off"))
    assert causes(seen, "link t1-t2") == {("t1-t2-v4", "forward", "not taken", "t1"), ("t1-t2-v4", "reverse", "not taken", "t2")}
    assert points(plan("triangle", "routing.bfd=off")) == set()


def test_equal_paths_are_all_looked_at() -> None:
    assert points(plan("clos")) == set()
    assert points(plan("clos", "clos.spines=1")) == {"node spine1", "link leaf1-spine1", "link leaf4-spine1"}


def test_a_configuration_of_the_users_own_is_taken_to_do_what_its_neighbours_ask() -> None:
    seen = outlook(plan("own-edge", V4, NO_INTERNET))
    assert seen.unknown == ()
    assert {str(e) for e, stops in seen.stops.items() if stops} == {"link mine-mine-host", "node mine", "link dc-dc-host", "node dc"}


def test_an_injector_s_routes_are_followed() -> None:
    """A server behind two speakers answers by its first default route alone."""
    seen = outlook(plan("announced", V4))
    assert causes(seen, "link net1-server") == {("pc-server-v4", "forward", "no other way", "net1"), ("pc-server-v4", "reverse", "not taken", "server")}
    assert causes(seen, "link site-up2") == set()


def test_of_a_flow_that_never_arrives_nothing_is_said() -> None:
    seen = outlook(plan("plain", V4, "links=[{ends: [r1, r2], bgp: false}]"))
    assert [flow.name for flow in seen.unknown] == ["r1-r2-v4"]
    assert not any(seen.stops.values())


def test_an_address_family_fails_alone() -> None:
    of = plan("triangle", "triangle=false", "nodes=[a, b, c]", "links=[a-b, {ends: [b, c], ipv6: false}, {ends: [a, c], ipv6: false}]", "flows=[a -> b]")
    seen = outlook(of)
    assert {name for name, *_ in causes(seen, "link a-b")} == {"a-b-v6"}
