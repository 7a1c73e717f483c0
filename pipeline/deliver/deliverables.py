"""Everything that is handed on besides the film: each thing asked for, written by its own room."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.deliver import folder
from pipeline.deliver.finished import FinishedFilm
from pipeline.errors import DailiesError
from pipeline.model import Deliver
from pipeline.store import read_value, refused, write_whole

WRITERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "gif": ("gif", {}),
    "srt": ("subtitles", {"format": "srt"}),
    "vtt": ("subtitles", {"format": "vtt"}),
    "otio": ("editorial", {"format": "otio"}),
    "edl": ("editorial", {"format": "edl"}),
    "fcpxml": ("editorial", {"format": "fcpxml"}),
    "stems": ("stems", {}),
    "looks": ("looks", {}),
    "sheet": ("film_sheet", {}),
}
"""The room of each thing, and what it is told besides the producer's own settings; the film itself is always there."""

SLOW = frozenset({"gif", "stems"})
"""Not written again for a cut that has them."""

RECORD = "delivered.json"


def write(made: FinishedFilm, recipe: str) -> tuple[list[str], DailiesError | None]:
    """Write what the storyboard asks for into the cut's folder; give the names of the files, and the first failure.

    One thing that fails keeps none of the others. `recipe` is the cut's: what takes long is not made twice for it.
    """
    known: dict[str, Any] = read_value(made.cut / RECORD, "files", dict) or {}
    told: dict[str, Any] = {}
    failure: DailiesError | None = None
    for wanted in _wanted(made.plan.board.deliver):
        key = f"{recipe} {sorted(wanted.options.items())}"
        before = known.get(wanted.name, {})
        if wanted.name in SLOW and before.get("for") == key and _there(made, before.get("names", [])):
            told[wanted.name] = before
            continue
        try:
            told[wanted.name] = {"for": key, "names": _written(made, wanted)}
        except DailiesError as found:
            failure = failure or found
        except OSError as found:
            failure = failure or refused(found, made.cut)
    if told or known:
        write_whole(made.cut / RECORD, folder.as_json({"kind": "delivered/1", "files": told}))
    return [name for one in told.values() for name in one["names"]], failure


def _wanted(asked: Sequence[Deliver]) -> list[Deliver]:
    """Give what is written: all that is asked for, and the cut for editing programs, which `dailies conform` reads."""
    known = [one for one in asked if one.name in WRITERS]
    return known if any(one.name == "otio" for one in known) else [*known, Deliver("otio")]


def _written(made: FinishedFilm, wanted: Deliver) -> list[str]:
    room, more = WRITERS[wanted.name]
    paths = importlib.import_module(f"pipeline.deliver.{room}").write(made, {**wanted.options, **more})
    return [path.relative_to(made.cut).as_posix() for path in paths]


def _there(made: FinishedFilm, names: list[str]) -> bool:
    return bool(names) and all((made.cut / name).is_file() for name in names)
