"""The contract (schemas/storyboard.schema.json) and a fast way to accept what obeys it.

`jsonschema` words every error; ten thousand shots that are right never meet it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]
Accepts = Callable[[Any], bool]

LATER = "x-later"
"""Marks a key whose effect is not built yet."""

CURE = "x-cure"
"""What to write where another kind of value was written."""

_ANNOTATIONS = {"description", "examples", "title", "patternErrorMessage", LATER, CURE, "$schema", "$defs"}


@lru_cache(maxsize=1)
def schema() -> Schema:
    """Read the contract: from the wheel (pipeline/schemas), or beside pipeline/ in a checkout."""
    name = "schemas/storyboard.schema.json"
    room = Path(__file__).resolve().parent.parent
    places = (room / name, room.parent / name)
    data: Schema = json.loads(next(one for one in places if one.is_file()).read_text(encoding="utf-8"))
    return data


def resolved(part: Schema) -> Schema:
    """Follow `$ref`, keeping the words that stand beside it."""
    reference = part.get("$ref")
    if reference is None:
        return part
    return {
        **resolved(schema()["$defs"][reference.rsplit("/", 1)[1]]),
        **{k: v for k, v in part.items() if k != "$ref"},
    }


def is_number(value: Any) -> bool:
    """Tell whether a value is an exact number (true and false are none, nor is infinity)."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """Tell whether a value is a whole number; 3.0 is one."""
    return is_number(value) and Fraction(value).denominator == 1


_TYPES: dict[str, Accepts] = {
    "string": lambda value: isinstance(value, str),
    "number": is_number,
    "integer": is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


@lru_cache(maxsize=256)
def acceptor(name: str) -> Accepts:
    """Compile definition `name` of the contract ("" = the whole) into a test that says yes to what obeys it."""
    return _compile(schema()["$defs"][name] if name else schema())


def _compile(part: Schema) -> Accepts:
    tests = [_TESTS[word](value, part) for word, value in part.items() if word in _TESTS]
    unknown = part.keys() - _TESTS.keys() - _ANNOTATIONS - {"patternErrorMessage", "additionalProperties", "required"}
    assert not unknown, f"the contract uses {unknown}, which the fast path does not know"
    if len(tests) == 1:
        return tests[0]
    return lambda value: all(test(value) for test in tests)


def _type(names: Any, _: Schema) -> Accepts:
    kinds = [_TYPES[name] for name in ([names] if isinstance(names, str) else names)]
    return kinds[0] if len(kinds) == 1 else lambda value: any(kind(value) for kind in kinds)


def _reference(target: str, _: Schema) -> Accepts:
    return acceptor(target.rsplit("/", 1)[1])


def _any_of(parts: list[Schema], _: Schema) -> Accepts:
    tests = [_compile(part) for part in parts]
    return lambda value: any(test(value) for test in tests)


def _same(value: Any, allowed: Any) -> bool:
    return bool(value == allowed) and isinstance(value, bool) == isinstance(allowed, bool)


def _pattern(pattern: str, _: Schema) -> Accepts:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _properties(properties: Mapping[str, Schema], part: Schema) -> Accepts:
    tests = {key: _compile(below) for key, below in properties.items()}
    required = frozenset(part.get("required", ()))
    extra = part.get("additionalProperties", True)

    def accepts(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        if not required <= value.keys():
            return False
        for key, below in value.items():
            test = tests.get(key)
            if not (extra if test is None else test(below)):
                return False
        return True

    return accepts


def _extra(extra: Any, part: Schema) -> Accepts:
    if isinstance(extra, bool) or "properties" in part:
        return lambda _: True
    test = _compile(extra)
    return lambda value: not isinstance(value, dict) or all(test(below) for below in value.values())


def _names(part: Schema, _: Schema) -> Accepts:
    test = _compile(part)
    return lambda value: not isinstance(value, dict) or all(test(key) for key in value)


def _items(part: Schema, _: Schema) -> Accepts:
    test = _compile(part)
    return lambda value: not isinstance(value, list) or all(test(below) for below in value)


def _bound(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Schema], Accepts]:
    return lambda limit, _: lambda value: not is_number(value) or holds(value, limit)


def _length(kind: type[str] | type[list[Any]], holds: Callable[[int, int], bool]) -> Callable[[Any, Schema], Accepts]:
    return lambda limit, _: lambda value: not isinstance(value, kind) or holds(len(value), limit)


_TESTS: dict[str, Callable[[Any, Schema], Accepts]] = {
    "type": _type,
    "$ref": _reference,
    "anyOf": _any_of,
    "enum": lambda allowed, _: lambda value: any(_same(value, one) for one in allowed),
    "const": lambda allowed, _: lambda value: _same(value, allowed),
    "pattern": _pattern,
    "properties": _properties,
    "additionalProperties": _extra,
    "propertyNames": _names,
    "items": _items,
    "minimum": _bound(lambda value, limit: value >= limit),
    "maximum": _bound(lambda value, limit: value <= limit),
    "exclusiveMinimum": _bound(lambda value, limit: value > limit),
    "exclusiveMaximum": _bound(lambda value, limit: value < limit),
    "minLength": _length(str, lambda length, limit: length >= limit),
    "maxLength": _length(str, lambda length, limit: length <= limit),
    "minItems": _length(list, lambda length, limit: length >= limit),
    "maxItems": _length(list, lambda length, limit: length <= limit),
}


def objects(part: Schema, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Walk every mapping of the contract with its path, `shots[]` and `looks.<name>` standing for any."""
    part = resolved(part)
    for branch in part.get("anyOf", ()):
        yield from objects(branch, path)
    if "items" in part:
        yield from objects(part["items"], f"{path}[]")
    if isinstance(part.get("additionalProperties"), dict):
        yield from objects(part["additionalProperties"], f"{path}.<name>")
    if "properties" in part:
        yield path, part
        for key, below in part["properties"].items():
            yield from objects(below, f"{path}.{key}".removeprefix("."))
