"""The storyboard's own text, changed where it must be: comments, order of keys and everything else stay as written."""

import json
import re
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipeline.storyboard.yaml_text import children

PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
DIGITS = 6


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Characters [start, stop) of the text, and what stands there instead; `turn` keeps insertions in order."""

    start: int
    stop: int
    turn: int
    text: str


@dataclass(slots=True)
class Pages:
    """A storyboard's text and the changes to it. Not frozen: changes are gathered while it is gone through."""

    text: str
    changes: list[Change] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = [0, *(place + 1 for place, sign in enumerate(self.text) if sign == "\n")]

    def start(self, node: Node) -> int:
        """Give the character a node begins at."""
        return self._lines[node.start_mark.line] + int(node.start_mark.column)

    def end(self, node: Node) -> int:
        """Give the character after the last one a node is written with."""
        last = list(children(node))[-1:]
        if last and not node.flow_style:  # type: ignore[attr-defined]  # only collections have children
            return self.end(last[0])
        stop = self._lines[node.end_mark.line] + int(node.end_mark.column)
        if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
            begin = self.start(node)
            return begin + len(self.text[begin:stop].rstrip())
        return stop

    def line_start(self, place: int) -> int:
        """Give the character that the line of a place begins at."""
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        """Give the place of the line break after a place, or the end of the text."""
        found = self.text.find("\n", place)
        return len(self.text) if found < 0 else found

    def put(self, start: int, stop: int, text: str) -> None:
        """Put a text in the place of characters [start, stop)."""
        insort(self.changes, Change(start, stop, len(self.changes), text))

    def say(self, mapping: MappingNode, key: str, value: Any, instead: Sequence[str] = ()) -> None:
        """Say `key: value` in a mapping, where the key (or one it stands instead of) is, else at its end."""
        told = f"{key}: {flow(value)}"
        for known, node in mapping.value:
            if known.value in {key, *instead}:
                self.put(self.start(known), max(self.end(node), self.end(known) + 1), told)
                return
        if mapping.flow_style:
            self._into_braces(mapping, told)
        else:
            place = self.line_end(self.end(mapping))
            self.put(place, place, f"\n{' ' * mapping.value[0][0].start_mark.column}{told}")

    def _into_braces(self, mapping: MappingNode, told: str) -> None:
        brace = self.end(mapping) - 1
        before = self.text[:brace].rstrip()
        comma = "" if before.endswith(("{", ",")) else ","
        self.put(len(before), len(before), f"{comma}{'' if before.endswith('{') else ' '}{told}")

    def between(self, start: int, stop: int) -> str:
        """Give characters [start, stop) as they read with the changes made."""
        parts, place = [], start
        for change in self.changes[bisect_left(self.changes, start, key=lambda one: one.start) :]:
            if change.stop > stop:
                break
            parts += [self.text[place : change.start], change.text]
            place = change.stop
        return "".join([*parts, self.text[place:stop]])


def flow(value: Any) -> str:
    """Write a value on one line, as YAML 1.2 reads it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Fraction):
        return decimal(value)
    if isinstance(value, str) and (not PLAIN_WORD.fullmatch(value) or value.lower() in WORDS):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def decimal(value: Fraction) -> str:
    """Write a number with at most six decimals."""
    scaled = round(abs(value) * 10**DIGITS)
    whole, below = divmod(scaled, 10**DIGITS)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole}.{below:0{DIGITS}d}".rstrip("0").rstrip(".")


# ---------------------------------------------------------------- entries


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of `shots` as runs of characters: [starts[n], starts[n + 1]) is entry n with the remarks above it."""

    starts: tuple[int, ...]
    indent: str


def entries(pages: Pages, shots: SequenceNode) -> Entries | None:
    """Find the entries of the shots; None where they are not written one below the other."""
    if shots.flow_style or not shots.value:
        return None
    column = shots.start_mark.column
    dashes = [_dash(pages, node, column) for node in shots.value]
    ends = [pages.line_end(pages.end(node)) + 1 for node in shots.value]
    if any(dash is None for dash in dashes) or any(
        one < other for other, one in zip(ends, dashes[1:], strict=False) if one is not None
    ):
        return None
    places = [dash for dash in dashes if dash is not None]
    key = pages.text.rfind("shots", 0, places[0])
    floors = [pages.line_end(key) + 1, *ends]
    starts = [_with_remarks(pages, dash, floor) for dash, floor in zip(places, floors, strict=False)]
    return Entries((*starts, min(ends[-1], len(pages.text))), " " * column)


def _dash(pages: Pages, node: Node, column: int) -> int | None:
    """Give the start of the line on which an entry's dash stands."""
    place = pages.line_start(pages.start(node))
    while True:
        line = pages.text[place : pages.line_end(place)]
        if line[column : column + 1] == "-" and not line[:column].strip():
            return place
        if not place or (
            line.strip() and not line.strip().startswith("#") and pages.start(node) > pages.line_end(place)
        ):
            return None
        place = pages.line_start(place - 1)


def _with_remarks(pages: Pages, dash: int, floor: int) -> int:
    """Take the comment lines right above an entry with it."""
    place = dash
    while place > floor:
        above = pages.line_start(place - 1)
        if above < floor or not pages.text[above:place].strip().startswith("#"):
            break
        place = above
    return place


def arranged(pages: Pages, where: Entries, order: Sequence[int | str]) -> str:
    """Give the whole text with its entries in a new order; a text among them is a new entry."""
    runs = [pages.between(start, stop) for start, stop in pairwise(where.starts)]
    gap = _gap(runs[0]) if len(runs) > 1 else "\n"
    bodies = []
    for number, one in enumerate(order):
        run = runs[one] if isinstance(one, int) else f"{where.indent}- {one}\n"
        kept = gap if isinstance(one, str) or one == len(runs) - 1 else _gap(run)
        bodies.append(run.rstrip() + ("\n" if number == len(order) - 1 else kept))
    first, last = where.starts[0], where.starts[-1]
    return pages.between(0, first) + "".join(bodies) + pages.between(last, len(pages.text))


def _gap(run: str) -> str:
    return run[len(run.rstrip()) :] or "\n"


def rewritten(values: Mapping[str, Any]) -> str:
    """Write a whole storyboard anew, where its own text cannot be changed: values stay, comments go."""
    dumped: str = yaml.dump(dict(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return dumped


class _Dumper(yaml.SafeDumper):  # a class because PyYAML registers representers on one
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _number(dumper: yaml.SafeDumper, value: Fraction) -> ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", decimal(value))


def _text(dumper: yaml.SafeDumper, value: str) -> ScalarNode:
    style = None if re.fullmatch(r"[^\W\d][\w ]*", value) and value.lower() not in WORDS else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(Fraction, _number)
_Dumper.add_representer(str, _text)
