import pytest

from labctl.errors import RefusedError
from labctl.faults import Flap
from labctl.faults.link import MtuCut, SilentCut
from labctl.faults.node import NodeCrash
from labctl.faults.noop import Noop
from labctl.faults.session import SessionClear
from labctl.faults.spoken import spoken


def test_words_make_the_fault() -> None:
    assert spoken("silent-cut", "a-b", {}) == SilentCut("a-b")
    assert spoken("mtu-cut", "a-b", {"longer-than": "1200"}) == MtuCut("a-b", 1200)
    assert spoken("node-crash", "a", {"carrier": "lost"}) == NodeCrash("a", "lost")
    assert spoken("session-clear", "a:b", {"how": "soft"}) == SessionClear("a:b", "soft")
    assert spoken("noop", "", {}) == Noop()


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("silent-cuts", {}, "there is no fault 'silent-cuts'; did you mean silent-cut"),
        ("xyz", {}, "there are: link-down, carrier-loss"),
        ("silent-cut", {"carrier": "lost"}, "silent-cut has no option carrier; its options: none"),
        ("mtu-cut", {"size": "9"}, "mtu-cut has no option size; its options: longer-than"),
        ("mtu-cut", {"longer-than": "1k"}, "longer-than '1k'"),
        ("node-crash", {"carrier": "gone"}, "carrier 'gone': kept or lost"),
    ],
)
def test_words_that_are_none_are_refused(kind: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        spoken(kind, "a-b", options)


def test_a_train_has_a_length() -> None:
    flap = Flap(SilentCut("a-b"), period_ns=1000, duty=0.25, count=3)
    assert (flap.down_ns, flap.lasts_ns) == (250, 2250)
    assert flap.subject == "silent-cut a-b"


@pytest.mark.parametrize(("period", "duty", "count"), [(0, 0.5, 1), (1, 0.0, 1), (1, 1.0, 1), (1, 0.5, 0)])
def test_what_is_no_train_is_refused(period: int, duty: float, count: int) -> None:
    with pytest.raises(RefusedError, match="no train"):
        Flap(Noop(), period, duty, count)
