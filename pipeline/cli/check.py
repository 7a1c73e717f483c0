"""`dailies check`: everything wrong with storyboards, before anything is made."""

import json
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app
from pipeline.errors import Problem, StoryboardInvalid

if TYPE_CHECKING:
    from pipeline.model import Probe, RenderPlan

Boards = Annotated[list[Path], typer.Argument(metavar="BOARD...", help="Storyboard files.", show_default=False)]


@dataclass(frozen=True, slots=True)
class Checked:
    """One storyboard, checked: its problems and warnings, or what it comes to."""

    file: Path
    problems: tuple[Problem, ...]
    shots: int = 0
    skipped: int = 0
    seconds: Fraction = Fraction(0)

    @property
    def fine(self) -> bool:
        """Whether it can be rendered; warnings do not count."""
        return all(problem.warning for problem in self.problems)


@app.command()
def check(boards: Boards, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Tell every problem of storyboards as file:line:column, or how many shots and seconds they come to.

    Every profile and version is checked too.

    Example: dailies check storyboards/first.yaml
    """
    checked = [_check(board) for board in boards]
    if as_json:
        print(json.dumps([_facts(one) for one in checked], ensure_ascii=False, indent=1))
    else:
        for one in checked:
            _tell(one)
    if not all(one.fine for one in checked):
        raise typer.Exit(2)


def _check(board: Path) -> Checked:
    """Load and plan the film, then with each profile, then each version; what is wrong in several is told once."""
    from pipeline import storyboard
    from pipeline.media import probe

    look = cache(probe.probe)
    film, told = _planned(board, look)
    profiles, versions = storyboard.names(board)
    known = dict.fromkeys(told, "")
    for profile in profiles:
        known = dict.fromkeys(_planned(board, look, profile=profile)[1], f"with profile '{profile}': ") | known
    for version in versions:
        known = dict.fromkeys(_planned(board, look, film, version=version)[1], f"in version '{version}': ") | known
    problems = tuple(sorted(starmap(_placed, known.items()), key=lambda one: (one.line, one.column)))
    if film is None:
        return Checked(board, problems)
    return Checked(board, problems, len(film.shots), len(film.board.skipped), film.frames / film.output.rate)


def _placed(problem: Problem, cut: str) -> Problem:
    """Say of which cut a problem is that the film alone has not, unless it says so itself."""
    told = problem.path.startswith(("versions", "profiles")) or "version" in problem.message
    return problem if told else replace(problem, message=f"{cut}{problem.message}")


def _planned(
    board: Path, look: "Probe", film: "RenderPlan | None" = None, **which: str
) -> "tuple[RenderPlan | None, list[Problem]]":
    """Plan one cut of a storyboard: the plan, if it can be had, and everything told on the way."""
    from pipeline import plan, registry, storyboard

    tools: tuple[Any, ...] = (look, registry.generator, lambda _: False)
    try:
        loaded, warnings = storyboard.load(board, look, **which)
        made = plan.version(film, loaded, *tools) if film else plan.plan(loaded, *tools)
    except StoryboardInvalid as invalid:
        return None, list(invalid.problems)
    return made, [*warnings, *made.warnings]


def _tell(checked: Checked) -> None:
    for problem in checked.problems:
        print(problem)
    if not checked.fine:
        count = sum(not problem.warning for problem in checked.problems)
        print(f"{checked.file}: {count} problem{'s' if count > 1 else ''}; nothing was made")
        return
    skipped = f" ({checked.skipped} skipped)" if checked.skipped else ""
    shots = f"{checked.shots} shot{'s' if checked.shots != 1 else ''}{skipped}"
    print(f"{checked.file}: fine: {shots}, {float(checked.seconds):.6g} seconds")


def _facts(checked: Checked) -> dict[str, Any]:
    return {
        "file": str(checked.file),
        "fine": checked.fine,
        "shots": checked.shots,
        "skipped": checked.skipped,
        "seconds": float(checked.seconds),
        "problems": [asdict(problem) for problem in checked.problems],
    }
