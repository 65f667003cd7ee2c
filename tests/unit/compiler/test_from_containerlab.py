"""Topologies of containerlab's as labctl's: whole files against golden ones, everything that can be wrong with one at once, and the notations apart."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.compiler import compile_plan, load, wanted_files
from labctl.compiler.from_containerlab import File, topology_of, wanted
from labctl.compiler.from_containerlab.names import named
from labctl.compiler.from_containerlab.said import Address, command, config
from labctl.compiler.from_containerlab.variables import filled_in
from labctl.compiler.from_containerlab.writing import written
from labctl.compiler.text import read
from labctl.errors import InputError

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "from-containerlab"
SOMEBODY = ROOT / "tests" / "live" / "containerlab" / "somebody" / "somebody.clab.yml"
VARIABLES = {"LABCTL_IMAGE": "frr:10.3"}


def files_of(path: Path) -> dict[str, File]:
    """Those of the lab's folder keep their names."""
    names = [name for name in wanted(path.read_text(), path.name, VARIABLES) if (path.parent / name).is_file()]
    return {name: File((path.parent / name).read_text(), None if name.startswith("..") else Path(name).as_posix()) for name in names}


def lab(nodes: str, links: str = "") -> str:
    return f"name: x\ntopology:\n  nodes: {{{nodes}}}\n" + (f"  links: [{links}]\n" if links else "")


def topology(text: str, files: dict[str, File] | None = None) -> str:
    """Without its comment."""
    made = topology_of(text, "x.clab.yml", files or {}).text
    return "".join(line for line in made.splitlines(True) if not line.startswith("#"))


@pytest.mark.parametrize("path", [SOMEBODY, *(GOLDEN / name / f"{name}.clab.yml" for name in ("hosts", "vendors", "awful"))], ids=lambda path: path.parent.name)
def test_whole_labs(path: Path, golden: Callable[[Path, str], None]) -> None:
    made = topology_of(path.read_text(), path.name, files_of(path), VARIABLES)
    golden(GOLDEN / path.parent.name / "topology.yaml", made.text)
    assert not read(made.text, "topology.yaml").problems


@pytest.mark.parametrize("name", ["somebody", "hosts", "vendors"])
def test_what_is_written_can_be_built(name: str) -> None:
    path = SOMEBODY if name == "somebody" else GOLDEN / name / f"{name}.clab.yml"
    text = topology_of(path.read_text(), path.name, files_of(path), VARIABLES).text
    plan = compile_plan(load(text, "topology.yaml", {}, files={name: (path.parent / name).read_text() for name in wanted_files(text, "topology.yaml")}))
    assert plan.runtime == "containerlab"
    assert plan.flows


def test_all_that_is_wrong_is_said_at_once(golden: Callable[[Path, str], None]) -> None:
    path = GOLDEN / "errors" / "errors.clab.yml"
    with pytest.raises(InputError) as refused:
        topology_of(path.read_text(), path.name, {})
    golden(path.parent / "errors.txt", f"{refused.value}\n")


def test_what_is_no_lab_of_containerlabs() -> None:
    for text, said in (("name: x\nnodes: [r1, r2]\n", "no `topology:`"), ("- a\n", "a lab is a set of keys"), ("", "the file is empty"), ("a: [", "not YAML")):
        assert wanted(text, "f") == ()
        with pytest.raises(InputError, match=said):
            topology_of(text, "f", {})


def test_the_nearest_says_and_of_lists_everything_counts() -> None:
    text = """
name: x
topology:
  defaults: {group: g, image: of-defaults, binds: ["d:/etc/frr", "d.conf:/etc/frr/frr.conf"]}
  kinds: {linux: {image: of-kind, exec: ["ip addr add 10.0.0.1/32 dev lo"]}}
  groups:
    g: {kind: linux, exec: ["ip addr add 10.0.0.2/32 dev lo"]}
    h: {image: of-group}
  nodes:
    r1: {binds: ["__clabLabName__/__clabNodeName__.conf:/etc/frr/frr.conf:ro"]}
    r2: {group: h, exec: ["ip addr add fd00::1/128 dev lo"]}
"""
    assert wanted(text, "f") == ("x/r1.conf", "d.conf")
    made = topology(text, {"x/r1.conf": File("router bgp 1\n", "x/r1.conf"), "d.conf": File("", "d.conf")})
    assert "r1: {asn: 1, frr: x/r1.conf, loopback: [10.0.0.1/32, 10.0.0.2/32], image: of-kind}" in made
    assert "r2: {frr: d.conf, loopback: [10.0.0.1/32, fd00::1/128], image: of-group}" in made


def test_a_folder_of_frrs_may_lack_the_one_file_but_a_file_that_is_bound_must_be_there() -> None:
    assert "r1: {}" in topology(lab('r1: {kind: linux, image: frr, binds: ["r1:/etc/frr"]}'))
    with pytest.raises(InputError, match=r"'r1\.conf' cannot be read"):
        topology(lab('r1: {kind: linux, image: frr, binds: ["r1.conf:/etc/frr/frr.conf"]}'))


def test_between_two_of_its_own_labctl_chooses_addresses() -> None:
    nodes = "r1: {kind: linux, image: frr}, r2: {kind: linux, image: frr}, box: {kind: arista_ceos, image: ceos}"
    made = topology(lab(nodes, '{endpoints: ["r1:eth1", "r2:eth1"]}, {endpoints: ["r2:eth2", "box:eth1"]}'))
    assert "- {ends: [r1:eth1, r2:eth1]}\n" in made and "- {ends: [r2:eth2, box:eth1], ipv4: false, ipv6: false}\n" in made


