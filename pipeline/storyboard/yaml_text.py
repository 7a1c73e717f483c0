"""YAML 1.2 core, read safely: nodes with their places, and plain values with exact numbers.

PyYAML composes the nodes (its C parser where there is one); depth is counted as they are composed, aliases before
they are followed, and no tag ever constructs anything.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # the same methods, in Python

MOST_DEEP = 64
MOST_NODES = 2_000_000
ALIASES_GROW = 20

PLAIN, QUOTED, SEQUENCE, MAPPING = "plain", "quoted", "sequence", "mapping"
TEXT_TAG = "tag:yaml.org,2002:str"

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,39})")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]{1,40}|(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,2})?")
_OTHER_BASE = re.compile(r"0(?:x[0-9a-fA-F]{1,16}|o[0-7]{1,20})")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{
        word: float(word.replace(".", ""))
        for word in (".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN")
    },
}


class TooDeepError(Exception):
    """Nesting beyond any storyboard; carries the line and column where it went too far."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line = line
        self.column = column


class _Composer(_Loader):  # a class because PyYAML's hooks are methods
    depth = 0

    def descend_resolver(self, current_node: Node | None, current_index: Any) -> None:  # noqa: ARG002 - PyYAML's signature
        self.depth += 1
        if self.depth > MOST_DEEP:
            mark = current_node.start_mark if current_node else None
            raise TooDeepError(mark.line + 1 if mark else 1, mark.column + 1 if mark else 1)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:  # noqa: ARG002 - PyYAML's signature
        if kind is ScalarNode:
            return PLAIN if implicit[0] else QUOTED
        return MAPPING if kind is MappingNode else SEQUENCE


def compose(text: str) -> Node | None:
    """Compose the nodes of one document; None when there is only white space or comments.

    Raises:
        yaml.YAMLError: not YAML. TooDeepError: nested beyond 64 levels.
    """
    loader = _Composer(text)
    try:
        node: Node | None = loader.get_single_node()
    finally:
        loader.dispose()
    return node


def grows_too_much(root: Node) -> bool:
    """Tell whether aliases would make the document endless, or far larger than what is written."""
    sizes: dict[int, int] = {}
    endless = _measure(root, sizes, set())
    written = len(sizes)
    return endless or sizes[id(root)] > min(MOST_NODES, ALIASES_GROW * written + 10_000)


def _measure(node: Node, sizes: dict[int, int], open_nodes: set[int]) -> bool:
    """Fill `sizes` with each node's expanded size; True when a node contains itself."""
    if id(node) in open_nodes:
        return True
    if id(node) in sizes:
        return False
    open_nodes.add(id(node))
    total = 1
    for child in children(node):
        if _measure(child, sizes, open_nodes):
            return True
        total += sizes[id(child)]
    open_nodes.discard(id(node))
    sizes[id(node)] = total
    return False


def children(node: Node) -> Iterator[Node]:
    """Give a node's own nodes, keys before their values."""
    if isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair
    elif isinstance(node, SequenceNode):
        yield from node.value


class Values:
    """Makes plain values of nodes and keeps what was wrong with them: a class because the two go together.

    `faults` holds (node, message); what is at the nodes of `unread` has no value. Numbers are int or Fraction,
    `.nan` and `.inf` are float.
    """

    def __init__(self) -> None:
        self.faults: list[tuple[Node, str]] = []
        self.unread: list[Node] = []
        self._plain: dict[str, Any] = dict(_WORDS)

    def of(self, node: Node) -> Any:
        """Make the value of a node."""
        tag = node.tag
        if tag == PLAIN:
            text = node.value
            known = self._plain.get(text, self)
            return self._number(text) if known is self else known
        if tag == MAPPING:
            return self._mapping(node)
        if tag == SEQUENCE:
            of = self.of
            return [of(child) for child in node.value]
        if tag not in (QUOTED, TEXT_TAG):
            self._refuse(node, _tag_fault(tag))
        return node.value if isinstance(node, ScalarNode) else None

    def _mapping(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag != PLAIN and not self._is_key(key):
                continue
            found[key.value] = self.of(value)
        if len(found) != len(node.value):
            self._find_twice(node)
        return found

    def _is_key(self, key: Node) -> bool:
        if key.tag in (QUOTED, TEXT_TAG):
            return True
        fault = "a key must be text; text that begins with { or [ must stand in quotes"
        self._refuse(key, fault if not isinstance(key, ScalarNode) else _tag_fault(key.tag))
        return False

    def _refuse(self, node: Node, fault: str) -> None:
        self.faults.append((node, fault))
        self.unread.append(node)

    def _find_twice(self, node: Node) -> None:
        first: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                continue
            if key.value in first:
                fault = f"`{key.value}` is here twice, first in line {first[key.value]}; keep one"
                self.faults.append((key, fault))
            first.setdefault(key.value, key.start_mark.line + 1)

    def _number(self, text: str) -> Any:
        value: Any = text
        if _INTEGER.fullmatch(text):
            value = int(text)
        elif _DECIMAL.fullmatch(text):
            value = Fraction(text if not text.endswith(".") else text[:-1])
        elif _OTHER_BASE.fullmatch(text):
            value = int(text, 0)
        self._plain[text] = value
        return value


def _tag_fault(tag: str) -> str:
    name = tag.replace("tag:yaml.org,2002:", "!!")
    if "python" in name:
        return f"{name} is a tag that would run code; a storyboard has none. Remove it"
    return f"the tag {name} means nothing in a storyboard; remove it (text is text, numbers are numbers)"
