"""The findings: where they stand, in which order, and that each says what to do."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from labctl.compiler import compile_plan
from labctl.compiler.lint import Advice, Located, advise, outlook
from labctl.model.plan import Bfd, Neighbor, Plan
from tests.unit.compiler.lint.topologies import ROOT, THREE_POPS, intent, plan

TOPOLOGIES = sorted(path.stem for path in (ROOT / "topologies").glob("*.yaml"))


def found(name: str, *overrides: str, accepted: Sequence[str] = ()) -> tuple[Located, ...]:
    of = intent(name, *overrides)
    return advise(of, compile_plan(of), accepted)


def of_kind(kind: str, name: str, *overrides: str) -> list[Advice]:
    return [one.advice for one in found(name, *overrides) if one.advice.kind == kind]


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_every_single_point_is_in_a_finding_and_nothing_else_is(name: str) -> None:
    told = {subject for one in found(name) if one.advice.severity == "stops" for subject in one.advice.subjects}
    assert told == {str(element) for element, stops in outlook(plan(name)).stops.items() if stops}


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_a_finding_has_a_line_of_the_file_and_says_what_to_do(name: str) -> None:
    for one in found(name):
        assert one.place.line > 0
        assert one.advice.subjects and one.advice.fails and one.advice.mend


def test_a_weak_design() -> None:
    lines = (ROOT / "topologies" / "weak.yaml").read_text().splitlines()
    said = {one.advice.subjects: (lines[one.place.line - 1].strip(), one.advice.mend) for one in found("weak")}
    assert said["link branch-isp1", "carrier isp1"] == (
        "attach: [{pop: fra, via: isp1}, {pop: ams, via: isp1}]",
        "attach branch over another carrier than isp1",
    )
    where, mend = said["link dc-mpls1", "link fra-mpls1", "carrier mpls1", "PoP fra"]
    assert where == "attach: [{pop: fra, via: mpls1}]"
    assert mend == "attach dc once more to another PoP than fra and over another carrier than mpls1"


def test_the_worst_stands_first() -> None:
    order = [(one.advice.severity, -one.advice.weight) for one in found("dual-pop", "sites.plant.routing={mode: bgp}")]
    ranks = [(("stops", "slow", "weak").index(severity), weight) for severity, weight in order]
    assert ranks == sorted(ranks)
    assert {severity for severity, _ in order} == {"stops", "slow", "weak"}


class TestAccepted:
    def test_a_site_s_name_is_its_edge(self) -> None:
        assert found("mended", accepted=("branch", "dc")) == ()

    def test_an_element_leaves_its_finding(self) -> None:
        left = {subject for one in found("weak", accepted=("isp1", "link fra-mpls1")) for subject in one.advice.subjects}
        assert "link branch-isp1" in left and "PoP fra" in left
        assert not left & {"carrier isp1", "link fra-mpls1"}

    def test_what_is_wrong_with_a_site_beside_its_edge_stays(self) -> None:
        assert any(one.advice.path == ("sites", "branch", "attach") for one in found("weak", accepted=("branch",)))


def test_static_routes_stand_at_the_site_s_routing() -> None:
    (one,) = (a for a in of_kind("single-point", "dual-pop", "sites.branch.routing={mode: static}") if a.path == ("sites", "branch", "routing"))
    assert set(one.subjects) == {"link branch-isp1", "link fra-isp1", "carrier isp1", "PoP fra"}
    assert "a static route follows no silent failure" in one.fails
    assert "bgp+bfd" in one.mend


def test_a_backbone_link_stands_at_the_cloud() -> None:
    (one,) = (a for a in of_kind("single-point", THREE_POPS) if a.subjects == ("link ams-fra",))
    assert one.path == ("cloud",)
    assert "between: ebgp" in one.mend


def test_an_ipsec_site_at_one_pop_has_no_five_nines() -> None:
    one_pop = "sites.branch.attach=[{pop: fra, via: isp1, role: active}, {pop: fra, via: isp2, role: active}]"
    (one,) = (a for a in of_kind("single-point", "dual-pop", one_pop, "cloud.pops.fra.nodes=2") if a.path == ("sites", "branch", "attach"))
    assert one.subjects == ("PoP fra",)
    assert one.mend == "attach branch to another PoP than fra; a site with tunnels has its 99.999 % only with two PoP locations"


class TestDetection:
    def test_without_bfd(self) -> None:
        (one,) = of_kind("no-bfd", "dual-pop", "sites.plant.routing={mode: bgp, timers: 20/60}")
        assert (one.severity, one.path, one.subjects) == ("slow", ("sites", "plant", "routing"), ("fra-plant", "ams-plant"))
        assert "60 s" in one.fails

    def test_without_bfd_and_without_a_hold_time(self) -> None:
        (one,) = of_kind("no-bfd", "triangle", "routing.timers=0/0", "routing.bfd=off")
        assert one.fails.endswith("never: the hold time is 0")

    def test_a_site_with_one_way_need_not_be_quick(self) -> None:
        assert of_kind("no-bfd", "weak", "sites.branch.routing={mode: bgp+bfd}", "sites.dc.routing={mode: bgp}") == []

    def test_bfd_for_one_family_only(self) -> None:
        """As some providers offer it."""
        (one,) = of_kind("no-bfd", "dual-pop", "sites.plant.routing={profile: azure-er}")
        assert "of IPv6 without BFD" in one.fails

    def test_bfd_that_is_slower_than_the_hold_time(self) -> None:
        (one,) = of_kind("bfd-slower-than-hold", "dual-pop", "sites.plant.routing.bfd=3000x3")
        assert one.path == ("sites", "plant", "routing")
        assert "9.00 s" in one.fails
        assert of_kind("bfd-slower-than-hold", "dual-pop", "sites.plant.routing.bfd=2900x3") == []

    def test_ends_that_differ(self) -> None:
        of = intent("dual-pop", "address-families=[ipv4]")
        odd = _with(compile_plan(of), "fra", "plant", hold_s=30, bfd=Bfd(1000, 1000, 3))
        (one,) = (a.advice for a in advise(of, odd) if a.advice.kind == "asymmetric")
        assert (one.subjects, one.path) == (("fra-plant",), ("sites", "plant", "routing"))
        assert "hold time 30 s and 9 s, BFD 1000x3 and 300x3" in one.fails
        assert of_kind("asymmetric", "dual-pop") == []


def _with(of: Plan, node: str, peer: str, **values: object) -> Plan:
    def changed(n: Neighbor) -> Neighbor:
        return replace(n, **values) if n.peer == peer else n  # type: ignore[arg-type]

    def at(name: str) -> Plan:
        nodes = tuple(replace(n, bgp=replace(n.bgp, neighbors=tuple(map(changed, n.bgp.neighbors)))) if n.name == name and n.bgp else n for n in of.nodes)
        return replace(of, nodes=nodes)

    return at(node)


class TestDiversity:
    TWO_AND_ONE = "sites.branch.attach=[{pop: fra, via: isp1}, {pop: ams, via: isp1}, {pop: lon, via: isp2}]"

    def test_what_some_attachments_share(self) -> None:
        (one,) = of_kind("shared", "dual-pop", "cloud.pops={fra: {}, ams: {}, lon: {}}", self.TWO_AND_ONE)
        assert one.fails == "carrier isp1 carries 2 of 3 attachments of branch: one failure takes them together"

    def test_what_all_share_is_a_single_point_and_said_once(self) -> None:
        assert of_kind("shared", "weak") == []

    def test_a_standby_line(self) -> None:
        (one,) = of_kind("standby", "dual-pop")
        assert one.subjects == ("isp2",)
        assert of_kind("standby", "mended") == []

    def test_a_site_without_a_flow_has_one_way_too(self) -> None:
        (one,) = of_kind("alone", THREE_POPS, "sites.plant.hosts=0")[:1]
        assert one.subjects == ("plant",)
        assert of_kind("alone", THREE_POPS) == []


def test_a_flow_that_does_not_arrive_is_said_to_be_unknown() -> None:
    (one,) = of_kind("unknown", "plain", "links=[{ends: [r1, r2], bgp: false}]")
    assert one.subjects == ("r1-r2-v4", "r1-r2-v6")


def test_without_traffic_nothing_could_be_found_and_that_is_said() -> None:
    (one,) = of_kind("no-flows", "plain", "flows=[]")
    assert (one.severity, one.subjects) == ("weak", ("plain",))


class TestOfIpsecTunnels:
    def test_dead_peer_detection_slower_than_the_hold_time(self) -> None:
        (one,) = of_kind("dpd-slower-than-bgp", "ipsec")
        assert one.subjects == ("branch-fra", "branch-ams")
        assert one.fails.startswith("dead peer detection of branch-fra, branch-ams takes 18 s, longer than the hold time of 9 s")
        assert of_kind("dpd-slower-than-bgp", "ipsec", "sites.branch.routing={mode: bgp, timers: 10/30}") == []
        assert of_kind("dpd-slower-than-bgp", "ipsec", "sites.branch.routing={mode: static+dpd}") == []
        assert of_kind("dpd-slower-than-bgp", "ipsec", "sites.branch.tunnel=plain") == []

    def test_ends_that_differ(self) -> None:
        (one,) = of_kind("asymmetric-dpd", "ipsec", "cloud.dpd=3")
        assert "the edge finds its peer dead after 18 s, the PoP after 11 s" in one.fails
        assert of_kind("asymmetric-dpd", "ipsec") == []

    def test_a_static_route_over_a_tracked_tunnel_leaves_a_dead_way(self) -> None:
        """Only what carries the tunnel outside can take it down."""
        stops = {str(element) for element, of in outlook(plan("ipsec", "sites.branch.routing={mode: static+dpd}")).stops.items() if of}
        assert not stops & {"link branch-isp1", "link fra-isp1", "carrier isp1", "PoP fra"}
        stops = {str(element) for element, of in outlook(plan("ipsec", "sites.branch.routing={mode: static}")).stops.items() if of}
        assert stops >= {"link branch-isp1", "link fra-isp1", "carrier isp1", "PoP fra"}
