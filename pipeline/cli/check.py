"""`dailies check`: everything wrong with storyboards, before anything is made."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app

if TYPE_CHECKING:
    from pipeline.inbox.checking import Checked

Boards = Annotated[list[Path], typer.Argument(metavar="BOARD...", help="Storyboard files.", show_default=False)]


@app.command()
def check(boards: Boards, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Tell every problem of storyboards as file:line:column, or how many shots and seconds they come to.

    Every profile and version is checked too.

    Example: dailies check storyboards/first.yaml
    """
    checked = [(board, _check(board)) for board in boards]
    if as_json:
        print(json.dumps([_facts(*one) for one in checked], ensure_ascii=False, indent=1))
    else:
        for one in checked:
            _tell(*one)
    if not all(one.fine for _, one in checked):
        raise typer.Exit(2)


def _check(board: Path) -> "Checked":
    from pipeline.inbox.checking import checked

    found = checked(board)
    if found.failure:
        raise found.failure
    return found


def _tell(board: Path, checked: "Checked") -> None:
    for problem in checked.problems:
        print(problem)
    if not checked.fine:
        count = sum(not problem.warning for problem in checked.problems)
        print(f"{board}: {count} problem{'s' if count > 1 else ''}; nothing was made")
        return
    skipped = f" ({checked.skipped} skipped)" if checked.skipped else ""
    shots = f"{checked.shots} shot{'s' if checked.shots != 1 else ''}{skipped}"
    print(f"{board}: fine: {shots}, {float(checked.seconds):.6g} seconds")


def _facts(board: Path, checked: "Checked") -> dict[str, Any]:
    return {
        "file": str(board),
        "fine": checked.fine,
        "shots": checked.shots,
        "skipped": checked.skipped,
        "seconds": float(checked.seconds),
        "problems": [asdict(problem) for problem in checked.problems],
    }
