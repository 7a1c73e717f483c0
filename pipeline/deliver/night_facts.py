"""What is known of a night: its films as their folders tell them, what each lacks and why, and the commands that help.

Read tolerantly, like the facts of a film: a film that has no manifest yet, or a damaged one, is a film too.
"""

import shlex
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Literal

from pipeline.deliver import facts, words
from pipeline.deliver.facts import FilmFacts, ShotFacts
from pipeline.deliver.facts_takes import there
from pipeline.deliver.page_parts import why_missing
from pipeline.errors import ProducerError

Status = Literal["complete", "incomplete", "not_made"]
"""Every shot is in; grey slates stand in for some; there is no film."""

Ended = Literal["done", "deadline", "stopped"]
WHY_ENDED = {"done": "all was done", "deadline": "the deadline", "stopped": "it was stopped"}


@dataclass(frozen=True, slots=True)
class Failure:
    """A shot that is missing, or with `take` one take that could not be made of a shot that has others.

    `rerun` is what to type, `retry` what to press in the UI.
    """

    shot: str
    take: int | None
    reason: str
    rerun: str
    retry: str


@dataclass(frozen=True, slots=True)
class NightFilm:
    """One film of the queue: what the night did for it, and what its folder holds.

    `takes_made`, `seconds`, `usd` and `remade` (cuts) are this night's; `takes_wanted` and `takes_left` are of its
    whole storyboard. `error` is what kept it from being made or made anew, `paused` that a person did. `planned` is how
    many shots its storyboard has, None where that is not known. `film` is None while there is no cut; `desk` holds the
    shots that lie in its folder then.
    """

    name: str
    board: str
    folder: Path
    title: str = ""
    rounds: int = 0
    takes_made: int = 0
    takes_wanted: int = 0
    takes_left: int = 0
    seconds: float = 0.0
    usd: float = 0.0
    error: str = ""
    paused: bool = False
    remade: int = 0
    planned: int | None = None
    film: FilmFacts | None = None
    desk: tuple[ShotFacts, ...] = ()

    @property
    def status(self) -> Status:
        """How the film stands in the morning."""
        if self.film is None:
            return "not_made"
        return "incomplete" if self.shots_missing else "complete"

    @property
    def shots(self) -> int:
        """How many shots it has, as far as that is known."""
        return len(self.film.shots) if self.film else len(self.desk) if self.planned is None else self.planned

    @property
    def shots_missing(self) -> int:
        """How many of them nobody can look at in a film; all, where there is no film."""
        return sum(not shot.done for shot in self.film.shots) if self.film else self.shots

    @property
    def told(self) -> str:
        """The status as a sentence."""
        if self.film is None:
            return _not_made(self)
        count = words.plural(self.shots, "shot")
        told = f"{self.shots_missing} of {count} missing." if self.shots_missing else words.complete(self.shots)
        return f"{told} This night: {_first(self.kept)}" if self.kept else told

    @property
    def kept(self) -> str:
        """What kept it from being made or made anew, empty where nothing did."""
        return self.error or ("paused" if self.paused else "")

    @property
    def length(self) -> float | None:
        """Seconds the film runs."""
        return float(self.film.frames / self.film.rate) if self.film and self.film.rate else None

    @property
    def takes(self) -> str:
        """Say how many takes were made this night, and how many are left."""
        left = f"{self.takes_left} of {self.takes_wanted} left" if self.takes_left else "none left"
        return f"{self.takes_made} made, {left}" if self.takes_made or self.takes_wanted else ""

    @property
    def usd_so_far(self) -> float:
        """What all its takes cost, of every night, as its manifest says."""
        return sum(shot.usd for shot in self.film.shots) if self.film else 0.0

    @property
    def scores(self) -> dict[str, float]:
        """Give the score of each shot's take in the film, the lowest first."""
        shots = self.film.shots if self.film else ()
        takes = {one.id: one.chosen_take for one in shots if one.done}
        found = {name: take.score for name, take in takes.items() if take and take.score is not None}
        return dict(sorted(found.items(), key=lambda one: one[1]))

    @property
    def score(self) -> float | None:
        """The mean score of the takes in the film."""
        return fmean(self.scores.values()) if self.scores else None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What failed: the missing shots, then takes that could not be made of shots that have others."""
        shots = self.film.shots if self.film else self.desk
        missing = [_failure(self, one, None, why_missing(one)) for one in shots if not one.done]
        takes = [_failure(self, one, number, reason) for one in shots if one.done for number, reason in one.failed]
        return (*missing, *takes)

    def below(self, name: str) -> str | None:
        """Give the path below the studio of a file in its folder, None where there is none."""
        return f"{self.name}/{name}" if there(self.folder, name) else None

    @property
    def rerun(self) -> str:
        """The command that makes all that is missing, and the film."""
        return command(self)


@dataclass(frozen=True, slots=True)
class Night:
    """A night's work; its time zone is that of `began`. `workers` are sentences about workers that were taken out."""

    began: datetime
    ended: datetime
    until: datetime | None = None
    ended_because: Ended = "done"
    films: tuple[NightFilm, ...] = ()
    workers: tuple[str, ...] = ()

    def local(self, moment: datetime) -> datetime:
        """Give a moment in the night's time zone."""
        return moment.astimezone(self.began.tzinfo)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, (self.ended - self.began).total_seconds())

    @property
    def complete(self) -> int:
        """How many films have every shot."""
        return sum(film.status == "complete" for film in self.films)

    @property
    def shots(self) -> int:
        """Shots of all films."""
        return sum(film.shots for film in self.films)

    @property
    def shots_missing(self) -> int:
        """Shots of all films that are in none; nobody misses those of a film that is paused."""
        return sum(film.shots_missing for film in self.films if not film.paused)

    @property
    def paused(self) -> int:
        """How many films were paused."""
        return sum(film.paused for film in self.films)

    @property
    def usd(self) -> float:
        """What the night cost."""
        return sum(film.usd for film in self.films)


