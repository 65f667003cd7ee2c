"""Tables: colours by word, numbers to the right, nothing that pads the end of a line."""

import pytest

from labctl.cli.table import Table, plural, show, some, style


def test_a_cell_has_the_colour_of_its_first_word() -> None:
    assert style("Established") == "green"
    assert style("silent for 2.00 s") == "red"
    assert style("upstream") == ""


def test_numbers_stand_to_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    show(Table(("NAME", "N", "X"), (("a", "5", "–"), ("b", "123", "–"))))
    assert capsys.readouterr().out == "NAME    N  X\na       5  –\nb     123  –\n"


def test_words() -> None:
    assert plural(1, "node") == "1 node"
    assert plural(2, "prefix", "prefixes") == "2 prefixes"
    assert some(("a", "b", "c"), 2) == "a, b and 1 more"
