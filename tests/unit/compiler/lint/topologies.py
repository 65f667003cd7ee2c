"""Topologies for the tests of lint, with changes."""

from pathlib import Path

from labctl.compiler import compile_plan, load, load_profiles, wanted_files
from labctl.model.intent import Intent
from labctl.model.plan import Plan

ROOT = Path(__file__).parents[4]
PROFILES = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "profiles/timers.yaml")

THREE_POPS = """
name: three
address-families: [ipv4]
cloud: {internet: false, pops: {fra: {}, ams: {}, lon: {}}}
carriers: {mpls1: provider, mpls2: provider}
sites:
  plant: {kind: interconnect, attach: [{pop: fra, via: mpls1}]}
  dc: {kind: interconnect, datacentre: true, attach: [{pop: ams, via: mpls2}]}
"""
"""Two sites at different PoPs: what they say to each other crosses the backbone."""


def intent(name: str, *overrides: str) -> Intent:
    """Of one that comes with labctl, or of a text."""
    if "\n" in name:
        return load(name, "lab.yaml", PROFILES, overrides)
    path = ROOT / "topologies" / f"{name}.yaml"
    text = path.read_text()
    return load(text, path.name, PROFILES, overrides, {wanted: (path.parent / wanted).read_text() for wanted in wanted_files(text, path.name)})


def plan(name: str, *overrides: str) -> Plan:
    return compile_plan(intent(name, *overrides))
