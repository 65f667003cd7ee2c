"""Drawings: well-formed, with every node and every cable, whatever the topology."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from labctl.app.content import folder
from labctl.app.graph import mermaid, svg
from labctl.app.source import plan

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("path", sorted(folder("topologies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_topology_of_ours_can_be_drawn(path: Path) -> None:
    planned = plan(str(path))
    drawing = ElementTree.fromstring(svg(planned))
    names = {text.text for text in drawing.iter(f"{_SVG}text")}
    assert {node.name for node in planned.nodes} <= names
    titles = {title.text for title in drawing.iter(f"{_SVG}title")}
    assert {link.name for link in planned.links} <= titles
    assert mermaid(planned).count(" --- ") == len(planned.links)


def test_no_two_boxes_lie_on_each_other() -> None:
    drawing = ElementTree.fromstring(svg(plan("dual-pop")))
    boxes = [(float(r.attrib["x"]), float(r.attrib["y"])) for r in drawing.iter(f"{_SVG}rect") if "rx" in r.attrib]
    near = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if abs(a[0] - b[0]) < 132 and abs(a[1] - b[1]) < 50]
    assert near == []


def test_a_tunnel_says_that_it_is_plain() -> None:
    assert "plain tunnel" in svg(plan("dual-pop"))
    assert "plain tunnel" in mermaid(plan("dual-pop"))
