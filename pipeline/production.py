"""A film about to be made: the studio it is made in, its plan, and what is there of every shot so far."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from pipeline import picks as picking
from pipeline import plan as planning
from pipeline import registry, storyboard
from pipeline import snapshot as snapshots
from pipeline.deliver import folder, provenance
from pipeline.errors import DailiesError, Problem, ProducerError
from pipeline.media.probe import probe
from pipeline.model import Choice, Probe, RenderPlan, ShotPlan, Storyboard
from pipeline.picks import Pick
from pipeline.racing import Stopped
from pipeline.score import profiles
from pipeline.shot import Judged
from pipeline.store import Entry, Store, read_value, write_whole

VERSIONS = "versions"
"""Folder of a film's versions, in the film's folder."""


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
    """What is there of one shot so far; `stopped` are the takes that lost a race, `key` its pictures."""

    plan: ShotPlan
    takes: dict[int, Judged] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)
    failures: dict[int, DailiesError] = field(default_factory=dict)
    stopped: dict[int, Stopped] = field(default_factory=dict)
    blocked: DailiesError | None = None
    choice: Choice | None = None
    reason: str = ""
    cure: str = ""
    key: "ShotState | None" = None

    def __post_init__(self) -> None:
        if self.key is None and self.plan.key is not None:
            self.key = ShotState(self.plan.key)


@dataclass(slots=True)
class Production:
    """A film being made, or with `base` a version of that one."""

    studio: Studio
    name: str
    plan: RenderPlan
    shots: dict[str, ShotState]
    warnings: tuple[Problem, ...]
    began: float
    base: "Production | None" = None
    snapshot: Entry | None = None

    @property
    def folder(self) -> Path:
        """Where people look."""
        film = self.studio.film(self.name)
        return film / VERSIONS / self.plan.board.version if self.base else film

    @property
    def desk(self) -> Path:
        """Where picks.yaml lies: one for a film and all its versions."""
        return self.studio.film(self.name)

    @property
    def source(self) -> Path:
        """Where its storyboard is read: in the snapshot, if it began with one, whatever became of the file since."""
        return snapshots.file(self.snapshot) if self.snapshot else self.plan.board.file

    @property
    def reads(self) -> list[str]:
        """Keys of the snapshot it began with, and of the files in it."""
        return snapshots.keys(self.snapshot) if self.snapshot else []

    def now(self) -> RenderPlan:
        """Give the plan with what became known since it was made: the recipes of chained shots, takes added."""
        return replace(self.plan, shots=tuple(state.plan for state in self.shots.values()))

    def state(self, shot: str) -> ShotState:
        """Give the state of a shot; a version asks the film for those it leaves out."""
        return self.shots[shot] if shot in self.shots or self.base is None else self.base.shots[shot]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of one render beside the storyboard; no shot has more takes than `at_most`, but where they race.

    `every`: also the takes that a pick leaves out; asking for a number of takes does the same.
    """

    name: str | None = None
    takes: int | None = None
    generator: str | None = None
    shots: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    profile: str | None = None
    version: str | None = None
    at_most: int | None = None
    every: bool = False


def prepare(board_file: Path, studio: Studio, wanted: Wanted, snapshot: str | None = None) -> Production:
    """Load, check and plan a film, and write nothing yet.

    `snapshot` is the key of what is read in the place of `board_file` and the files beside it.

    Raises:
        StoryboardInvalid: with every problem.
        ProducerError: a shot or a profile that does not exist; a film of this name from another storyboard.
        OperatorError: the snapshot is gone or damaged.
    """
    kept = snapshots.find(studio.store, snapshot) if snapshot is not None else None
    facts = _probe(kept)
    board, warnings = _read(board_file, kept, facts, wanted.profile)
    name = wanted.name or board.name
    _known_version(board, wanted.version)
    _same_board(studio.film(name), board_file)
    for asked in (*wanted.shots, *wanted.fresh):
        if asked not in {one.id for one in board.shots}:
            raise ProducerError(
                f"there is no shot '{asked}'", cure=f"there are: {', '.join(s.id for s in board.shots)}"
            )
    for weights in {one.weights for one in board.shots if isinstance(one.weights, str)}:
        profiles.weights_of(weights, studio.root)
    more = _asked(studio, name, wanted, {one.id: one.takes for one in board.shots})
    made = planning.plan(board, facts, registry.generator, studio.store.has, more)
    states = {one.shot.id: ShotState(one) for one in made.shots}
    return Production(studio, name, made, states, (*warnings, *made.warnings), time.monotonic(), snapshot=kept)


