"""Whether a storyboard could be rendered: as `dailies check` tells it, and as the producer who dropped one knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import starmap
from pathlib import Path
from typing import Any

from pipeline.errors import DailiesError, MediaInvalid, Problem, StoryboardInvalid
from pipeline.inbox.names import film_fault, film_of
from pipeline.model import MediaFacts, RenderPlan
from pipeline.store import read_value


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be told of a storyboard, and what it comes to.

    `unread`: a file it names could not be read, perhaps because it is still on its way. `failure`: the first that is
    none of the storyboard's own, such as a tool that is not installed; it is among the problems too.
    """

    problems: tuple[Problem, ...]
    shots: int = 0
    skipped: int = 0
    seconds: Fraction = Fraction(0)
    unread: bool = False
    failure: DailiesError | None = None

    @property
    def fine(self) -> bool:
        """Whether it can be rendered; warnings do not count."""
        return all(one.warning for one in self.problems)


class _Look:
    """Looks at each file once; a class because it remembers what it saw, and whether something could not be read."""

    def __init__(self) -> None:
        self._seen: dict[Path, MediaFacts | MediaInvalid] = {}

    @property
    def unread(self) -> bool:
        return any(isinstance(one, MediaInvalid) for one in self._seen.values())

    def __call__(self, path: Path) -> MediaFacts:
        from pipeline.media.probe import probe

        if path not in self._seen:
            try:
                self._seen[path] = probe(path)
            except MediaInvalid as failure:
                self._seen[path] = failure
        found = self._seen[path]
        if isinstance(found, MediaInvalid):
            raise found
        return found


def checked(board: Path) -> Checked:
    """Load and plan a storyboard, then with each profile, then each version; what is wrong in several is told once.

    Nothing is made.
    """
    from pipeline import storyboard

    look = _Look()
    failures: list[DailiesError] = []
    planned = partial(_planned, board, look, failures)
    film, told = planned()
    profiles, versions = storyboard.names(board)
    known = dict.fromkeys(told, "")
    for profile in profiles:
        known = dict.fromkeys(planned(profile=profile)[1], f"with profile '{profile}': ") | known
    for version in versions:
        known = dict.fromkeys(planned(film, version=version)[1], f"in version '{version}': ") | known
    problems = tuple(sorted(starmap(_placed, known.items()), key=_place))
    found = Checked(problems, unread=look.unread, failure=failures[0] if failures else None)
    if film is None:
        return found
    seconds = film.frames / film.output.rate
    return replace(found, shots=len(film.shots), skipped=len(film.board.skipped), seconds=seconds)


def check(board: Path, shown: str, studio: Path, home: Path) -> Checked:
    """Check a storyboard that was dropped, also whether its film can be called as its file is.

    Args:
        board: where it lies now.
        shown: what the producer calls it; problems name this file.
        studio: the folder of the films.
        home: where the storyboard will lie when it is rendered.
    """
    found = checked(board)
    of_name = [Problem(str(board), 1, 1, "", one) for one in _name_faults(board, studio, home)]
    problems = sorted([*of_name, *found.problems], key=_place)
    return replace(found, problems=tuple(_shown(one, board, shown) for one in problems))


def _planned(
    board: Path, look: _Look, failures: list[DailiesError], film: RenderPlan | None = None, **which: str
) -> tuple[RenderPlan | None, list[Problem]]:
    """Plan one cut of a storyboard: the plan, if it can be had, and everything told on the way."""
    from pipeline import plan, registry, storyboard

    here, found = registry.at_hand()
    tools: tuple[Any, ...] = (look, registry.generator, lambda _: False, plan.Asked(here=here, weights=found))
    try:
        loaded, warnings = storyboard.load(board, look, **which)
        made = plan.version(film, loaded, *tools) if film else plan.plan(loaded, *tools)
    except StoryboardInvalid as invalid:
        return None, list(invalid.problems)
    except DailiesError as failure:
        failures.append(failure)
        return None, [Problem(str(board), 1, 1, "", str(failure))]
    return made, [*warnings, *made.warnings]


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _placed(problem: Problem, cut: str) -> Problem:
    """Say of which cut a problem is that the film alone has not, unless it says so itself."""
    told = problem.path.startswith(("versions", "profiles")) or "version" in problem.message
    return problem if told else replace(problem, message=f"{cut}{problem.message}")


def _shown(problem: Problem, board: Path, shown: str) -> Problem:
    plain: Mapping[str, str] = {str(board): shown, f"{board.parent}/": ""}
    message = problem.message
    for path, name in plain.items():
        message = message.replace(path, name)
    return replace(problem, file=shown, message=message)


def _name_faults(board: Path, studio: Path, home: Path) -> list[str]:
    """Say why the film cannot be called as its file is."""
    name = film_of(board)
    if fault := film_fault(name):
        return [f"{fault}; give the file another name, such as kyoto.yaml"]
    known = read_value(studio / name / "plan.json", "storyboard", str)
    if known is None or Path(known) == home.resolve() or not Path(known).exists():
        return []
    return [f"there is a film '{name}' already, of another storyboard ({known}); give the file another name"]
