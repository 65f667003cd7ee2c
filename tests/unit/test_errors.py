"""What is said of several errors at once."""

from labctl.errors import LabError, cause


def test_of_nested_groups_the_first_error_that_says_what_it_is() -> None:
    said = LabError("r1: bgpd ended while starting")
    side_by_side = ExceptionGroup("a node", [ValueError("no error of ours"), said])
    assert cause(ExceptionGroup("nodes", [ExceptionGroup("a node", [side_by_side])])) is said
    assert cause(said) is said


def test_of_errors_that_are_none_of_ours_the_first() -> None:
    first = ValueError("first")
    assert cause(ExceptionGroup("", [first, OSError("second")])) is first
