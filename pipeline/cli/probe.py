"""`dailies probe`: see what takes will be before a night is spent on them."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, err, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder, studio_folder, where
from pipeline.errors import ProducerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

    Example: dailies probe night.yaml --takes 8
    """
    from flows.quiet import logged_alone, stamp
    from pipeline.cli.progress import Board
    from pipeline.film import probe as look
    from pipeline.film import to_probe
    from pipeline.production import Studio, Wanted, prepare
    from pipeline.store import make_folder

    film_folder(board, studio, name)  # a name that cannot be one is refused before anything is written
    wanted = Wanted(name, takes, generator, tuple(shot or ()), profile=profile, every=True)
    production = prepare(board, Studio(studio_folder(studio)), wanted)
    able, others = _able(production, shot or ())
    for warning in production.warnings:
        err.print(str(warning), style="yellow", markup=False)
    log = make_folder(production.folder / "logs") / f"{stamp()}-probe.txt"
    with Board(err, production.plan.board.title) as told, logged_alone(log):
        told.probing(to_probe(production, able), len(able))
        found = [(one, _on_the_desk(production, one, share)) for one in look(production, able, share, told.take)]
    if as_json:
        print(json.dumps([_values(*one) for one in found], ensure_ascii=False, indent=1))
    else:
        _show(found, others)
        made_with = [*(("--generator", generator) if generator else ()), *(("--profile", profile) if profile else ())]
        _next(found, where(board, studio, name), made_with)
    return max((failure.exit_code for one, _ in found for failure in _faults(one)), default=0)


def _able(production: "Production", asked: "Sequence[str]") -> tuple[list[str], list[str]]:
    """Give the shots asked for (all, where none is named) that can be probed, and the others.

    Raises:
        ProducerError: there is none to probe.
    """
    from pipeline.film import can_be_probed

    names = [one for one in production.shots if not asked or one in asked]
    able = [one for one in names if can_be_probed(production, one)]
    if not able:
        again = shlex.join(["dailies", "render", str(production.plan.board.file)])
        told = "none of these shots is made by a model that can be probed"
        raise ProducerError(told, cure=f"name one with --generator, or go on: {again}")
    return able, [one for one in names if one not in able]


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


def _show(found: "list[tuple[Probed, Path | None]]", others: list[str]) -> None:
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


def _next(found: "list[tuple[Probed, Path | None]]", film: list[str], made_with: list[str]) -> None:
    """Say how one take is made alone: with the same generator and profile, or it is another."""
    best = next((row for looked, _ in found for row in _rows(looked)), None)
    if best is None:
        return
    err.print("unfinished takes score low and rank roughly: look at them. To make one alone:", markup=False)
    err.print(f"  {shlex.join(['dailies', 'pick', *film, *best[:2], '--only'])}", markup=False)
    err.print(f"  {shlex.join(['dailies', 'render', *film, *made_with])}", markup=False)


def _rows(looked: "Probed") -> "Iterator[tuple[str, ...]]":
    from pipeline.choose import ranked

    cards = {number: one.card for number, one in looked.takes.items()}
    for number in ranked(cards):
        card = cards[number]
        words = f"{card.features['alignment']:.2f}" if "alignment" in card.features else "not measured"
        yield looked.shot, str(number), f"{card.score:.2f}", words, "; ".join(one.reason for one in card.rejected)
