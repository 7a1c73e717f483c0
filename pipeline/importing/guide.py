"""A JSON storyboard.

{title, target_duration, shots: [{id, description, camera, motion, duration, style, transition}]}.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import ProducerError
from pipeline.importing.headings import columns
from pipeline.importing.listed import MOST_COLUMNS, MOST_SHOTS, Listed, row
from pipeline.importing.wording import line

TARGETS = ("target_duration", "targetDuration", "target_seconds", "total_duration", "duration", "目標尺", "総尺")
TITLES = ("title", "name", "project", "タイトル")
LISTS = ("shots", "scenes", "cuts", "storyboard", "ショット", "カット")
DEEP = "nested too deeply for a storyboard"


def guide(path: Path, text: str, wanted: Mapping[str, str]) -> Listed:
    """Read a JSON storyboard into rows by the parts of a shot; a list of shots alone will do.

    Raises:
        ProducerError: not JSON, with line and column; no list of shots in it.
    """
    whole = _parsed(path, text)
    board = whole if isinstance(whole, dict) else {"shots": whole}
    name, shots = _shots(path, board)
    headings = list(dict.fromkeys(key for shot in shots for key in shot))
    if len(headings) > MOST_COLUMNS:
        raise ProducerError(f"{path.name}: its shots have over {MOST_COLUMNS} keys", cure="is this the right file?")
    cells = [[_text(shot.get(key)) for key in headings] for shot in shots]
    found = columns(headings, cells, wanted)
    target = next((_text(board[key]) for key in TARGETS if key in board), "")
    title = next((_text(board[key]) for key in TITLES if key in board), "")
    used = {name, *TARGETS, *TITLES}
    notes = [f"`{line(str(key))[:60]}` was not read" for key in board if key not in used]
    rows = tuple(
        row(f"shot {number}", filled, [line(one) for one in headings], found.keys)
        for number, filled in enumerate(cells, 1)
    )
    return Listed(line(title) or line(path.stem), rows, target, (*found.told(), *notes))


def _parsed(path: Path, text: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as failure:
        raise ProducerError(
            f"{path.name}:{failure.lineno}:{failure.colno}: this is no JSON: {failure.msg}",
            cure="look for a missing comma, quotation mark or bracket there, or in the line before",
        ) from failure
    except RecursionError as failure:
        raise ProducerError(f"{path.name}: {DEEP}", cure="is this the right file?") from failure


def _shots(path: Path, board: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    for name in LISTS:
        found = board.get(name)
        if isinstance(found, list) and found:
            shots = [one for one in found if isinstance(one, dict)]
            if len(shots) != len(found):
                place = next(place for place, one in enumerate(found, 1) if not isinstance(one, dict))
                raise ProducerError(
                    f"{path.name}: shot {place} is no {{...}} with keys", cure="write it like the others"
                )
            if len(shots) > MOST_SHOTS:
                raise ProducerError(f"{path.name} has more than {MOST_SHOTS} shots", cure="import a part of it")
            return name, shots
    there = ", ".join(f"`{line(str(key))[:40]}`" for key in list(board)[:8]) or "nothing"
    raise ProducerError(
        f"{path.name} has no list of shots; it has {there}", cure='it should be {"title": ..., "shots": [...]}'
    )


def _text(value: Any) -> str:
    """Give a value as a cell of a table would hold it."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""
