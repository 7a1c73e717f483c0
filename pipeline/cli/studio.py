"""Where films lie: the studio folder and the folder of one film in it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import ProducerError

HOME, USUAL = "DAILIES_HOME", "renders"
TAKEN = frozenset({"store", "history.json", "credentials"})
"""Names in a studio folder that belong to the studio itself."""

BoardFile = Annotated[Path, typer.Argument(metavar="BOARD", help="The storyboard (YAML).")]
StudioOption = Annotated[Path | None, typer.Option("--studio", help="Studio folder (else DAILIES_HOME, else renders).")]
NameOption = Annotated[str | None, typer.Option("--name", help="Name of the film's folder (else the file's name).")]


def studio_folder(option: Path | None) -> Path:
    """Give the studio folder: the option, else the variable DAILIES_HOME, else ./renders; it need not exist."""
    return option or Path(os.environ.get(HOME) or USUAL)


def film_folder(board: Path, studio: Path | None, name: str | None = None) -> Path:
    """Give the folder of a storyboard's film, called `name`, else as the file is without its suffix.

    Raises:
        ProducerError: the name would lead elsewhere, or belongs to the studio.
    """
    called = board.stem if name is None else name
    if not called.strip() or called.startswith(".") or set(called) & set("/\\\0"):
        raise ProducerError(f"'{called}' cannot be the name of a film", cure="give it a plain --name, such as 'kyoto'")
    if called.lower() in TAKEN:
        raise ProducerError(f"a film cannot be called '{called}': the studio keeps its own there", cure="give a --name")
    return studio_folder(studio) / called
