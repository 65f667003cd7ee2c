"""What the README shows can be built, and promises nothing that its devices were not told to do."""

import re
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load, wanted_files
from labctl.scenario.promised import sessions

README = (Path(__file__).parents[2] / "README.md").read_text()
TOPOLOGIES = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("text", TOPOLOGIES, ids=lambda text: text.partition("\n")[0])
def test_its_topologies_are_sound(text: str) -> None:
    assert compile_plan(load(text, "README.md", {}, files=dict.fromkeys(wanted_files(text, "README.md"), "hostname core\n"))).nodes


def test_a_device_of_somebody_elses_is_asked_for_bgp_alone() -> None:
    (text,) = (text for text in TOPOLOGIES if "kind:" in text and "arista" in text)
    plan = compile_plan(load(text, "README.md", {}, files={"core.cfg": "hostname core\n"}))
    assert {(promise.node, promise.peer, promise.bfd) for promise in sessions(plan)} == {("edge", "10.0.1.1", False), ("old", "10.0.2.1", False)}
