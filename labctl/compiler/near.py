"""Which known name somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def near(word: str, known: Iterable[str]) -> list[str]:
    """At most two, the nearest first."""
    return get_close_matches(word, sorted(set(known)), n=2, cutoff=0.6)


def meant(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known name; with none near, all of them (if they fit in a line)."""
    names = sorted(set(known))
    if not names:
        return "there is none yet"
    close = near(word, names)
    if close:
        return "did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    listed = ", ".join(names[:20])
    return f"known: {listed}" + (", …" if len(names) > 20 else "")
