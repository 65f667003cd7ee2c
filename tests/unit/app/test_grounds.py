"""What a run's cells are played on: an axis of the report as far as there is a choice, and no further."""

from labctl.app.run import Asked, Ground
from labctl.model.codec import decode, encode
from labctl.run.series import Settings
from labctl.scenario.base import Choices

SETTINGS = Settings(validation_ns=1, window_ns=2, repeats=0, jobs=None)
CHOICES = Choices({}, None, full=False, families=frozenset({"ipv4"}), options={})


def asked(runtimes: tuple[str, ...] = ("netns",), roots: tuple[str, ...] = ()) -> Asked:
    return Asked("failover", None, (), CHOICES, 3, 1, SETTINGS, None, runtimes, roots)


def axes(of: Asked) -> dict[str, tuple[tuple[str, str], ...]]:
    """By the ground's name."""
    return {ground.name: ground.axes for ground in of.grounds}


def test_who_names_nothing_plays_on_namespaces_with_the_usual_programs() -> None:
    assert Asked("failover", None, (), CHOICES, 3, 1, SETTINGS, None).grounds == (Ground("netns", None, several_runtimes=False, several_roots=False),)


def test_the_only_ground_is_no_axis() -> None:
    assert axes(asked()) == {"netns": ()}
    assert axes(asked(("containerlab",), ("trixie",))) == {"containerlab": ()}


def test_two_runtimes_are_an_axis() -> None:
    assert axes(asked(("netns", "containerlab"))) == {"netns": (("runtime", "netns"),), "containerlab": (("runtime", "containerlab"),)}


def test_two_roots_are_an_axis_on_which_the_host_is_called_host() -> None:
    grounds = asked(roots=("host", "trixie"))
    assert axes(grounds) == {"host": (("root", "host"),), "trixie": (("root", "trixie"),)}
    assert {ground.on for ground in grounds.grounds} == {"netns"}
    assert Ground("netns", None, several_runtimes=False, several_roots=True).axes == (("root", "host"),)


def test_every_root_is_played_on_every_runtime() -> None:
    grounds = axes(asked(("netns", "containerlab"), ("bookworm", "trixie")))
    assert list(grounds) == ["netns bookworm", "netns trixie", "containerlab bookworm", "containerlab trixie"]
    assert grounds["containerlab bookworm"] == (("runtime", "containerlab"), ("root", "bookworm"))


def test_a_run_that_is_resumed_is_played_on_the_same_grounds() -> None:
    before = asked(("netns", "containerlab"), ("host", "trixie"))
    assert decode(Asked, encode(before)) == before