def test_addresses_go_together_in_one_subnet_only() -> None:
    def link(one: str, two: str) -> str:
        nodes = ", ".join(f'h{i}: {{kind: linux, image: a, exec: ["ip addr add {text} dev eth1"]}}' for i, text in enumerate((one, two)))
        return topology(lab(nodes, '{endpoints: ["h0:eth1", "h1:eth1"]}'))

    assert "ipv4: [10.0.0.1/30, 10.0.0.2/30]" in link("10.0.0.1/30", "10.0.0.2/30")
    for two in ("10.0.0.5/30", "10.0.0.2/24", "10.0.0.1/30", "fd00::2/64"):
        assert "- {ends: [h0:eth1, h1:eth1]}\n" in link("10.0.0.1/30", two)


def test_a_hosts_gateway_is_the_other_end() -> None:
    commands = '"ip addr add 10.0.0.7/24 dev eth1", "ip route add default via 10.0.0.1"'
    nodes = f"h: {{kind: linux, image: a, exec: [{commands}]}}, box: {{kind: arista_ceos, image: ceos}}"
    made = topology_of(lab(nodes, '{endpoints: ["box:eth1", "h:eth1"], mtu: 1500}'), "f", {})
    assert "ipv4: [10.0.0.1/24, 10.0.0.7/24]" in made.text and [note.what for note in made.notes] == ["image a"]


def test_notes_say_line_what_and_why() -> None:
    made = topology_of("name: x\ntopology:\n  nodes:\n    a: {kind: linux, env: {X: y}}\n    b: {kind: linux, env: {X: y}}\n", "f", {})
    assert [str(note) for note in made.notes] == ["lines 4, 5: env: labctl has no such setting"]
    assert made.text.startswith("# From f. What is not here as it was there:\n#   lines 4, 5: env: labctl has no such setting\nname: x\n")


def test_names() -> None:
    assert named(["R1", "r1", "r_1", "1", "ü", "r" * 40, "r" * 41]) == {
        "r1": "r1",
        "R1": "r1-2",
        "r_1": "r-1",
        "1": "n1",
        "ü": "n",
        "r" * 40: "r" * 31,
        "r" * 41: "r" * 29 + "-2",
    }


def test_commands() -> None:
    said = {
        "ip addr add 10.0.0.1/24 dev eth1": ["eth1 10.0.0.1/24"],
        "ip -6 address replace fd00::1/64 dev eth2": ["eth2 fd00::1/64"],
        "ip a add 10.0.0.1/24 brd + dev eth1": ["eth1 10.0.0.1/24"],
        "ip addr add 10.0.0.1/24": ["?"],
        "ip addr add 10.0.0.999/24 dev eth1": ["?"],
        "ip route add default via 10.0.0.1 dev eth1": ["10.0.0.1"],
        "ip -6 r add ::/0 via fd00::1": ["fd00::1"],
        "ip route add default dev eth1": ["?"],
        "ip route add default via gateway": ["?"],
        "ip route delete default via 172.20.20.1": [],
        "ip link set dev eth1 up": [],
        "ip l set eth1 up": [],
        "ip link set eth1 up mtu 1400": ["?"],
        "bash -c 'ip link set eth1 up; ip a add 10.0.0.1/24 dev eth1 && sysctl -w x=1'": ["eth1 10.0.0.1/24", "?"],
        "'": ["?"],
    }
    assert {text: [_shown(each) for each in command(text)] for text in said} == said


def _shown(said: object) -> str:
    return "?" if said is None else f"{said.ifname} {said.interface}" if isinstance(said, Address) else str(said)


def test_what_others_need_of_a_configuration() -> None:
    interfaces = "interface eth1 vrf red\n ip address 10.0.0.1/30\n ip address dhcp\ninterface lo\nipv6 address fd00::1/128\n"
    found = config(f"{interfaces}router bgp 7 vrf red\nrouter bgp 65001\nrouter ospf6\n")
    assert (found.asn, [_shown(each) for each in found.addresses], found.others) == (65001, ["eth1 10.0.0.1/30", "lo fd00::1/128"], ["ospf6"])


def test_variables() -> None:
    text = "a: ${X}${Y:=2}${Z-3}${E:=} $X $sh $$X # ${no}\n# ${no}\nb: ${N} ${Y:-4}"
    filled, problems = filled_in(text, "f", {"X": "1", "Z": "z"})
    assert filled == "a: 12z 1 $sh $X # ${no}\n# ${no}\nb: N 4"
    assert [(each.line, each.column) for each in problems] == [(3, 4)]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab \n\t:#'\"-|>&*!%@`{}[],?~\r\x85\u2028\x07é😀0")), st.text())
def test_any_text_is_read_as_it_was_written(configuration: str, word: str) -> None:
    topology = {"name": "x", "nodes": {"r1": {"frr": configuration, "image": word}, "r2": {"image": word}}, "links": [{"ends": [word, configuration]}]}
    read_again = read(written(topology, ()), "f")
    assert not read_again.problems and read_again.data == topology


@pytest.mark.parametrize("odd", [None, 7, ["x"], {"x": None}], ids=str)
def test_whatever_stands_in_a_place_is_taken_or_refused(odd: object) -> None:
    data: Any = read((GOLDEN / "hosts" / "hosts.clab.yml").read_text(), "f").data
    for path in _paths(data):
        changed = deepcopy(data)
        holder = reduce(getitem, path[:-1], changed)
        holder[path[-1]] = odd
        text = json.dumps(changed)
        with suppress(InputError):
            assert not read(topology_of(text, "f", {name: File("", None) for name in wanted(text, "f")}).text, "f").problems


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from _paths(value, (*path, key))