def night_film(
    studio: Path,
    name: str,
    board: str | Path,
    *,
    title: str = "",
    rounds: int = 0,
    takes_made: int = 0,
    takes_wanted: int = 0,
    takes_left: int = 0,
    seconds: float = 0.0,
    usd: float = 0.0,
    error: str = "",
    paused: bool = False,
    remade: int = 0,
    planned: int | None = None,
) -> NightFilm:
    """Read what a film's folder holds, and put what the night did for it beside; nothing needs to be there.

    `title` is used where the folder knows none.
    """
    folder = studio / name
    film, damage = _film(folder)
    return NightFilm(
        name=name,
        board=str(board),
        folder=folder,
        title=(film.title if film else "") or title or name,
        rounds=rounds,
        takes_made=takes_made,
        takes_wanted=takes_wanted,
        takes_left=takes_left,
        seconds=seconds,
        usd=usd,
        error=error.strip() or damage,
        paused=paused,
        remade=remade,
        planned=planned,
        film=film,
        desk=() if film else _desk(folder),
    )


def command(film: NightFilm, shot: str = "") -> str:
    """Say what to type, anywhere on that machine, to make a film, or one shot of it, again."""
    name = [] if Path(film.board).stem == film.name else ["--name", film.name]
    only = ["--shot", shot] if shot else []
    board, studio = (str(path.absolute()) for path in (Path(film.board), film.folder.parent))
    return shlex.join(["dailies", "render", board, "--studio", studio, *name, *only])


def retry(film: NightFilm, shot: str) -> str:
    """Say what to press in the UI to make a shot again."""
    return f'Retry on the run "{film.name}: {shot}" (its menu ⋮)'


def _failure(film: NightFilm, shot: ShotFacts, take: int | None, reason: str) -> Failure:
    told = words.sentence(reason) or "It could not be made."
    return Failure(shot.id, take, told, command(film, shot.id), retry(film, shot.id))


def _first(error: str) -> str:
    """Give the first line of what went wrong, as the end of a sentence, and how many follow."""
    first, *more = error.splitlines()
    told = first if first.endswith((".", "!", "?", ")")) else f"{first}."
    return f"{told} And {words.plural(len(more), 'line')} more." if more else told


def _not_made(film: NightFilm) -> str:
    if film.kept:
        return f"Not made: {_first(film.kept)}"
    if ready := sum(shot.done for shot in film.desk):
        has = "shot has a take" if ready == 1 else "shots have takes"
        return f"Not made yet: {ready} {has}, and no cut was made."
    return "Not made: none of its shots has a take." if film.desk else "Not made: its turn did not come."


def _film(folder: Path) -> tuple[FilmFacts | None, str]:
    """Read the film in a folder; None where there is none, with what is wrong where it cannot be read."""
    try:
        found = facts.read(folder)
        return (found, "") if found.shots else (None, f"{folder / facts.MANIFEST} names no shots")
    except (ProducerError, OSError) as failure:
        return None, str(failure) if (folder / facts.MANIFEST).exists() else ""


def _desk(folder: Path) -> tuple[ShotFacts, ...]:
    """Read the shots that lie in a folder before there is a film; one without a choice counts as missing."""
    try:
        places = sorted(place.parent for place in (folder / "shots").glob(f"*/{facts.SCORES}"))
    except OSError:
        return ()
    return tuple(_alone(folder, place) for place in places)


def _alone(folder: Path, place: Path) -> ShotFacts:
    shot = facts.shot_alone(place)
    here = place.relative_to(folder).as_posix()
    return replace(shot, id=place.name, done=shot.chosen is not None, sheet=there(folder, f"{here}/sheet.jpg"))
