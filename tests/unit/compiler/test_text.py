"""YAML is read by the rules of 1.2 only, and no text makes the reader fall over."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from labctl.compiler import load
from labctl.compiler.text import read, scalar
from labctl.errors import InputError


def test_scalars() -> None:
    words = {"no": "no", "on": "on", "yes": "yes", "1:30": "1:30", "010": "010", "0x10": "0x10", "1e3": "1e3", "12": 12, "-3": -3, "true": True, "~": None}
    assert {word: scalar(word) for word in words} == words


def test_quoted_is_text() -> None:
    assert read("a: '12'\nb: \"true\"\n", "f").data == {"a": "12", "b": "true"}


def test_an_alias_is_its_value() -> None:
    document = read("a: &x [1, 2]\nb: *x\n", "f")
    assert document.data == {"a": [1, 2], "b": [1, 2]} and not document.problems


def test_places_count_from_one() -> None:
    document = read("a:\n  b: 3\nc: |\n  text\n", "f")
    assert (document.keys["a", "b"].line, document.keys["a", "b"].column) == (2, 3)
    assert (document.values["a", "b"].line, document.values["a", "b"].column) == (2, 6)
    assert document.values["c",].line == 4


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("abn:-[]{}&*!|>'\"#%@` \n\t012<,?~")))
def test_any_text_is_read_or_refused(text: str) -> None:
    read(text, "f")


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["r1", "fra", "3/9", "r1-r2", ""]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["cloud", "pops", "sites", "nodes", "links", "ring", "attach"]), inner, max_size=3)
        ),
        max_leaves=12,
    ),
    st.sampled_from(["cloud", "sites", "nodes", "links", "ring", "routing", "pools", "flows", "carriers", "clos", "address-families"]),
)
def test_any_value_anywhere_is_taken_or_refused(value: object, key: str) -> None:
    """Never another exception than InputError, however odd the shape."""
    try:
        load(f"name: lab\n{key}: {json.dumps(value)}\n", "f", {})
    except InputError as refused:
        assert refused.problems
