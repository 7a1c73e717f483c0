"""looks/<shot>.cube: the grade of every graded shot, for other programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.deliver.finished import FinishedFilm
from pipeline.model import Grade
from pipeline.store import make_folder, write_whole
from pipeline.vision.colour import cube

COMMENT = "# For display-referred BT.709 R'G'B' 0..1; laid over the take, it gives the colours of the film."


def write(made: FinishedFilm, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG001 - every deliverable is asked so
    """Write a 33-point LUT for every shot that has a grade; the LUTs of an earlier writing go. Give their paths.

    Raises:
        OperatorError: the disk refuses.
    """
    wanted = {f"{shot.plan.shot.id}.cube": shot.grade for shot in made.shots if shot.grade not in {None, Grade()}}
    folder = made.cut / "looks"
    for old in folder.glob("*.cube"):
        if old.name not in wanted:
            old.unlink()
    for name, grade in wanted.items():
        assert grade is not None
        lut = cube(grade, title=_title(made.plan.board.title, Path(name).stem))
        write_whole(make_folder(folder) / name, f"{COMMENT}\n{lut}")
    return [folder / name for name in wanted]


def _title(film: str, shot: str) -> str:
    """Name a LUT as the format allows: one line of plain ASCII without quotation marks."""
    plain = "".join(one for one in film if " " <= one <= "~" and one != '"')
    return f"{plain.strip()[:80] or 'Dailies'}: {shot}"
