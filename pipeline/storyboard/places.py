"""Where things stand: paths such as `shots[2].camera` and their lines and columns."""

import re
from collections.abc import Iterator, Mapping, Sequence

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipeline.storyboard.yaml_text import compose

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")

Step = str | int

At = str | Sequence[Step]
"""A path, or its steps where a key may hold dots."""


def join(steps: Sequence[Step]) -> str:
    """Write steps as a path: `shots[2].camera`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def split(path: str) -> list[Step]:
    """Read a path back into its steps."""
    return [int(index) if index else key for index, key in _STEP.findall(path)]


def _steps(at: At) -> Sequence[Step]:
    return split(at) if isinstance(at, str) else at


class Places:
    """Finds the place of a path. The nodes are composed again when they are first asked for and not kept at hand.

    `moved` holds what was laid over the storyboard: path there -> path in the file.
    A class because a storyboard of ten thousand shots has a million nodes, worth keeping only while it is read.
    """

    def __init__(self, text: str, root: Node | None = None) -> None:
        self.text = text
        self.moved: Mapping[tuple[Step, ...], tuple[Step, ...]] = {}
        self._root = root

    def written(self, at: At) -> Sequence[Step]:
        """Give where a value really stands: in a profile or version, when one of them laid it over the rest.

        What was written in short stands where the short form does: a list's only entry where there is no list.
        """
        steps = _steps(at)
        for count in range(len(steps), 0, -1) if self.moved else ():
            origin = self.moved.get(tuple(steps[:count]))
            if origin is not None:
                steps = (*origin, *steps[count:])
                break
        return _in_short(self.root, steps)

    def path(self, path: str) -> str:
        """Give the path, in the file, of what stands at a path of the storyboard as it is understood."""
        return join(self.written(path))

    def forget(self) -> None:
        """Let the nodes go; a later question composes them again."""
        self._root = None

    def of(self, at: At) -> tuple[int, int]:
        """Give line and column, from 1, of the value at a path, or of the nearest thing above it that is written."""
        return _start(self._walk(self.written(at))[1])

    def of_key(self, at: At) -> tuple[int, int]:
        """Give line and column, from 1, of the key at the end of a path."""
        key, value = self._walk(self.written(at))
        return _start(key or value)

    def steps_to(self, node: Node) -> list[Step]:
        """Find the steps that lead to a node (or to the value of a key node)."""
        return next(_search(self.root, node, []), [])

    @property
    def root(self) -> Node | None:
        """The document's node."""
        if self._root is None:
            self._root = compose(self.text)
        return self._root

    def _walk(self, steps: Sequence[Step]) -> tuple[Node | None, Node | None]:
        key, node = None, self.root
        for step in steps:
            below = _below(node, step)
            if below is None:
                return None, node
            key, node = below
        return key, node


def _below(node: Node | None, step: Step) -> tuple[Node | None, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def _in_short(node: Node | None, steps: Sequence[Step]) -> list[Step]:
    """Leave out the steps that only the full form of what is written has."""
    kept: list[Step] = []
    for place, step in enumerate(steps):
        if isinstance(node, ScalarNode) and node.value:
            break
        if isinstance(node, MappingNode) and isinstance(step, int):
            continue
        kept.append(step)
        below = _below(node, step)
        if below is None:
            return [*kept, *steps[place + 1 :]]
        node = below[1]
    return kept


def _search(here: Node | None, wanted: Node, steps: list[Step]) -> Iterator[list[Step]]:
    if here is wanted:
        yield steps
    elif isinstance(here, MappingNode):
        for key, value in here.value:
            if key is wanted:
                yield [*steps, str(key.value)] if isinstance(key.value, str) else steps
            yield from _search(value, wanted, [*steps, str(key.value)])
    elif isinstance(here, SequenceNode):
        for index, child in enumerate(here.value):
            yield from _search(child, wanted, [*steps, index])


def _start(node: Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)
