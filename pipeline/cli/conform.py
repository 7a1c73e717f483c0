"""`dailies conform`: an editor's timeline back into a storyboard."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import app, err
from pipeline.cli.giving import give, refuse_what_is_there
from pipeline.errors import ProducerError

EditFile = Annotated[Path, typer.Argument(metavar="EDIT", help="The edit: .otio, .edl or .fcpxml.")]
OfBoard = Annotated[
    Path | None, typer.Argument(metavar="BOARD", help="Its storyboard (else the one it was handed out from).")
]
FilmOption = Annotated[
    Path | None,
    typer.Option("--film", help="The film.otio that was handed out (else one beside the edit).", show_default=False),
]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write this file.", show_default=False)]


@app.command()
def conform(edit: EditFile, board: OfBoard = None, film: FilmOption = None, out: OutOption = None) -> None:
    """Read an editor's trims, order and transitions back into a storyboard, to be rendered without new takes.

    Example: dailies conform renders/kyoto/film.otio kyoto.yaml --out kyoto_edit.yaml
    """
    from pipeline.conform import conform as conformed

    refuse_what_is_there(out)
    of = board or _board_of(edit)
    made = conformed(edit, of, film or _beside(edit))
    for note in made.notes:
        err.print(f"note: {note}", style="yellow", markup=False)
    if out is not None and out.resolve().parent != of.resolve().parent:
        err.print(f"note: its files are looked for in {out.parent}, not in {of.parent}", style="yellow", markup=False)
    give(made.text, out)


def _board_of(edit: Path) -> Path:
    """Find the storyboard in the plan.json of the film's folder that the edit lies in."""
    from pipeline.store import read_value

    if not edit.is_file():
        raise ProducerError(f"there is no file {edit}", cure="name the timeline your editor wrote")
    for folder in (edit.parent, edit.parent.parent.parent):
        known = read_value(folder / "plan.json", "storyboard", str)
        if known and Path(known).is_file():
            return Path(known)
    raise ProducerError(f"which storyboard {edit.name} is of is not known", cure="name it after the edit")


def _beside(edit: Path) -> Path | None:
    """Find the film.otio beside an edit, which says of every shot what the edit may have lost on its way."""
    film = edit.with_name("film.otio")
    return film if film != edit and film.is_file() else None
