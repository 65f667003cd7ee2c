"""Several releases in one lab: the usual one is what most nodes run."""

from labctl.model.codec import decode, encode
from labctl.programs.base import NONE, Versions, of_nodes
from tests.unit.programs.small_plans import FRR_8, FRR_10


def test_most_nodes_run_the_usual_one() -> None:
    has = of_nodes({"a": FRR_10, "b": FRR_8, "c": FRR_10})
    assert (has.frr, has.apart) == (FRR_10.frr, (("b", FRR_8),))
    assert [has.of(node).frr for node in ("a", "b", "c")] == [FRR_10.frr, FRR_8.frr, FRR_10.frr]
    assert has.releases == (FRR_10.frr, FRR_8.frr)
    assert decode(Versions, encode(has)) == has


def test_one_that_no_node_runs_is_in_no_lab() -> None:
    assert of_nodes({"a": FRR_10}).releases == (FRR_10.frr,)
    assert of_nodes({}) == NONE
