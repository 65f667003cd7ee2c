"""From words to a fault, and what is refused on the way."""

import pytest

from labctl.app.fault import build
from labctl.app.inject import lasts_ns
from labctl.app.subjects import KINDS
from labctl.errors import RefusedError
from labctl.faults import MENU, Flap
from labctl.faults.link import MtuCut, SilentCut


def test_every_fault_of_the_menu_says_what_it_is_done_to() -> None:
    assert KINDS.keys() == MENU.keys()


def test_options_that_were_not_given_keep_their_defaults() -> None:
    assert build("mtu-cut", "a-b", {"longer_than": None}) == MtuCut("a-b")
    assert build("mtu-cut", "a-b", {"longer_than": 1300}) == MtuCut("a-b", 1300)


def test_flap_wraps_another_fault() -> None:
    made = build("flap", "a-b", {"period_ns": 1_000, "count": 3, "duty": 0.25}, inner="silent-cut")
    assert made == Flap(SilentCut("a-b"), 1_000, 0.25, 3)
    assert lasts_ns(made) == 2_250


@pytest.mark.parametrize(
    ("kind", "subject", "options", "inner", "said"),
    [
        ("silnt-cut", "a-b", {}, None, "there is no fault 'silnt-cut'; did you mean 'silent-cut'"),
        ("silent-cut", "a-b", {"how": "hard"}, None, "silent-cut has no option --how; its options: none"),
        ("mtu-cut", "a-b", {"period_ns": 1}, None, "mtu-cut has no option --period; its options: --longer-than"),
        ("silent-cut", "", {}, None, "silent-cut needs to know what to break: labctl inject silent-cut LINK"),
        ("flap", "a-b", {}, None, "flap repeats another fault"),
        ("flap", "a-b", {}, "flap", "flap repeats another fault"),
        ("silent-cut", "a-b", {}, "link-down", "--fault belongs to flap"),
    ],
)
def test_what_makes_no_sense_is_refused(kind: str, subject: str, options: dict[str, object], inner: str | None, said: str) -> None:
    with pytest.raises(RefusedError) as refused:
        build(kind, subject, options, inner)
    assert said in str(refused.value)


def test_noop_needs_no_subject() -> None:
    assert build("noop", "", {}).subject == ""
