"""A draft as YAML that a producer goes on with."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from pipeline.importing.drafting import Draft, Entry

PLAIN = re.compile(r"[^\W\d_](?:[\w ,.()'’、。・ー]*[\w.)。])?", re.UNICODE)
"""Texts that YAML reads as text without quotation marks."""

WORDS_OF_YAML = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
BESIDE = ("id", "scene", "camera", "motion", "style", "lighting", "seconds", "frames", "transition")


def written(draft: Draft, name: str) -> str:
    """Write a storyboard, to be called `name`."""
    style = _shared_style(draft)
    shots = (row for shot in draft.shots for row in _shot(shot, but="style" if style else ""))
    return "\n".join([*_head(draft, name, style), "shots:", *shots, ""])


def _head(draft: Draft, name: str, style: str) -> Iterator[str]:
    yield f"# Imported. What a list does not say is as usual: `dailies check {name}` tells what to look at."
    yield "storyboard: 1"
    yield f"title: {value(draft.title or 'My film')}"
    if draft.target is not None:
        yield f"target_seconds: {value(draft.target)}"
    yield from (f"# {comment}" for comment in draft.comments)
    if draft.language != "en":
        yield f"language: {draft.language}"
    rate = draft.rate
    yield f"output: {{size: landscape-1080p, fps: {rate if rate.denominator > 1 else rate.numerator}}}"
    if draft.close:
        yield f"close: {draft.close}"
    if style:
        yield f"looks:\n  film: {{style: {value(style)}}}"
    yield f"defaults: {{takes: 3, seconds: 4{', look: film' if style else ''}}}"


def _shared_style(draft: Draft) -> str:
    styles = {str(shot.values.get("style", "")) for shot in draft.shots}
    return styles.pop() if len(styles) == 1 and len(draft.shots) > 1 else ""


def _shot(shot: Entry, *, but: str) -> Iterator[str]:
    yield ""
    yield from (f"  # {comment}" for comment in shot.comments)
    begin = "  - "
    for key in BESIDE:
        if key in shot.values and key != but:
            yield f"{begin}{key}: {value(shot.values[key])}"
            begin = "    "
    for key in ("lines", "titles"):
        if key in shot.values:
            yield f"    {key}:"
            yield from (f"      - {{{_pairs(one)}}}" for one in shot.values[key])
    if "notes" in shot.values:
        yield f"    notes: {value(shot.values['notes'])}"


def _pairs(one: dict[str, Any]) -> str:
    return ", ".join(f"{key}: {value(text, flow=True)}" for key, text in one.items())


def value(given: Any, *, flow: bool = False) -> str:
    """Write a text or a number as YAML reads it back; `flow` within braces."""
    if isinstance(given, Fraction):
        return _decimal(given)
    if isinstance(given, int):
        return str(given)
    plain = PLAIN.fullmatch(given) and given.casefold() not in WORDS_OF_YAML and not (flow and "," in given)
    return given if plain else json.dumps(given, ensure_ascii=False)


def _decimal(value: Fraction) -> str:
    """Write a number exactly; all here have at most six decimals."""
    digits = f"{value.numerator * 10**6 // value.denominator:07d}"
    return f"{digits[:-6]}.{digits[-6:]}".rstrip("0").rstrip(".")
