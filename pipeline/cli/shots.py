"""`dailies shots` and `dailies pick`: see what there is, and choose by hand."""

import json
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.app import app, err, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder, where
from pipeline.errors import ProducerError
from pipeline.store import read_value

_TOLD = frozenset({"id", "status", "take", "picked_by", "score", "cost_usd", "compute_seconds"})
_SCORED = frozenset({"take", "score", "rejected"})


@app.command()
def shots(
    board: BoardFile,
    studio: StudioOption = None,
    name: NameOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """List each shot of the newest cut: status, takes, scores, pick, cost.

    Example: dailies shots storyboards/demo.yaml
    """
    folder = film_folder(board, studio, name)
    found = [_shot(folder, one) for one in rendered(folder, board)]
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("shot", "status", "take", "by", "score", "takes", "cost"):
        table.add_column(title, overflow="fold")
    for one in found:
        takes = ", ".join(f"{take['take']}:{take['score']:.2f}{_gates(take)}" for take in one["takes"])
        score = f"{one['score']:.2f}" if one["score"] is not None else ""
        cost = f"${one['cost_usd']:.2f}" if one["cost_usd"] else f"{one['compute_seconds']:.0f} s"
        table.add_row(one["id"], one["status"], str(one["take"] or ""), one["picked_by"] or "", score, takes, cost)
    out.print(table)


@app.command()
def pick(
    board: BoardFile,
    shot: Annotated[str, typer.Argument(metavar="SHOT", help="The shot's id.")],
    take: Annotated[int, typer.Argument(metavar="TAKE", min=0, help="The take's number; 0 = by score again.")],
    studio: StudioOption = None,
    name: NameOption = None,
    only: Annotated[bool, typer.Option("--only", help="Make no other take of the shot.")] = False,
) -> None:
    """Use this take of a shot from the next render on; your pick wins over every score.

    A take that was only probed can be picked too.

    Example: dailies pick storyboards/demo.yaml gate 2
    """
    from dataclasses import replace

    from pipeline import picks
    from pipeline.picks import Pick

    if only and not take:
        raise ProducerError("--only needs a take", cure="name it; without --only, 0 has all made and the best one used")
    folder = film_folder(board, studio, name)
    before = picks.read(folder)
    was = before.get(shot, Pick())
    numbers = _numbers(folder, board, shot)
    again = where(board, studio, name)
    if take and take not in numbers:
        there = f"its takes: {', '.join(map(str, numbers)) or 'none yet'}"
        free = f"; only take {was.take} is made, as picked: `{shlex.join(['dailies', 'pick', *again, shot, '0'])}`"
        raise ProducerError(f"shot '{shot}' has no take {take}", cure=there + (free if was.only else ""))
    picks.write(folder, before | {shot: replace(was, take=take or None, only=only)})
    err.print(f"{shot}: take {take}" if take else f"{shot}: by score", highlight=False)
    err.print(f"now: {shlex.join(['dailies', 'render', *again])}", highlight=False, markup=False)


def _numbers(folder: Path, board: Path, shot: str) -> list[int]:
    """List the takes of a shot, of the newest cut and of those that were only probed.

    Raises:
        ProducerError: there is no such shot; nothing has been rendered or probed yet.
    """
    from pipeline.deliver import probes

    probed = probes.numbers(folder, shot)
    try:
        known = {one["id"]: one for one in rendered(folder, board)}
    except ProducerError:
        if not probed:
            raise
        known = {}
    if shot not in known and not probed:
        raise ProducerError(f"there is no shot '{shot}'", cure=f"there are: {', '.join(known)}")
    made = [one["take"] for one in _shot(folder, known[shot])["takes"]] if shot in known else []
    return sorted({*made, *probed})


def rendered(folder: Path, board: Path) -> list[dict[str, Any]]:
    """Give the shots of the newest cut, as its manifest tells them.

    Raises:
        ProducerError: nothing has been rendered yet.
    """
    found = read_value(folder / "manifest.json", "shots", list)
    if found is None:
        raise ProducerError(f"{board} is not rendered yet", cure=f"dailies render {shlex.quote(str(board))}")
    if not all(isinstance(one, dict) and one.keys() >= _TOLD for one in found):
        cure = f"render the film again: dailies render {shlex.quote(str(board))}"
        raise ProducerError(f"{folder / 'manifest.json'} is damaged", cure=cure)
    return found


def _shot(folder: Path, one: dict[str, Any]) -> dict[str, Any]:
    takes = read_value(folder / "shots" / str(one["id"]) / "scores.json", "takes", list) or []
    whole = all(isinstance(take, dict) and take.keys() >= _SCORED for take in takes)
    return {**one, "takes": takes if whole else []}


def _gates(take: dict[str, Any]) -> str:
    return f" ({', '.join(take['rejected'])})" if take["rejected"] else ""
