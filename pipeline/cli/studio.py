"""Where films lie: the studio folder and the folder of one film in it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import ProducerError
from pipeline.inbox.names import film_fault

HOME, USUAL = "DAILIES_HOME", "renders"

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
    if fault := film_fault(called):
        raise ProducerError(fault, cure="give it a plain --name, such as 'kyoto'")
    return studio_folder(studio) / called


def where(board: Path, studio: Path | None, name: str | None) -> list[str]:
    """Give the arguments that name a film again in another command."""
    return [str(board), *(("--studio", str(studio)) if studio else ()), *(("--name", name) if name else ())]
