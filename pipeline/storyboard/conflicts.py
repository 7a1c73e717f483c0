"""What only shows when the keys of a shot are read together: two answers to one question."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import one_of

LENGTHS = ("seconds", "frames", "beats")
BEGINNINGS = ("first_frame", "continues", "source", "keyframe")
SHOWS = ("scene", "prompt", "first_frame", "continues", "source", "last_frame", "card", "use")
MADE_BY_A_TOOL = (
    *("scene", "prompt", "generator", "takes", "max_takes", "seed", "pick", "camera", "motion", "strength", "speed"),
    *(*BEGINNINGS, "last_frame", "split", "made", "lora", "race"),
)
"""Keys that say how takes are made: a card is drawn and `use` shows a take that is there, so they have none."""

WHOLE = ("pick", "made", "source")
"""Keys that speak of one take, and a split shot has several."""


def check_shot(data: Mapping[str, Any], path: str, ledger: Ledger) -> None:
    """Note every contradiction in one shot, and a shot that shows nothing."""
    _keep_one(data, LENGTHS, path, "says how long the shot is", ledger)
    if "card" in data or "use" in data:
        _check_without_takes(data, path, ledger)
    else:
        _keep_one(data, BEGINNINGS, path, "says how the shot begins", ledger)
    if "split" in data and data["split"] is not False:
        _check_split(data, path, ledger)
    if "speed" in data and _is_as_is(data.get("source")):
        ledger.wrong_key(f"{path}.speed", "footage used as it is has a speed of its own; write it inside `source`")
    if path not in ledger.broken and not _shows_something(data):
        ledger.wrong(path, "nothing says what is seen; write a `scene` (or a first_frame, or a source)")


def _shows_something(data: Mapping[str, Any]) -> bool:
    keyframe = data.get("keyframe")
    painted = isinstance(keyframe, dict) and bool(keyframe.get("prompt"))
    return painted or any(data.get(key) or data.get(key) == {} for key in SHOWS)


def check_defaults(data: Mapping[str, Any], ledger: Ledger) -> None:
    """Note contradictions in `defaults`."""
    if "seconds" in data and "frames" in data:
        ledger.wrong_key("defaults.frames", "`seconds` and `frames` both say how long shots are; keep one")
    check_takes(data, "defaults", ledger)


def check_takes(data: Mapping[str, Any], path: str, ledger: Ledger) -> None:
    """Note a limit of takes below their number."""
    takes, most = data.get("takes"), data.get("max_takes")
    if takes is not None and most is not None and most < takes:
        ledger.wrong(f"{path}.max_takes", f"must be at least `takes`, {takes}; it is how many when all are rejected")


def _keep_one(data: Mapping[str, Any], keys: Sequence[str], path: str, what: str, ledger: Ledger) -> None:
    there = [key for key in keys if key in data]
    if len(there) > 1:
        both = " and ".join(f"`{key}`" for key in there)
        ledger.wrong_key(f"{path}.{there[-1]}", f"{both}: each {what}; keep one")


def _check_without_takes(data: Mapping[str, Any], path: str, ledger: Ledger) -> None:
    kind = "card" if "card" in data else "use"
    why = "a card is drawn, not made by a model" if kind == "card" else "`use` shows a take that another shot makes"
    other = [key for key in (*MADE_BY_A_TOOL, *(("use",) if kind == "card" else ())) if key in data]
    if other:
        ledger.wrong_key(f"{path}.{other[0]}", f"{why}; leave {one_of(other[:4])} out, or leave out `{kind}`")


def _check_split(data: Mapping[str, Any], path: str, ledger: Ledger) -> None:
    other = [key for key in WHOLE if key in data]
    if other:
        why = "speaks of one take and a split shot has one for each part"
        ledger.wrong_key(f"{path}.split", f"`{other[0]}` {why}; keep one of the two")
    split = data["split"]
    if isinstance(split, dict) and "seconds" in split and "parts" in split:
        ledger.wrong_key(f"{path}.split.parts", "`seconds` and `parts` both say how it is split; keep one")


def _is_as_is(source: Any) -> bool:
    return isinstance(source, dict) and source.get("use") == "as_is"
