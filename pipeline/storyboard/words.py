"""How values, kinds and slips are told to a producer."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

KINDS = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping (key: value)",
    "null": "nothing",
}

OTHER_NAMES = {
    "duration": "seconds",
    "length": "seconds",
    "time": "seconds",
    "description": "scene",
    "desc": "scene",
    "text": "scene",
    "action": "scene",
    "name": "id",
    "image": "first_frame",
    "picture": "first_frame",
    "start_frame": "first_frame",
    "start_image": "first_frame",
    "end_frame": "last_frame",
    "end_image": "last_frame",
    "video": "source",
    "clip": "source",
    "footage": "source",
    "light": "lighting",
    "camera_move": "camera",
    "movement": "camera",
    "negative_prompt": "negative",
    "model": "generator",
    "tool": "generator",
    "framerate": "fps",
    "frame_rate": "fps",
    "rate": "fps",
    "resolution": "size",
    "weight": "scale",
    "strength": "scale",
    "volume": "gain_db",
    "gain": "gain_db",
    "characters": "cast",
    "sound": "audio",
    "target_duration": "target_seconds",
    "scenes": "shots",
    "start": "in",
    "end": "out",
    "src": "file",
    "path": "file",
}
"""What producers coming from other tools call a key."""


def shown(value: Any) -> str:
    """Show a value in a few words, never more than a line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Fraction):
        return number(value)
    if isinstance(value, str):
        return f'the text "{short(value)}"'
    if isinstance(value, float):
        return "infinity" if value in (float("inf"), float("-inf")) else "nan (not a number)"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else str(value)


def number(value: int | Fraction) -> str:
    """Write a number as a producer would: 2, 0.5; a fraction only where decimals cannot say it."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator) if abs(exact) < 10**15 else f"{float(exact):.3g}"
    return f"{float(exact):.6g}"


def short(text: str, most: int = 40) -> str:
    """Cut a text to `most` characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def one_of(options: Iterable[Any]) -> str:
    """List alternatives: a, b or c."""
    words = [str(option) for option in options]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def close(word: str, options: Iterable[str]) -> list[str]:
    """Find the option that `word` may be a slip of: one, or none."""
    folded = {option.casefold(): option for option in options}
    return [folded[near] for near in get_close_matches(word.casefold(), folded, 1, 0.6)]


def did_you_mean(near: Sequence[str]) -> str:
    """Ask, when there is something to ask: `; did you mean x?`."""
    return f"; did you mean {one_of(near)}?" if near else ""


def missing_name(what: str, name: str, known: Iterable[str]) -> str:
    """Say that nothing of this name exists, and what does: the near ones, else the first few."""
    names = list(known)
    near = close(name, names)
    if near:
        return f'no {what} is called "{short(name)}"{did_you_mean(near)}'
    there = f"there is {one_of(names[:6])}" if names else "the storyboard has none"
    return f'no {what} is called "{short(name)}"; {there}'
