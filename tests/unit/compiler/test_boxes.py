"""Devices of somebody else's: cables and an AS number for their neighbours, and nothing that labctl would have to do in them."""

import pytest

from labctl.compiler import compile_plan, load
from labctl.errors import RefusedError
from labctl.faults.node import DaemonKill, NodeCrash, NodeFreeze
from labctl.faults.offered import subjects_of
from labctl.model.plan import Plan, Startup
from labctl.programs.devices import DEVICES
from labctl.scenario.promised import prefixes, sessions


def lab(link: str = "", core: str = "") -> Plan:
    return compile_plan(
        load(
            f"""
name: lab
nodes:
  r1: {{asn: 65001}}
  core: {{kind: nokia_srlinux, image: "srlinux:1", asn: 65010{core}}}
  r2: {{asn: 65002}}
links:
  - {{ends: [r1, core:e1-1], ipv4: 10.0.1.0/30, ipv6: false{link}}}
  - {{ends: [core:e1-2, r2], ipv4: [10.0.2.2/30, 10.0.2.1/30], ipv6: false}}
flows: [r1 -> r2]
""",
            "lab.yaml",
            {},
            files={"core.partial.cfg": "set / system\n"},
        )
    )


def test_its_neighbours_know_it_and_it_does_nothing_of_ours() -> None:
    plan = lab()
    core = plan.node("core")
    assert (core.bgp, core.statics, core.own, DEVICES[core.device]) == (None, (), None, DEVICES["box"])
    assert [(i.name, i.addresses) for i in core.interfaces] == [("e1-1", ("10.0.1.2/30",)), ("e1-2", ("10.0.2.2/30",))]
    assert {(s.node, s.peer) for s in sessions(plan)} == {("r1", "10.0.1.2"), ("r2", "10.0.2.2")}
    assert "core" not in prefixes(plan)


def test_bfd_with_it_is_only_where_the_link_says_so() -> None:
    assert [s.bfd for s in sessions(lab())] == [False, False]
    assert [s.bfd for s in sessions(lab(link=", bfd: 300x3"))] == [True, False]


@pytest.mark.parametrize("fault", [NodeCrash("core"), NodeFreeze("core"), DaemonKill("core"), DaemonKill("core:bgpd")])
def test_what_runs_in_it_is_left_alone(fault: NodeCrash | NodeFreeze | DaemonKill) -> None:
    with pytest.raises(RefusedError, match=r"what runs in core \(kind nokia_srlinux\) is not labctl's"):
        fault.acts(lab())
    assert "core" not in (*subjects_of(lab(), "node-crash"), *subjects_of(lab(), "daemon-kill"))


def test_its_configuration_keeps_its_name_and_a_text_has_none() -> None:
    named, inline = lab(core=", startup-config: core.partial.cfg").node("core").box, lab(core=', startup-config: "a\\nb"').node("core").box
    assert named is not None and named.startup == Startup("core.partial.cfg", "set / system\n")
    assert inline is not None and inline.startup == Startup(None, "a\nb")
