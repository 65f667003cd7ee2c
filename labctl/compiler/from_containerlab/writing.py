"""A topology as a person would write it: a line a node, a line a link; a text of several lines as it is."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from labctl.compiler.text import scalar

_PLAIN: Final = re.compile(r"(?!.*: )[\w./][\w./:@+> -]*(?<![: ])", re.ASCII)


def written(topology: Mapping[str, Any], comment: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in (*(f"# {each}" for each in comment), *_lines(topology, "")))


def _lines(keys: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in keys.items():
        if isinstance(value, dict) and any(isinstance(each, dict) or _has_lines(each) for each in value.values()):
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {_flow(each)}" for each in value)
        elif _has_lines(value):
            yield f"{indent}{key}: |{'2' if value[0].isspace() else ''}"
            yield from (line and f"{indent}  {line}" for line in value.split("\n")[:-1])
        else:
            yield f"{indent}{key}: {_flow(value)}"


def _has_lines(value: Any) -> bool:
    """What cannot be written as it is has quotes instead."""
    return isinstance(value, str) and bool(re.fullmatch(r"(.*\n)*.*\S.*\n", value)) and re.sub("[\n\t]", "", value).isprintable()


def _flow(value: Any) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{key}: {_flow(each)}' for key, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case bool() | int():
            return json.dumps(value)
        case _ if _PLAIN.fullmatch(value) and scalar(value) == value:
            return str(value)
        case _:
            quoted = json.dumps(value, ensure_ascii=False)
            return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in quoted)
