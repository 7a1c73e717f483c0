"""`dailies plan`: what would be made, and what it would cost."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import app, err, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder, studio_folder, where

if TYPE_CHECKING:
    from pipeline.model import RenderPlan, ShotPlan
    from pipeline.production import Production


@app.command()
def plan(
    board: BoardFile,
    studio: StudioOption = None,
    name: NameOption = None,
    generator: Annotated[str | None, typer.Option(help="Plan every shot with this generator.")] = None,
    takes: Annotated[int | None, typer.Option(min=1, max=100, help="Takes of every shot.")] = None,
    profile: Annotated[str | None, typer.Option(help="One of the storyboard's profiles, such as draft.")] = None,
    version: Annotated[str | None, typer.Option(help="This version of the film.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Show what each shot is made at and delivered at, what is there already, and what the rest costs.

    Example: dailies plan storyboards/demo.yaml
    """
    from pipeline.deliver.folder import plan_facts
    from pipeline.production import Studio, Wanted, another_cut, prepare, versions

    film_folder(board, studio, name)  # a name that cannot be one is refused here as by render
    wanted = Wanted(name, takes, generator, profile=profile, version=version)
    production = prepare(board, Studio(studio_folder(studio)), wanted)
    cuts = [another_cut(production, one, wanted) for one in versions(production, wanted)]
    shown = cuts[0] if version else production
    if as_json:
        told = {one.plan.board.version: plan_facts(one.plan) for one in cuts}
        print(json.dumps(plan_facts(shown.plan) | {"versions": told}, ensure_ascii=False, indent=1))
        return
    for warning in shown.warnings:
        err.print(str(warning), style="yellow", markup=False)
    out.print(_table(shown.plan))
    _advice(shown.plan)
    _alone(production, board, studio, name)
    _totals(shown.plan, board)
    for cut in cuts:
        _of_version(cut.plan)


def _advice(made: "RenderPlan") -> None:
    """Say once for shots alike why this tool makes them."""
    told: dict[tuple[str, ...], list[str]] = {}
    for shot in made.shots:
        if shot.advice:
            told.setdefault(shot.advice, []).append(shot.shot.id)
    for lines, shots in told.items():
        out.print(f"\n{', '.join(shots)}: {lines[0]}", highlight=False, markup=False)
        for line in lines[1:]:
            out.print(f"  {line}", highlight=False, markup=False)


def _alone(film: "Production", board: Path, studio: Path | None, name: str | None) -> None:
    """Say of which shots only the picked take is made."""
    from pipeline import picks

    for shot, pick in picks.read(film.desk).items():
        if pick.only and shot in film.shots:
            free = shlex.join(["dailies", "pick", *where(board, studio, name), shot, "0"])
            out.print(f"\n{shot}: only take {pick.take}, as picked; all of them: {free}", highlight=False, markup=False)


def _of_version(made: "RenderPlan") -> None:
    from pipeline.deliver.words import plural

    length = float(made.frames / made.output.rate)
    takes = f"{made.estimate.takes} takes of its own" if made.estimate.takes else "no takes of its own"
    out.print(
        f"version {made.board.version}: {plural(len(made.shots), 'shot')}, {plural(made.frames, 'frame')},"
        f" {length:.2f} s, {made.output.size} at {made.output.rate} fps, {takes}",
        highlight=False,
        markup=False,
    )


def _table(made: "RenderPlan") -> object:
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("shot", "seconds", "by", "makes", "then", "takes", "to spend"):
        table.add_column(title)
    for shot in made.shots:
        table.add_row(*_row(shot))
    return table


def _row(shot: "ShotPlan") -> tuple[str, ...]:
    made, slot = shot.generation.spec, shot.slot
    length = float((slot.end - slot.start) / shot.delivered.rate)
    there = sum(one.stored for one in shot.takes)
    takes = (
        f"those of {shot.uses}"
        if shot.uses
        else f"{len(shot.takes)}, after {shot.after or 'its picture'}"
        if shot.takes[0].recipe is None
        else f"{len(shot.takes)}, {there} there"
    )
    return (
        shot.shot.id,
        f"{length:.2f}",
        f"{shot.generation.generator}\n{shot.generation.task}",
        f"{made.size}\n{made.frames} at {float(made.rate):g} fps",
        "\n".join(shot.steps) or "as it is",
        takes,
        spent(shot.estimate.usd, shot.estimate.seconds),
    )


def spent(usd: float, seconds: float) -> str:
    """Write money and machine time as a producer reads them."""
    time = (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )
    return f"${usd:.2f}, {time}" if usd else time


def _totals(made: "RenderPlan", board: Path) -> None:
    from pipeline.deliver.words import plural

    whole, budget = made.estimate, made.board.budget
    length = float(made.frames / made.output.rate)
    out.print(
        f"\n{made.board.title}: {plural(len(made.shots), 'shot')}, {plural(made.frames, 'frame')}, {length:.2f} s,"
        f" {made.output.size} at {made.output.rate} fps",
        highlight=False,
        markup=False,
    )
    limits = [f"${budget.usd:g}" if budget.usd is not None else "", f"{budget.hours:g} h" if budget.hours else ""]
    limit = ", ".join(one for one in limits if one)
    out.print(
        f"to make: {whole.takes} takes, {spent(whole.usd, whole.seconds)},"
        f" {whole.disk_bytes / 1e6:.0f} MB on disk" + (f" (budget {limit})" if limit else ""),
        highlight=False,
        markup=False,
    )
    if made.board.skipped:
        out.print(f"skipped: {', '.join(made.board.skipped)}", highlight=False, markup=False)
    out.print(f"make it: dailies render {shlex.quote(str(board))}", highlight=False, markup=False)
