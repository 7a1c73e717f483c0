"""The cut as an editor takes it over: OpenTimelineIO, CMX3600 EDL, FCPXML. All three cut on the film's own frames.

Links are relative to the film's folder, where film.otio is linked; the cut's own folder has a link `shots`, so that
the file opens from there too. No path of a machine is written into any of them.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.deliver.folder import link
from pipeline.model import Made, ShotPlan, Slot
from pipeline.store import make_folder, write_whole


@dataclass(frozen=True, slots=True)
class Event:
    """One shot in the edit: film frames [start, end), and frame `source` of its media is the first after the cut.

    The media has `length` frames at the film's rate. `into` frames of `transition` lead to the next shot, centred on
    the cut. `made` says how the take of shot `owner` was made and which frame of it stands at the cut point; its frames
    are counted from frame `zero` of the media.
    """

    shown: FinishedShot
    start: int
    end: int
    source: int
    length: int
    url: str
    owner: str
    made: Made
    zero: int
    transition: str
    into: int

    @property
    def shot(self) -> str:
        """The shot's id."""
        return self.shown.plan.shot.id


def write(made: FinishedFilm, options: Mapping[str, Any]) -> list[Path]:
    """Write film.otio, film.edl or film.fcpxml into the cut, as `options["format"]` says."""
    kind = str(options["format"])
    path = made.cut / f"film.{kind}"
    text = _writer(kind)(made, events(made))
    if made.cut.resolve() != made.folder.resolve():
        link(made.folder / "shots", made.cut / "shots")
    write_whole(path, text)
    return [path]


def _writer(kind: str) -> Callable[[FinishedFilm, Sequence[Event]], str]:
    from pipeline.deliver import editorial_edl, editorial_fcpxml, editorial_otio

    return {"otio": editorial_otio.text, "edl": editorial_edl.text, "fcpxml": editorial_fcpxml.text}[kind]


def events(made: FinishedFilm) -> list[Event]:
    """List the film's shots as an editor sees them, linking what is shown at the film's rate into the film's folder."""
    return [_event(made.folder, shown) for shown in made.shots]


def nominal(rate: Fraction) -> int:
    """Give the whole rate that timecode counts in: 24 for 24000/1001, 30 for 30000/1001."""
    return max(1, floor(rate + Fraction(1, 2)))


def one_line(name: str) -> str:
    """Give a name without what no edit list can hold: line ends and control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split())


def _made(plan: ShotPlan) -> Made:
    """Say how a shot's take was made, and which frame of it the film would begin at."""
    slot: Slot = plan.slot
    made = plan.made or plan.shot.made or Made(slot.end - slot.start, slot.head, slot.tail)
    return made if made.first is not None else replace(made, first=plan.first + slot.head - made.head)


def _event(folder: Path, shown: FinishedShot) -> Event:
    plan, slot = shown.plan, shown.plan.slot
    made = _made(plan)
    first = made.first or 0
    source = shown.clip_first + slot.head if shown.clip is not None else made.head + first
    zero = source - first
    return Event(
        shown,
        slot.start,
        slot.end,
        source,
        max(zero + made.frames + made.tail, source + slot.end - slot.start + slot.tail),
        _url(folder, shown),
        plan.uses or plan.shot.id,
        made,
        zero,
        slot.transition,
        slot.transition_frames,
    )


def _url(folder: Path, shown: FinishedShot) -> str:
    """Give the link to what the film shows of a shot; empty where it is missing."""
    if shown.take is None or shown.clip is None:
        return ""
    take = shown.takes.get(shown.take)
    if take is not None and take.resolve() == shown.clip.resolve():
        return relative(folder, take)
    place = take.parent if take is not None else folder / "shots" / shown.plan.shot.id
    at_rate = make_folder(place) / f"take_{shown.take}_film.mp4"
    link(shown.clip, at_rate)
    return relative(folder, at_rate)


def relative(folder: Path, file: Path) -> str:
    """Write a file's place below the film's folder as a URL; empty where it lies outside."""
    inside = os.path.relpath(file.absolute(), folder.absolute())
    return "" if inside.startswith("..") else quote(Path(inside).as_posix())
