"""`dailies diff`: what changed between two cuts."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, out
from pipeline.cli.studio import BoardFile, NameOption, StudioOption, film_folder

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.deliver.diff import Change, Difference


@app.command()
def diff(
    board: BoardFile,
    first: Annotated[int | None, typer.Argument(metavar="A", help="The earlier cut's number.", min=1)] = None,
    second: Annotated[int | None, typer.Argument(metavar="B", help="The later one's (else the newest).", min=1)] = None,
    studio: StudioOption = None,
    name: NameOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Say what changed between two cuts, the last two unless told: shots, takes, picks, scores, lengths, cost.

    Example: dailies diff storyboards/demo.yaml 1 3
    """
    from pipeline.deliver.diff import between

    found = between(film_folder(board, studio, name), first, second)
    if as_json:
        print(json.dumps(_values(found), ensure_ascii=False, indent=1))
        return
    if not found.film and not found.shots:
        out.print(f"Nothing changed from cut {found.before} to cut {found.after}.", highlight=False)
        return
    out.print(_table(found))


def _values(found: "Difference") -> dict[str, Any]:
    return {
        "kind": "diff/1",
        "before": found.before,
        "after": found.after,
        "film": {one.what: [one.before, one.after] for one in found.film},
        "shots": [
            {
                "id": shot.id,
                "became": list(shot.became),
                "changes": {one.what: [one.before, one.after] for one in shot.changes},
            }
            for shot in found.shots
        ],
    }


def _table(found: "Difference") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("", "what", f"cut {found.before}", f"cut {found.after}"):
        table.add_column(head, overflow="fold")
    for line in _lines(found):
        table.add_row(*(Text(_printable(cell)) for cell in line))
    return table


def _lines(found: "Difference") -> list[tuple[str, str, str, str]]:
    """Give one line a change; a shot that came or went is one line, with its take and its length."""
    lines = [("film" if not k else "", one.what, *_sides(one)) for k, one in enumerate(found.film)]
    for shot in found.shots:
        told = {one.what: one for one in shot.changes}
        if {"added", "removed"} & set(shot.became):
            before, after = ("take", "frames"), ("", "")
            whole = ", ".join(f"{what} {_side(one)}" for what in before if (one := told.get(what)))
            after = (whole, "") if "removed" in shot.became else ("", whole)
            lines.append((shot.id, shot.became[0], *after))
            continue
        if "moved" in shot.became:
            lines.append((shot.id, "moved", "", ""))
        first = "" if "moved" in shot.became else shot.id
        lines += [(first if not k else "", one.what, *_sides(one)) for k, one in enumerate(shot.changes)]
    return lines


def _side(one: "Change") -> str:
    return _sides(one)[0] or _sides(one)[1]


def _sides(one: "Change") -> tuple[str, str]:
    from pipeline.deliver.words import money

    def said(value: object) -> str:
        if value is None:
            return ""
        if one.what == "cost" and isinstance(value, int | float):
            return money(value)
        return f"{value:.2f}" if isinstance(value, float) else str(value)

    if one.what == "pictures" and one.before and one.after:
        return "", "made anew"
    return said(one.before), said(one.after)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