def another_cut(film: Production, name: str, wanted: Wanted) -> Production:
    """Load, check and plan a version of a film, from the film's own takes wherever they reach.

    Raises:
        StoryboardInvalid: with every problem.
        OperatorError: the snapshot that the film began with is gone or damaged.
    """
    kept = snapshots.find(film.studio.store, film.snapshot.key) if film.snapshot else None
    facts = _probe(kept)
    board, warnings = _read(film.plan.board.file, kept, facts, wanted.profile, name)
    asked = _asked(film.studio, film.name, wanted, {one.id: one.takes for one in board.shots})
    made = planning.version(film.now(), board, facts, registry.generator, film.studio.store.has, asked)
    states = {one.shot.id: _served(film, one) for one in made.shots}
    return Production(film.studio, film.name, made, states, (*warnings, *made.warnings), time.monotonic(), film, kept)


def _probe(kept: Entry | None) -> Probe:
    """Give what tells about files: each is looked at once a plan, one in a snapshot once and for all."""
    return cache(snapshots.probe_of(kept) if kept else probe)


def _read(
    board_file: Path, kept: Entry | None, facts: Probe, profile: str | None, version: str | None = None
) -> tuple[Storyboard, tuple[Problem, ...]]:
    if kept is None:
        return storyboard.load(board_file, facts, profile=profile, version=version)
    return storyboard.load(snapshots.file(kept), facts, profile=profile, version=version, known_as=board_file)


def versions(film: Production, wanted: Wanted) -> tuple[str, ...]:
    """Give the versions that one render makes: the one asked for, else all."""
    return (wanted.version,) if wanted.version else film.plan.board.versions


def needed(film: Production, cuts: Sequence[Production]) -> set[str]:
    """Give the shots of a film whose takes its versions show, and those they continue or use."""
    names: set[str] = set()
    todo = [one.shot.id for cut in cuts for one in cut.plan.shots]
    while todo:
        name = todo.pop()
        if name in film.shots and name not in names:
            names.add(name)
            todo += [before] if (before := film.shots[name].plan.after) else []
    return names


def _served(film: Production, made: ShotPlan) -> ShotState:
    """Take up what the film has of a shot, where the version shows the same take."""
    known = film.shots.get(made.shot.id)
    if known is None or known.plan.generation != made.generation:
        return ShotState(made)
    lost = dict(known.stopped)
    failures = dict(known.failures)
    return ShotState(made, dict(known.takes), failures=failures, stopped=lost, blocked=known.blocked, key=known.key)


def _known_version(board: Storyboard, name: str | None) -> None:
    if name is not None and name not in board.versions:
        there = ", ".join(board.versions) or "none"
        raise ProducerError(f"{board.file} has no version '{name}'", cure=f"versions there: {there}")


def _asked(studio: Studio, name: str, wanted: Wanted, takes: Mapping[str, int]) -> planning.Asked:
    picks = fresh_numbers(picking.read(studio.film(name)), wanted, takes, studio.film(name))
    here, found = registry.at_hand()
    return planning.Asked(
        wanted.takes,
        wanted.generator,
        {one: pick.first_take for one, pick in picks.items()},
        {one: pick.take for one, pick in picks.items() if pick.take is not None},
        pace(studio),
        here,
        wanted.at_most,
        found,
        frozenset() if wanted.every or wanted.takes else frozenset(one for one, pick in picks.items() if pick.only),
    )


def fresh_numbers(picks: dict[str, Pick], wanted: Wanted, takes: Mapping[str, int], folder_: Path) -> dict[str, Pick]:
    """Give the picks after `--fresh`: those shots begin with the number after the last take they had."""
    for one in (name for name in wanted.fresh if name in takes):
        before = picks.get(one, Pick())
        last = before.first_take + (wanted.takes or takes[one]) - 1
        known = folder.take_numbers(folder_, one)
        picks[one] = Pick(None, max([last if known else 0, *known]) + 1)
    return picks


def _same_board(folder_: Path, board_file: Path) -> None:
    known = read_value(folder_ / "plan.json", "storyboard", str)
    if known is not None and Path(known) != board_file.resolve() and _there(Path(known)):
        raise ProducerError(
            f"{folder_} holds the film of another storyboard, {known}",
            cure="give this one a name of its own with --name",
        )


def _there(path: Path) -> bool:
    """Tell whether a file is there, or may be: a storyboard that was moved or renamed keeps its film."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def begin(production: Production, wanted: Wanted) -> None:
    """Write down what is about to be made: the storyboard as it is read, the plan, and the numbers of fresh takes."""
    production.folder.mkdir(parents=True, exist_ok=True)
    board = production.plan.board
    if board.disclosure in {"file", "both"}:
        provenance.check_signer(production.studio.root)
    write_whole(production.folder / "storyboard.yaml", production.source.read_bytes())
    if wanted.fresh and production.base is None:
        picks = picking.read(production.folder)
        takes = {one.id: one.takes for one in board.shots}
        picking.write(production.folder, fresh_numbers(picks, wanted, takes, production.folder))
    still = [*folder.kept_keys(production.folder), *production.reads]
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
