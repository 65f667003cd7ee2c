"""Ring, triangle and clos written out as plain nodes and links, and the flow that crosses each."""

from labctl.compiler.schema import Topology
from labctl.model.intent import Cable, FlowWanted, Path, Router, Session
from labctl.model.plan import Family

Shapes = tuple[tuple[Router, ...], tuple[Cable, ...], tuple[FlowWanted, ...]]

LEAF_ASN = 4_200_100_000
SPINE_ASN = 4_200_099_999
"""RFC 7938 5.2.1: one AS for all spines, one for each leaf, so that a path never goes leaf-spine-leaf-spine."""


def shapes(topology: Topology, families: tuple[Family, ...]) -> Shapes:
    nodes: list[Router] = []
    links: list[Cable] = []
    flows: list[FlowWanted] = []
    rings = [("ring", topology.ring.size)] if topology.ring else []
    if topology.triangle:
        rings.append(("triangle", 3))
    for kind, size in rings:
        names = [f"{'r' if kind == 'ring' else 't'}{i}" for i in range(1, size + 1)]
        nodes += (_router((kind,), name, None, 1) for name in names)
        links += (_cable((kind,), a, b, families) for a, b in zip(names, [*names[1:], names[0]], strict=True))
        flows.append(FlowWanted((kind,), names[0], names[size // 2]))
    if topology.clos:
        spines = [f"spine{i}" for i in range(1, topology.clos.spines + 1)]
        leaves = [f"leaf{i}" for i in range(1, topology.clos.leaves + 1)]
        nodes += (_router(("clos",), name, SPINE_ASN, 1) for name in spines)
        nodes += (_router(("clos",), name, LEAF_ASN + i, len(spines)) for i, name in enumerate(leaves))
        links += (_cable(("clos",), spine, leaf, families) for leaf in leaves for spine in spines)
        flows.append(FlowWanted(("clos",), leaves[0], leaves[-1]))
    return tuple(nodes), tuple(links), tuple(flows)


def _router(path: Path, name: str, asn: int | None, paths: int) -> Router:
    return Router(path, name, "frr", asn, (), (), paths, None)


def _cable(path: Path, a: str, b: str, families: tuple[Family, ...]) -> Cable:
    return Cable(path, a, b, Session(), True, False, (), families, 1500)
