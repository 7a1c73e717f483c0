"""`dailies probe`: see what takes will be before a night is spent on them."""

import json
import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, err, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder, studio_folder
from pipeline.errors import ProducerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.errors import DailiesError
    from pipeline.film.probing import Probed
    from pipeline.production import Production
    from pipeline.shot import Judged


HEADS = ("shot", "take", "score", "goes with its words", "what was found")


@app.command()
def probe(
    board: BoardFile,
    studio: StudioOption = None,
    name: NameOption = None,
    generator: Annotated[str | None, typer.Option(help="Probe every shot with this generator.")] = None,
    shot: Annotated[list[str] | None, typer.Option(help="Only this shot (repeat for more).")] = None,
    takes: Annotated[int | None, typer.Option(min=1, max=100, help="Takes of every shot.")] = None,
    profile: Annotated[str | None, typer.Option(help="One of the storyboard's profiles, such as draft.")] = None,
    share: Annotated[float, typer.Option(min=0.05, max=0.9, help="Share of the steps that is drawn.")] = 0.25,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> int:
    """Draw the first steps of every take by a model on this machine, and lay what they promise on a sheet.

    The same seed makes the same take later; change the words, or keep one take with `dailies pick --only`.

    Example: dailies probe storyboards/demo.yaml --generator wan2.2-t2v --takes 8
    """
    from flows.quiet import logged_alone
    from pipeline.cli.progress import Board
    from pipeline.film import can_be_probed
    from pipeline.film import probe as look
    from pipeline.production import Studio, Wanted, prepare
    from pipeline.store import make_folder

    film_folder(board, studio, name)  # a name that cannot be one is refused before anything is written
    wanted = Wanted(name, takes, generator, tuple(shot or ()), profile=profile)
    production = prepare(board, Studio(studio_folder(studio)), wanted)
    names = [one for one in production.shots if not wanted.shots or one in wanted.shots]
    able = [one for one in names if can_be_probed(production, one)]
    if not able:
        what = "none of these shots is made by a model that can be probed"
        raise ProducerError(what, cure=f"name one with --generator, or go on: dailies render {shlex.quote(str(board))}")
    for warning in production.warnings:
        err.print(str(warning), style="yellow", markup=False)
    logs = make_folder(production.folder / "logs")
    log = logs / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-probe.txt"
    with Board(err, production.plan.board.title) as told, logged_alone(log):
        told.probing(sum(len(production.shots[one].plan.takes) for one in able), len(able))
        found = [(one, _on_the_desk(production, one, share)) for one in look(production, able, share, told.take)]
    if as_json:
        print(json.dumps([_values(*one) for one in found], ensure_ascii=False, indent=1))
    else:
        _show(found, [one for one in names if one not in able], board)
    return max((failure.exit_code for one, _ in found for failure in _faults(one)), default=0)


def _on_the_desk(production: "Production", looked: "Probed", share: float) -> Path | None:
    """Lay what the takes of a shot promise on the desk; give the sheet, if anything was drawn."""
    from pipeline.deliver import probes

    if not looked.takes:
        return None
    pairs = {number: (one.card, one.card_entry.file("strip.jpg")) for number, one in looked.takes.items()}
    failed = {number: str(failure) for number, failure in looked.failures.items()}
    return probes.write(production.folder, production.shots[looked.shot].plan, share, pairs, failed)


def _faults(looked: "Probed") -> "list[DailiesError]":
    return [*([looked.blocked] if looked.blocked else []), *looked.failures.values()]


def _values(looked: "Probed", sheet: Path | None) -> dict[str, Any]:
    return {
        "shot": looked.shot,
        "takes": [_take_values(one) for one in looked.takes.values()],
        "made": list(looked.made),
        "failed": [{"take": number, "reason": str(failure)} for number, failure in looked.failures.items()],
        "blocked": str(looked.blocked) if looked.blocked else None,
        "waits": looked.waits or None,
        "sheet": str(sheet) if sheet else None,
    }


def _take_values(one: "Judged") -> dict[str, Any]:
    return {
        "take": one.plan.number,
        "seed": one.plan.seed,
        "score": one.card.score,
        "rejected": [gate.gate for gate in one.card.rejected],
        "features": dict(one.card.features),
    }


def _show(found: "list[tuple[Probed, Path | None]]", others: list[str], board: Path) -> None:
    from pipeline.cli.tools import show

    rows = [row for looked, _ in found for row in _rows(looked)]
    if rows:
        show(HEADS, rows, whole=HEADS[:4], overflow="fold")
    for looked, sheet in found:
        for failure in dict.fromkeys(map(str, _faults(looked))):
            err.print(f"{looked.shot}: {failure}", style="red", markup=False)
        if looked.made:
            err.print(f"{looked.shot}: there already, not probed: {', '.join(map(str, looked.made))}", markup=False)
        if looked.waits:
            err.print(
                f"{looked.shot}: not probed: it goes on from '{looked.waits}', which has no take yet", markup=False
            )
        if sheet is not None:
            out.print(str(sheet), soft_wrap=True, highlight=False, markup=False)
    if others:
        err.print(f"not made by a model on this machine, not probed: {', '.join(others)}", markup=False)
    if rows:
        told = shlex.join(["dailies", "pick", str(board), rows[0][0], rows[0][1], "--only"])
        err.print(f"unfinished takes score low and rank roughly: look at them. To make one alone: {told}", markup=False)


def _rows(looked: "Probed") -> "Iterator[tuple[str, ...]]":
    from pipeline.choose import ranked

    cards = {number: one.card for number, one in looked.takes.items()}
    for number in ranked(cards):
        card = cards[number]
        words = f"{card.features['alignment']:.2f}" if "alignment" in card.features else "not measured"
        yield looked.shot, str(number), f"{card.score:.2f}", words, "; ".join(one.reason for one in card.rejected)
