"""YAML text to plain data and the place of every part of it, without YAML's surprises.

Scalars are read by the core rules of YAML 1.2 and nothing else, whatever a %YAML line says: `no`, `on` and `1:30` are text, `010` is text.
Anything that would make the file mean something else than it seems to (duplicate keys, merge keys, tags, exploding aliases) is a problem.
"""

import re
from dataclasses import dataclass, field
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from labctl.compiler.complaint import ANY
from labctl.errors import Problem
from labctl.model.intent import Path, Place

LARGEST = 50_000
"""Parts of a file once its aliases are followed: far above any lab, far below what hurts."""

_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str", "seq", "map", "timestamp", "merge", "value")}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None, "true": True, "True": True, "false": False, "False": False}


@dataclass(slots=True)
class Document:
    """What reading gives. `data` None: it could not be read at all; `broken` are the parts that may not mean what was read."""

    data: dict[str, Any] | None = None
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)


class _TooLargeError(Exception):
    pass


def read(text: str, source: str) -> Document:
    """Never raises for what is in `text`: what is wrong is in `problems`, and `data` holds what could be read."""
    document = Document()
    try:
        roots = list(YAML(typ="safe", pure=True).compose_all(text))
        if not roots:
            document.problems.append(Problem(source, 1, 1, "the file is empty", "a lab needs at least `name:` and `nodes:` or `cloud:`"))
        elif len(roots) > 1:
            mark = roots[1].start_mark
            document.problems.append(_at(source, mark, "a second document begins here (---)", "one file describes one lab: use two files"))
        else:
            _Walk(document, source).top(roots[0])
    except RecursionError:
        document.problems.append(Problem(source, 1, 1, "nested too deeply to be a lab"))
    except _TooLargeError:
        hint = "aliases that contain aliases grow exponentially: write the values out"
        document.problems.append(Problem(source, 1, 1, f"more than {LARGEST} values once the aliases (*name) are followed", hint))
    except MarkedYAMLError as wrong:
        document.problems.append(_syntax(source, wrong))
    except YAMLError as wrong:
        document.problems.append(Problem(source, 1, 1, f"this is no text file: {str(wrong).splitlines()[0]}"))
    return document


def scalar(text: str) -> Any:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


class _Walk:
    def __init__(self, document: Document, source: str) -> None:
        self.document = document
        self.source = source
        self.seen = 0
        self.open: list[int] = []

    def top(self, node: Node) -> None:
        if isinstance(node, MappingNode):
            self.document.data = cast(dict[str, Any], self.value(node, ()))
        elif isinstance(node, ScalarNode) and node.value == "":
            self.say(node, "the file is empty", "a lab needs at least `name:` and `nodes:` or `cloud:`")
        else:
            self.say(node, "a lab is a set of keys (`name: …`), this is not", None)

    def say(self, node: Node, message: str, hint: str | None, broken: Path = ()) -> None:
        self.document.problems.append(_at(self.source, node.start_mark, message, hint))
        self.document.broken.add(broken)

    def value(self, node: Node, path: Path) -> Any:
        self.seen += 1
        if self.seen > LARGEST:
            raise _TooLargeError
        mark = node.start_mark
        # A literal block begins on the line after its '|'.
        line = mark.line + 1 + (isinstance(node, ScalarNode) and node.style in ("|", ">"))
        self.document.values[path] = Place(self.source, line, 1 if line != mark.line + 1 else mark.column + 1)
        if str(node.tag) not in _TAGS:
            self.say(node, f"the YAML tag {node.tag} means nothing here", "remove it", path)
        if isinstance(node, ScalarNode):
            return scalar(node.value) if node.style is None else node.value
        if id(node) in self.open:
            self.say(node, f"&{node.anchor} contains itself", "write the values out", path)
            return None
        self.open.append(id(node))
        data = self.mapping(node, path) if isinstance(node, MappingNode) else self.sequence(cast(SequenceNode, node), path)
        self.open.pop()
        return data

    def sequence(self, node: SequenceNode, path: Path) -> list[Any]:
        return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                self.say(key, "a key must be a plain word", "did you forget quotes around braces or brackets?", (*path, ANY))
                continue
            name = key.value
            if name == "<<" and key.style is None:
                self.say(key, "merge keys (<<) are not supported", "write the values out, or use an alias for the whole value", (*path, ANY))
            elif name in first:
                # Which of the two is meant is not known, but that there is something of this name is.
                inside = (ANY,) if isinstance(item, MappingNode) else ()
                self.say(key, f"'{name}' is written twice", f"first on line {first[name]}: keep one of them", (*path, name, *inside))
            else:
                first[name] = key.start_mark.line + 1
                self.document.keys[*path, name] = _place(self.source, key.start_mark)
                found[name] = self.value(item, (*path, name))
                if found[name] is None:
                    # Nothing has no place of its own: YAML would put it on the next line.
                    self.document.values[*path, name] = self.document.keys[*path, name]
        return found


def _place(source: str, mark: Any) -> Place:
    return Place(source, mark.line + 1, mark.column + 1)


def _at(source: str, mark: Any, message: str, hint: str | None) -> Problem:
    return Problem(source, mark.line + 1, mark.column + 1, message, hint)


_SYNTAX = (
    (r"found character '\\t'", "a tab at the beginning of a line or value", "YAML indents with spaces only"),
    (r"mapping values are not allowed here", "a second `key: value` where one value was expected", "indent it less or more, or quote text that has ': ' in it"),
    (r"expected ',' or '([\]}])', but got '<stream end>'", "a bracket is opened but never closed", "add '{1}'"),
    (r"found unexpected end of stream", "a quote is opened but never closed", None),
    (r"found undefined alias '(.*)'", "*{1} refers to nothing", "define it first with &{1}, or quote the text if it just begins with *"),
    (r"found character '(.)' that cannot start any token", "a value cannot begin with {1}", "put quotes around it"),
    (r"could not find expected ':'", "a key without its ':'", "write `key: value`"),
    (r"expected <block end>, but found", "this line is indented differently from its neighbours", "line it up with the lines above"),
)


def _syntax(source: str, wrong: MarkedYAMLError) -> Problem:
    mark = wrong.problem_mark or wrong.context_mark
    said = str(wrong.problem or wrong.context or "not YAML").replace("\t", "\\t")
    for pattern, message, hint in _SYNTAX:
        found = re.search(pattern, said)
        if found:
            part = (found[0], *found.groups())
            # At the end of the file the mark is past the last line: the place where the thing was opened helps more.
            opened = wrong.context_mark if "never closed" in message and wrong.context_mark else mark
            return _at(source, opened, message.format(*part), hint.format(*part) if hint else None)
    return _at(source, mark, f"not YAML: {said}", None) if mark else Problem(source, 1, 1, f"not YAML: {said}")
