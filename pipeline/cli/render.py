"""`dailies render`: make the film."""

import shlex
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import app, err, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder, studio_folder, where
from pipeline.errors import DailiesError

if TYPE_CHECKING:
    from pipeline.production import Production


@app.command()
def render(
    board: BoardFile,
    studio: StudioOption = None,
    name: NameOption = None,
    generator: Annotated[str | None, typer.Option(help="Make every shot with this generator.")] = None,
    shot: Annotated[list[str] | None, typer.Option(help="Only make takes of this shot (repeat for more).")] = None,
    takes: Annotated[int | None, typer.Option(min=1, max=100, help="Takes of every shot.")] = None,
    fresh: Annotated[list[str] | None, typer.Option(help="Add new takes of this shot (repeat for more).")] = None,
    profile: Annotated[str | None, typer.Option(help="One of the storyboard's profiles, such as draft.")] = None,
    version: Annotated[str | None, typer.Option(help="Only this version of the film, not all of them.")] = None,
    max_failures: Annotated[
        int | None, typer.Option(min=0, help="Make no more takes once more shots than this have failed.")
    ] = None,
) -> int:
    """Make the film: takes, choice, finish, cut. What is there already is not made again.

    Example: dailies render storyboards/demo.yaml
    """
    from flows.render import render as run
    from pipeline.cli.progress import Board
    from pipeline.production import Studio, Wanted, another_cut, prepare, versions

    film_folder(board, studio, name)  # a name that cannot be one is refused before anything is written
    root = studio_folder(studio)
    wanted = Wanted(name, takes, generator, tuple(shot or ()), tuple(fresh or ()), profile, version)
    production = prepare(board, Studio(root), wanted)
    cuts = [another_cut(production, one, wanted) for one in versions(production, wanted)]  # a mistake is told now
    _tell_doubts(production)
    parameters = {
        "storyboard": str(board),
        "studio": str(root),
        "name": name,
        "takes": takes,
        "generator": generator,
        "shots": wanted.shots,
        "fresh": wanted.fresh,
        "max_failures": max_failures,
        "profile": profile,
        "version": version,
    }
    with Board(err, production.plan.board.title) as told:
        rendered = run(root, production.folder / "logs", told, parameters)
    if rendered.failure is not None:
        if not isinstance(rendered.failure, DailiesError):
            err.print(f"the log has more: {production.folder / 'logs'}", markup=False, highlight=False)
        raise rendered.failure
    again = shlex.join(where(board, studio, name))
    _tell(production, again, complete=rendered.complete, seconds=time.monotonic() - production.began)
    _tell_films([*cuts, production] if version is None else cuts)
    return 0 if rendered.complete else 4 if rendered.machine else 3


def _tell_doubts(production: "Production") -> None:
    """Say before the night what is doubtful, and whose signature the film will carry."""
    from pipeline.deliver import provenance

    for warning in production.warnings:
        err.print(str(warning), style="yellow", markup=False)
    if production.plan.board.disclosure in {"file", "both"}:
        who = provenance.check_signer(production.studio.root)
        if who.warning:
            err.print(who.warning, style="yellow", markup=False)


def _tell_films(films: "Sequence[Production]") -> None:
    """Print where the films are, the one asked for last and alone for a script to read."""
    for one in films[:-1]:
        err.print(f"version {one.plan.board.version}: {one.folder / 'film.mp4'}", markup=False, highlight=False)
    out.print(str(films[-1].folder / "film.mp4"), soft_wrap=True, highlight=False)


def _tell(production: "Production", board: str, *, complete: bool, seconds: float) -> None:
    from pipeline.deliver.words import plural

    plan, folder = production.plan, production.folder
    length = float(plan.frames / plan.output.rate)
    err.print(
        f"{plural(len(plan.shots), 'shot')}, {length:.1f} s, {plan.output.size} at {plan.output.rate} fps,"
        f" in {seconds:.0f} s"
    )
    if not complete:
        err.print("the film is not complete: slates stand where shots are missing; the page says why and what to do")
    err.print(f"look at it: {folder / 'dailies.html'}", markup=False)
    err.print(f"another take: dailies pick {board} SHOT TAKE, then render again", markup=False)
