"""The plan of each small topology, whole: a change of the compiler shows here as a diff that a person can read."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.compiler import compile_plan, load, load_profiles, wanted_files
from labctl.model.codec import encode

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROFILES = load_profiles((ROOT / "profiles" / "timers.yaml").read_text(), "profiles/timers.yaml")

VARIANTS = {
    "dual-pop": [],
    "dual-pop-static": [
        "sites.branch.routing={mode: static, static: kernel, ignore-linkdown: true}",
        "sites.plant.routing={mode: static+bfd}",
        "sites.dc.routing={mode: bgp, timers: 20/60, password: s3cret, ttl-security: 1, advertisement-interval: 5}",
    ],
    "dual-pop-active": [
        "cloud.between=ebgp",
        "cloud.pops.fra.nodes=2",
        "sites.branch.attach=[{pop: fra, via: isp1, role: active}, {pop: ams, via: isp2, role: active}]",
        "sites.branch.routing.underlay=any",
        "sites.plant.hosts=2",
        "sites.plant.routing={profile: azure-er, multihop: 2}",
        "sites.dc.hosts=2",
    ],
    "ring": ["ring.size=4"],
    "ring-ipv4": ["ring.size=3", "address-families=[ipv4]", "routing.bfd=off"],
    "triangle": [],
    "clos": ["clos.leaves=2"],
    "plain": [],
    "rfc7747-basic": [],
    "own-frr": [],
    "options": [],
    "mixed": [],
    "speakers": [],
    "announced": [],
    "bird": [],
    "gobgp": [],
    "ipsec": [],
    "ipsec-static": [
        "cloud.dpd=30",
        "cloud.pops.fra.nodes=2",
        "sites.branch.tunnel={type: ipsec, dpd: {delay: 5, retry: 4, tries: 5, backoff: 1.8}, rekey: 600, initiator: both, auth: certificate}",
        "sites.branch.routing={mode: static, underlay: any}",
        "sites.dc.routing={mode: bgp}",
    ],
    "ipv4-only": [],
    "ipv6-only": [],
    "weak": [],
    "mended": [],
}


@pytest.mark.parametrize("name", VARIANTS)
def test_plan(name: str, golden: Callable[[Path, str], None]) -> None:
    path = topology(name)
    text = path.read_text()
    source = str(path.relative_to(ROOT))
    files = {wanted: (path.parent / wanted).read_text() for wanted in wanted_files(text, source)}
    plan = compile_plan(load(text, source, PROFILES, VARIANTS[name], files))
    golden(HERE / name / "plan.json", json.dumps(encode(plan), indent=1, sort_keys=True) + "\n")


def topology(name: str) -> Path:
    """The one beside the plan; else what this is a variant of: 'dual-pop-static' is topologies/dual-pop.yaml."""
    own = HERE / name / "topology.yaml"
    return own if own.exists() else max((p for p in (ROOT / "topologies").glob("*.yaml") if name.startswith(p.stem)), key=lambda p: len(p.stem))
