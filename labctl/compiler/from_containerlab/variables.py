"""${X} and ${X:=default}, filled in as containerlab does it: in the text, before it is read as YAML."""

import re
from collections.abc import Mapping
from typing import Final

from labctl.errors import Problem

_VARIABLE: Final = re.compile(r"(?m)(?:^|(?<=\s))#.*|\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_]\w*)(?::?[-=](?P<default>[^}\n]*))?\}|(?P<bare>[A-Za-z_]\w*))")


def filled_in(text: str, source: str, variables: Mapping[str, str]) -> tuple[str, list[Problem]]:
    """One that has no value stands for itself, so that the rest can be read. On its line, the columns behind one that has are no longer the file's."""
    problems: list[Problem] = []

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        name = found["name"]
        if name is None:  # without braces and a value it is a shell's own, in a command
            return variables.get(found["bare"] or "") or found[0]
        known = variables.get(name) or found["default"]
        if known is None:
            line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
            hint = f"set it for this command ({name}=… labctl import …), or write ${{{name}:=…}}"
            problems.append(Problem(source, line, column, f"the variable {name} is not set and has no default", hint))
        return name if known is None else known

    return _VARIABLE.sub(value, text), problems
