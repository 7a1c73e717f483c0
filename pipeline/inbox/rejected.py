"""What cannot become a film is put aside, with a text that a producer reads.

rejected/kyoto.yaml  rejected/kyoto.yaml.txt     never in the place of an older one: kyoto-2.yaml
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Problem
from pipeline.inbox.names import BOARDS, ZIP, free, readable
from pipeline.store import make_folder, write_whole

FOLDER = "rejected"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something dropped that cannot become a film.

    `name` is what it was called, `path` where it lies now, `text` what tells why; `problems` are its lines.
    """

    name: str
    path: Path
    text: Path
    problems: tuple[str, ...]


def reject(dropped: Path, kind: str, problems: Sequence[Problem | str], shown: str) -> Rejected:
    """Put something aside. Killed on the way, it is still in the inbox, and is put aside when it is seen again.

    Args:
        dropped: what lies in the inbox.
        kind: board, folder, zip, or something else.
        problems: what is wrong, or doubtful, in the order of the file.
        shown: what the producer calls the storyboard.

    Raises:
        OperatorError, OSError: the folder cannot be written.
    """
    suffix = dropped.suffix if dropped.suffix.casefold() in {*BOARDS, ZIP} else ""
    place = free(make_folder(dropped.parent / FOLDER), dropped.name.removesuffix(suffix), suffix)
    text = place.with_name(f"{place.name}.txt")
    lines = tuple(str(one) for one in problems)
    write_whole(text, told(readable(dropped.name), kind, problems, shown).encode("utf-8", "replace"))
    dropped.rename(place)
    return Rejected(dropped.name, place, text, lines)


def told(name: str, kind: str, problems: Sequence[Problem | str], shown: str) -> str:
    """Write what a producer reads: what happened, every problem, and what to do next."""
    count = sum(not (isinstance(one, Problem) and one.warning) for one in problems)
    what = "1 problem" if count == 1 else f"{count} problems"
    lines = [f"{name} cannot be made into a film: {what}. Nothing was made.", "", *map(str, problems), ""]
    return "\n".join([*lines, f"What to do next: {_next(name, kind, count, shown)}", ""])


def _next(name: str, kind: str, count: int, shown: str) -> str:
    mend = f"mend {'this' if count == 1 else 'these'}"
    return {
        "board": f"{mend} and put {name} into the inbox again; files beside it were left in the inbox.",
        "folder": f"{mend} in {shown} and move the folder {name} into the inbox again.",
        "zip": f"{mend}, zip the storyboard and its files again, and put the zip into the inbox.",
    }.get(kind, "put the storyboard itself into the inbox, with its files beside it, in a folder, or in a zip.")
