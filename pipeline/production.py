"""A film about to be made: the studio it is made in, its plan, and what is there of every shot so far."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pipeline import picks as picking
from pipeline import plan as planning
from pipeline import registry, storyboard
from pipeline.deliver import folder
from pipeline.errors import DailiesError, Problem, ProducerError
from pipeline.media.probe import probe
from pipeline.model import Choice, RenderPlan, ShotPlan
from pipeline.picks import Pick
from pipeline.shot import Judged
from pipeline.store import Store, read_value, write_whole


@dataclass(frozen=True, slots=True)
class Studio:
    """The folder everything lies in: the store shared by every film, and one folder a film."""

    root: Path

    @property
    def store(self) -> Store:
        """The artefacts."""
        return Store(self.root / "store")

    def film(self, name: str) -> Path:
        """Give the folder of a film."""
        return self.root / name


@dataclass(slots=True)
class ShotState:
    """What is there of one shot so far."""

    plan: ShotPlan
    takes: dict[int, Judged] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    failures: dict[int, DailiesError] = field(default_factory=dict)
    blocked: DailiesError | None = None
    choice: Choice | None = None
    reason: str = ""
    cure: str = ""


@dataclass(slots=True)
class Production:
    """A film being made."""

    studio: Studio
    name: str
    plan: RenderPlan
    shots: dict[str, ShotState]
    warnings: tuple[Problem, ...]
    began: float

    @property
    def folder(self) -> Path:
        """Where people look."""
        return self.studio.film(self.name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks of one render, beside the storyboard."""

    name: str | None = None
    takes: int | None = None
    generator: str | None = None
    shots: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()


def prepare(board_file: Path, studio: Studio, wanted: Wanted) -> Production:
    """Load, check and plan a film, and write nothing yet.

    Raises:
        StoryboardInvalid: with every problem.
        ProducerError: a shot that does not exist; a film of this name from another storyboard.
    """
    facts = cache(probe)  # a file is looked at once a plan
    board, warnings = storyboard.load(board_file, facts)
    name = wanted.name or board.name
    _same_board(studio.film(name), board_file)
    for asked in (*wanted.shots, *wanted.fresh):
        if asked not in {one.id for one in board.shots}:
            raise ProducerError(
                f"there is no shot '{asked}'", cure=f"there are: {', '.join(s.id for s in board.shots)}"
            )
    picks = picking.read(studio.film(name))
    picks = fresh_numbers(picks, wanted, {one.id: one.takes for one in board.shots}, studio.film(name))
    asked_plan = planning.Asked(
        wanted.takes,
        wanted.generator,
        {one: pick.first_take for one, pick in picks.items()},
        {one: pick.take for one, pick in picks.items() if pick.take is not None},
        pace(studio),
    )
    made = planning.plan(board, facts, registry.generator, studio.store.has, asked_plan)
    states = {one.shot.id: ShotState(one) for one in made.shots}
    return Production(studio, name, made, states, (*warnings, *made.warnings), time.monotonic())


def fresh_numbers(picks: dict[str, Pick], wanted: Wanted, takes: Mapping[str, int], folder_: Path) -> dict[str, Pick]:
    """Give the picks after `--fresh`: those shots begin with the number after the last take they had."""
    for one in wanted.fresh:
        before = picks.get(one, Pick())
        last = before.first_take + (wanted.takes or takes[one]) - 1
        known = folder.take_numbers(folder_, one)
        picks[one] = Pick(None, max([last if known else 0, *known]) + 1)
    return picks


def _same_board(folder_: Path, board_file: Path) -> None:
    known = read_value(folder_ / "plan.json", "storyboard", str)
    if known is not None and Path(known) != board_file.resolve():
        raise ProducerError(
            f"{folder_} holds the film of another storyboard, {known}",
            cure="give this one a name of its own with --name",
        )


def begin(production: Production, wanted: Wanted) -> None:
    """Write down what is about to be made: the storyboard as it is now, the plan, and the numbers of fresh takes."""
    production.folder.mkdir(parents=True, exist_ok=True)
    board = production.plan.board
    write_whole(production.folder / "storyboard.yaml", board.file.read_bytes())
    if wanted.fresh:
        picks = picking.read(production.folder)
        takes = {one.id: one.takes for one in board.shots}
        picking.write(production.folder, fresh_numbers(picks, wanted, takes, production.folder))
    still = folder.kept_keys(production.folder)
    folder.write_plan(production.folder, production.plan, board.file.resolve(), still)


def pace(studio: Studio) -> dict[str, float]:
    """Read the studio's own history: compute seconds a frame, by tool."""
    return {tool: seconds / frames for tool, (frames, seconds) in _history(studio).items() if frames > 0}


def remember_pace(studio: Studio, made: Mapping[str, tuple[int, float]]) -> None:
    """Add frames and compute seconds, by tool, of the takes made in this run to the studio's history."""
    if not made:
        return
    known = _history(studio)
    for tool, (frames, seconds) in made.items():
        before = known.get(tool, (0, 0.0))
        known[tool] = (before[0] + frames, before[1] + seconds)
    tools = {tool: {"frames": frames, "seconds": seconds} for tool, (frames, seconds) in known.items()}
    write_whole(studio.root / "history.json", json.dumps({"kind": "history/1", "tools": tools}, indent=1))


def _history(studio: Studio) -> dict[str, tuple[int, float]]:
    """Read frames and seconds by tool; what is damaged is forgotten, it is only an estimate."""
    tools = read_value(studio.root / "history.json", "tools", dict) or {}
    try:
        return {str(tool): (int(one["frames"]), float(one["seconds"])) for tool, one in tools.items()}
    except (ValueError, KeyError, TypeError):
        return {}
