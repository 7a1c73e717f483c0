"""A film that is joined, as those who hand it on see it: every shot, where its frames come from, and the sound."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.model import Grade, RenderPlan, ShotPlan, SoundPlan


@dataclass(frozen=True, slots=True)
class FinishedShot:
    """One shot of the film; `take` None = a slate stands in, and `clip` is None.

    `clip` is the file whose frames the film shows, at the film's rate: frame `clip_first` of it is the first frame of
    the shot's material, which begins `plan.slot.head` frames before the cut point. `takes` are all takes by number, as
    links in the film's folder.
    """

    plan: ShotPlan
    take: int | None
    clip: Path | None
    clip_first: int
    takes: Mapping[int, Path]
    grade: Grade | None


@dataclass(frozen=True, slots=True)
class FinishedFilm:
    """A cut: its film's folder (dailies.html lies there), the cut's own folder, what it shows and what is heard.

    `gain_db` is what levelling gave the whole sound.
    """

    folder: Path
    cut: Path
    plan: RenderPlan
    shots: tuple[FinishedShot, ...]
    sound: SoundPlan
    gain_db: float = 0.0

    @property
    def film(self) -> Path:
        """The film."""
        return self.cut / "film.mp4"
