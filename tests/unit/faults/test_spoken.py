import pytest

from labctl.errors import RefusedError
from labctl.faults import MENU, Flap
from labctl.faults.link import MtuCut, SilentCut
from labctl.faults.node import NodeCrash
from labctl.faults.noop import Noop
from labctl.faults.offered import KINDS
from labctl.faults.session import SessionClear
from labctl.faults.spoken import spoken


def test_every_fault_of_the_menu_says_what_it_is_done_to() -> None:
    assert KINDS.keys() == MENU.keys()


def test_words_make_the_fault() -> None:
    assert spoken("silent-cut", "a-b", {}) == SilentCut("a-b")
    assert spoken("mtu-cut", "a-b", {"longer-than": "1200"}) == MtuCut("a-b", 1200)
    assert spoken("node-crash", "a", {"carrier": "lost"}) == NodeCrash("a", "lost")
    assert spoken("session-clear", "a:b", {"how": "soft"}) == SessionClear("a:b", "soft")
    assert spoken("noop", "", {}) == Noop()


def test_a_train_is_made_of_another_fault_and_passes_its_options_on() -> None:
    options = {"fault": "mtu-cut", "longer-than": "1200", "period": "300ms", "duty": "0.25", "count": "3"}
    assert spoken("flap", "a-b", options) == Flap(MtuCut("a-b", 1200), 300_000_000, 0.25, 3)
    assert spoken("flap", "a-b", {"fault": "silent-cut"}) == Flap(SilentCut("a-b"))


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("silent-cuts", {}, "there is no fault 'silent-cuts'; did you mean 'silent-cut'"),
        ("xyz", {}, "there is no fault 'xyz'; known: backbone-cut, bfd-only, bgp-only"),
        ("silent-cut", {"carrier": "lost"}, "silent-cut has no option carrier; its options: none"),
        ("silent-cut", {"fault": "link-down"}, "silent-cut has no option fault; its options: none"),
        ("mtu-cut", {"size": "9"}, "mtu-cut has no option size; its options: longer-than"),
        ("mtu-cut", {"period": "1s"}, "mtu-cut has no option period; its options: longer-than"),
        ("mtu-cut", {"longer-than": "1k"}, "longer-than '1k': how many bytes of IP packet still pass, 1 to 65535"),
        ("node-crash", {"carrier": "gone"}, "carrier 'gone': kept or lost"),
        ("flap", {}, "flap repeats another fault: say which"),
        ("flap", {"fault": "flap"}, "flap repeats another fault: say which"),
        ("flap", {"fault": "silent-cut", "how": "hard"}, "silent-cut has no option how; its options: none"),
        ("flap", {"fault": "silent-cut", "period": "2"}, "period '2': from one fall to the next, a number and a unit: 300ms, 2s"),
        ("flap", {"fault": "silent-cut", "duty": "half"}, "duty 'half': how much of a period it is down, between 0 and 1"),
        ("flap", {"fault": "silent-cut", "duty": "2"}, "no train: "),
        ("flap", {"fault": "silent-cut", "count": "often"}, "count 'often': how many falls"),
    ],
)
def test_words_that_are_none_are_refused(kind: str, options: dict[str, str], words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        spoken(kind, "a-b", options)
    assert words in str(refused.value)


def test_a_fault_must_know_what_to_break() -> None:
    with pytest.raises(RefusedError, match="silent-cut needs to know what to break: LINK"):
        spoken("silent-cut", "", {})


def test_a_train_has_a_length() -> None:
    flap = Flap(SilentCut("a-b"), period_ns=1000, duty=0.25, count=3)
    assert (flap.down_ns, flap.lasts_ns) == (250, 2250)
    assert flap.subject == "silent-cut a-b"


@pytest.mark.parametrize(("period", "duty", "count"), [(0, 0.5, 1), (1, 0.0, 1), (1, 1.0, 1), (1, 0.5, 0)])
def test_what_is_no_train_is_refused(period: int, duty: float, count: int) -> None:
    with pytest.raises(RefusedError, match="no train"):
        Flap(Noop(), period, duty, count)
