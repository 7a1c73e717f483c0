"""`dailies import`: a shot list from elsewhere becomes a storyboard."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import app, err
from pipeline.cli.giving import give, refuse_what_is_there
from pipeline.errors import ProducerError

MOST_TOLD = 40

ListFile = Annotated[Path, typer.Argument(metavar="FILE", help="A shot list: .json, .csv or .tsv.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help='What a column is: "Column=key", such as "Bild=scene"; "Column=-" leaves it out.'),
]


@app.command(name="import")
def import_(
    file: ListFile,
    to: Annotated[Path | None, typer.Option("--out", help="Write this file.", show_default=False)] = None,
    fps: Annotated[str, typer.Option(help="Frames a second, of the film and of timecode in the list.")] = "24",
    mapped: MapOption = None,
) -> None:
    """Read a shot list into a storyboard: a table (CSV, TSV; English or Japanese headings) or a JSON storyboard.

    Example: dailies import shots.csv --map "Bild=scene" --out film.yaml
    """
    from pipeline.importing import imported
    from pipeline.model import parse_rate

    refuse_what_is_there(to)
    try:
        rate = parse_rate(fps)
    except ValueError as failure:
        raise ProducerError(str(failure), cure="such as --fps 24") from failure
    made = imported(file, _pairs(mapped or ()), rate, to.name if to else "film.yaml")
    for note in made.notes[:MOST_TOLD]:
        err.print(note, style="yellow", markup=False)
    if len(made.notes) > MOST_TOLD:
        err.print(f"and {len(made.notes) - MOST_TOLD} more; look for # in the storyboard", style="yellow")
    give(made.text, to)


def _pairs(mapped: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for one in mapped:
        column, equals, key = one.rpartition("=")
        if not equals or not column.strip() or not key.strip():
            raise ProducerError(f"--map {one!r} says nothing", cure='write --map "Column=scene"')
        pairs[column.strip()] = key.strip()
    return pairs
