"""Keys that the contract knows and whose effect is not built yet: told, never silently ignored."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.places import Step, join
from pipeline.storyboard.schema import LATER, Schema, resolved, schema

Steps = tuple[Step, ...]
Finder = Callable[[Any, Steps], Iterator[Steps]]


def warn_of_later_keys(board: Mapping[str, Any], ledger: Ledger) -> None:
    """Warn once for each key that is not yet in effect, at its first place."""
    seen: dict[str, list[str]] = {}
    for steps in _whole()(board, ()):
        path = join(steps)
        seen.setdefault(re.sub(r"\[\d+\]", "[]", path), []).append(path)
    for paths in seen.values():
        more = (
            f" (and in {len(paths) - 1} more places)" if len(paths) > 2 else f" (and {paths[1]})" if paths[1:] else ""
        )
        ledger.doubt(paths[0], f"not yet in effect; it is kept and changes nothing{more}")


@lru_cache(maxsize=1)
def _whole() -> Finder:
    finder = _finder(schema())
    assert finder is not None, "the contract has keys that are not yet in effect"
    return finder


def _finder(part: Schema) -> Finder | None:
    """Compile a search for later keys in values of `part`; None where there can be none."""
    part = resolved(part)
    if part.get(LATER):
        return lambda _, steps: iter((steps,))
    if "anyOf" in part:
        return _in_branches([(branch, _finder(branch)) for branch in map(resolved, part["anyOf"])])
    if "properties" in part:
        return _in_properties({key: _finder(below) for key, below in part["properties"].items()})
    below: Any = part.get("items", part.get("additionalProperties"))
    return _in_each(_finder(below)) if isinstance(below, dict) else None


def _in_branches(branches: list[tuple[Schema, Finder | None]]) -> Finder | None:
    kinds: dict[str, type] = {"string": str, "array": list, "object": dict}
    finders = [(kinds[branch["type"]], finder) for branch, finder in branches if finder]

    def find(value: Any, steps: Steps) -> Iterator[Steps]:
        for kind, finder in finders:
            if isinstance(value, kind):
                yield from finder(value, steps)

    return find if finders else None


def _in_properties(below: Mapping[str, Finder | None]) -> Finder | None:
    finders = {key: finder for key, finder in below.items() if finder}

    def find(value: Any, steps: Steps) -> Iterator[Steps]:
        if isinstance(value, dict):
            for key in [key for key in value if key in finders]:
                yield from finders[key](value[key], (*steps, key))

    return find if finders else None


def _in_each(finder: Finder | None) -> Finder | None:
    if finder is None:
        return None

    def find(value: Any, steps: Steps) -> Iterator[Steps]:
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, below in pairs:
            yield from finder(below, (*steps, step))

    return find
