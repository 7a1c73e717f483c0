"""What does not obey the contract, told so that a producer can mend it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipeline.storyboard import cures, words
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.places import Step, join
from pipeline.storyboard.schema import CURE, acceptor, is_integer, is_number, objects, schema

MOST_PROBLEMS = 1000
"""After this many nobody reads on."""

ROOT_KINDS = {"type", "enum", "const"}


def validate(board: Any, ledger: Ledger) -> dict[str, Any]:
    """Note everything in `board` that breaks the contract and give the rest, without the broken values."""
    if not isinstance(board, dict):
        ledger.wrong("", _not_a_board(board))
        return {}
    shots = board.get("shots")
    if not isinstance(shots, list) or not shots or acceptor("")(board):
        whole: dict[str, Any] = _checked(board, "", (), ledger)
        return whole
    rest: dict[str, Any] = _checked({**board, "shots": [{"id": "a"}]}, "", (), ledger)
    accepts = acceptor("shot")
    rest["shots"] = [
        shot if accepts(shot) else _checked(shot, "shot", ("shots", index), ledger)
        for index, shot in enumerate(shots)
        if len(ledger.problems) < MOST_PROBLEMS
    ]
    return rest


def _not_a_board(board: Any) -> str:
    if isinstance(board, str):
        return (
            f"a storyboard begins with lines like `title: Kyoto` and `shots:`, not with text {words.shown(board)[9:]}"
        )
    return f"a storyboard is a mapping with `shots:`, not {words.shown(board)}"


def _checked(value: Any, definition: str, at: Sequence[Step], ledger: Ledger) -> Any:
    if acceptor(definition)(value):
        return value
    for error in _validator(definition).iter_errors(value):
        for steps, message, of_key in _told(error):
            note = ledger.wrong_key if of_key else ledger.wrong
            note([*at, *steps], message)
            value = _without(value, steps)
    if at and len(at) > 1:
        ledger.broken.add(join(at))
        return value if isinstance(value, dict) else {}
    return value


def _without(value: Any, steps: Sequence[Step]) -> Any:
    """Copy `value` less what stands at `steps`; a list keeps its length, with None there."""
    if not steps:
        return None if not isinstance(value, dict) else value
    first, rest = steps[0], steps[1:]
    if isinstance(value, dict) and first in value:
        below = {key: one for key, one in value.items() if key != first}
        return below if not rest else {**value, first: _without(value[first], rest)}
    if isinstance(value, list) and isinstance(first, int) and first < len(value):
        return [*value[:first], _without(value[first], rest) if rest else None, *value[first + 1 :]]
    return value


@lru_cache(maxsize=8)
def _validator(definition: str) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    checker = Draft202012Validator.TYPE_CHECKER.redefine("number", lambda _, value: is_number(value))
    checker = checker.redefine("integer", lambda _, value: is_integer(value))
    whole = schema()
    part = whole if not definition else {**whole["$defs"][definition], "$defs": whole["$defs"]}
    kind: Any = extend  # untyped in its stubs
    return kind(Draft202012Validator, type_checker=checker)(part)


Told = tuple[list[Step], str, bool]
"""Steps to the place, what is wrong, and whether it is the key that is wrong."""


def _told(error: Any) -> Iterator[Told]:
    steps = list(error.absolute_path)
    kind = error.validator
    if "propertyNames" in error.absolute_schema_path:
        yield [*steps, error.instance], _WORDS[kind](error.instance, error.validator_value, error.schema), True
    elif kind == "anyOf":
        yield from _told_of_branches(error, steps)
    elif kind == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in error.instance.keys() - known.keys():
            yield [*steps, key], _unknown_key(key, known), True
    elif kind == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        known = error.schema.get("properties", {})
        if not words.close(missing[0], error.instance.keys() - known.keys()):  # told as an unknown key
            yield steps, f"`{missing[0]}` is missing", False
    else:
        yield steps, _WORDS[kind](error.instance, error.validator_value, error.schema), False


def _told_of_branches(error: Any, steps: list[Step]) -> Iterator[Told]:
    """Speak of the alternative that the producer seems to mean: the one whose kind of value was written."""
    branches: dict[Any, list[Any]] = {}
    for below in error.context:
        branches.setdefault(below.relative_schema_path[0], []).append(below)
    meant = [errors for errors in branches.values() if not any(_is_other_kind(one) for one in errors)]
    for below in meant[0] if meant else ():
        yield from _told(below)
    if not meant:
        kinds = dict.fromkeys(_kind_of(one) for errors in branches.values() for one in errors if _is_other_kind(one))
        options = [str(one) for below in error.context if below.validator == "enum" for one in below.validator_value]
        near = cures.near(error.instance, options) if isinstance(error.instance, str) else []
        yield steps, _wrong_kind(error.instance, list(kinds), error.schema) + words.did_you_mean(near), False


def _is_other_kind(error: Any) -> bool:
    return error.validator in ROOT_KINDS and not error.relative_path


def _kind_of(error: Any) -> str:
    if error.validator == "type":
        return _kinds(error.validator_value)
    return words.one_of(error.validator_value if error.validator == "enum" else [error.validator_value])


def _kinds(names: Any) -> str:
    return words.one_of([words.KINDS[name] for name in ([names] if isinstance(names, str) else names)])


def _wrong_kind(value: Any, kinds: Sequence[str], part: Mapping[str, Any]) -> str:
    wanted = words.one_of(kinds)
    if value is None:
        form = f" ({part['patternErrorMessage']})" if "patternErrorMessage" in part else ""
        return f"nothing stands after the colon; write {wanted}{form}, or remove the line"
    if isinstance(value, dict) and value and all(one is None for one in value.values()) and "text" in wanted:
        text = ", ".join(value)
        return f'text that begins with {{ must stand in quotes: "{{{words.short(text)}}}"'
    cure = f"; {part[CURE]}" if CURE in part else cures.of_kind(value, wanted)
    return f"must be {wanted}, not {words.shown(value)}{cure}"


def _unknown_key(key: str, known: Mapping[str, Any]) -> str:
    plain = key.strip("\u3000 \t：:")
    if key == "<<":
        return "`<<` is not part of YAML 1.2; put what shots share into `defaults` or a look"
    if plain != key and plain in known:
        return f"a full-width sign in `{key}`; write `{plain}: ` with narrow signs"
    other = words.OTHER_NAMES.get(key.casefold(), "")
    near = [other] if other in known else words.close(key, known)
    if near:
        return f"unknown key `{words.short(key)}`{words.did_you_mean(near)}"
    homes = _homes().get(plain, ())
    if homes:
        return f"`{plain}` does not stand here; it belongs to {words.one_of(homes[:3])}"
    return f"unknown key `{words.short(key)}`; there are {words.one_of(list(known)[:12])}"


@lru_cache(maxsize=1)
def _homes() -> Mapping[str, tuple[str, ...]]:
    """Tell in which mappings each key is at home, those that stand highest first."""
    homes: dict[str, list[str]] = {}
    for path, part in objects(schema()):
        if "profiles" not in path and "versions" not in path:
            for key in part["properties"]:
                homes.setdefault(key, []).append(path or "the top of the storyboard")
    return {key: tuple(sorted(dict.fromkeys(paths), key=lambda path: path.count("."))) for key, paths in homes.items()}


def _too_small(value: Any, limit: Any, _: Any) -> str:
    return f"must be at least {words.number(limit)}, not {words.shown(value)}"


def _wrong_pattern(value: Any, pattern: str, part: Mapping[str, Any]) -> str:
    form = part["patternErrorMessage"]
    cure = cures.of_pattern(value, pattern) or (cures.number(value) if "a number" in form else "")
    return f'"{words.short(value)}" cannot be used: {form}{cure}'


def _not_one_of(value: Any, allowed: Sequence[Any], part: Mapping[str, Any]) -> str:
    if isinstance(value, str):
        near = cures.near(value, allowed)
        return f'"{words.short(value)}" is not one of {words.one_of(allowed)}{words.did_you_mean(near)}'
    return _wrong_kind(value, [words.one_of(allowed)], part)


def _entries(count: int) -> str:
    return f"has {_entry(count)}" if count else "is empty"


def _entry(count: int) -> str:
    return "one entry" if count == 1 else f"{count} entries"


_WORDS: Mapping[str, Callable[[Any, Any, Any], str]] = {
    "type": lambda value, names, part: _wrong_kind(value, [_kinds(names)], part),
    "enum": _not_one_of,
    "const": lambda value, wanted, _: f"this version reads storyboards of format {wanted}, not {words.shown(value)}",
    "pattern": _wrong_pattern,
    "minimum": _too_small,
    "maximum": lambda value, limit, _: f"must be at most {words.number(limit)}, not {words.shown(value)}",
    "exclusiveMinimum": lambda value, limit, _: f"must be more than {words.number(limit)}, not {words.shown(value)}",
    "exclusiveMaximum": lambda value, limit, _: f"must be less than {words.number(limit)}, not {words.shown(value)}",
    "minLength": lambda _, least, __: "the text is empty" if least == 1 else f"needs at least {least} characters",
    "maxLength": lambda value, most, _: f"{len(value)} characters are too many; at most {most}",
    "minItems": lambda value, least, _: f"the list {_entries(len(value))}; it needs at least {_entry(least)}",
    "maxItems": lambda value, most, _: f"{len(value)} entries are too many; at most {most}",
}
