"""From a chosen take to the frames that the film shows: its best window, at the film's rate."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, repeat
from pathlib import Path
from typing import Any, Protocol

from pipeline import registry, score, stages, timeline
from pipeline.finishers.catalog import ENLARGER
from pipeline.media import frames as film_frames
from pipeline.model import Card, Finish, Output, Recipe, ShotPlan, Size, Spec, TakePlan, Upscale
from pipeline.plan import finishing
from pipeline.ports import Finisher, Frame
from pipeline.shot import TAKE, Judged
from pipeline.store import Store
from pipeline.vision import scale
from pipeline.vision.fitting import inner_size

FINISH = "finish@1"

FINISH_WAIT = 86400.0
"""Seconds to wait for another process that finishes the same take: on a processor a network takes hours."""


class Material(Protocol):
    """The frames a shot gives to the film, at the film's rate; a slate is one too."""

    @property
    def key(self) -> str:
        """What decides its pixels."""
        ...

    @property
    def size(self) -> Size:
        """Its frames' size."""
        ...

    @property
    def first(self) -> int:
        """The frame of the file at which it begins."""
        ...

    def frames(self, start: int, stop: int) -> Iterator[Frame]:
        """Stream material frames [start, stop)."""
        ...


@dataclass(frozen=True, slots=True)
class Clip:
    """Material that lies in a video file at the film's rate, from its frame `first` on.

    It begins `later` frames after the first window that would have done.
    """

    key: str
    path: Path
    size: Size
    first: int = 0
    later: int = 0

    def frames(self, start: int, stop: int) -> Iterator[Frame]:
        """Stream material frames [start, stop)."""
        return film_frames.read(self.path, self.first + start, self.first + stop)


@dataclass(frozen=True, slots=True)
class Still:
    """Material that is one picture: the slate of a missing shot."""

    key: str
    path: Path
    size: Size
    first: int = 0

    def frames(self, start: int, stop: int) -> Iterator[Frame]:
        """Stream the same picture `stop - start` times."""
        picture = film_frames.read_picture(self.path)
        for _ in range(start, stop):
            yield picture


def material(store: Store, shot: ShotPlan, finish: Finish, take: Judged, outputs: Sequence[Output] = ()) -> Clip:
    """Give a take at the film's rate: the take itself, or a mezzanine where frames are interpolated.

    Where the take is longer than the shot, the window of it is shown in which least goes wrong, frame by frame.
    A mezzanine is no larger than any of `outputs` needs it; without them it is as large as the take.
    """
    assert take.plan.recipe is not None
    begin = _surplus(shot, take.card)
    if not shot.mezzanine:
        later = _trim(shot, take.card, begin)
        return Clip(
            take.plan.recipe.key, take.clip, shot.generation.spec.size, begin + shot.first + later, begin + later
        )
    made = shot.generation.spec
    size = needed(made.size, outputs)
    steps = steps_of(shot, finish, size, outputs)
    recipe = mezzanine_recipe(shot, steps, take.plan, begin, size)

    def write(folder: Path) -> None:
        taken = (scale.fit(frame, size) for frame in film_frames.read(take.clip, begin))
        stream, after = stages.through(steps, taken, Spec(size, made.rate * shot.speed, made.frames - begin))
        spec = Spec(after.size, shot.delivered.rate, shot.delivered.frames)
        with closing(stream):
            film_frames.write(folder / TAKE, _held(stream, spec.frames), spec, film_frames.MEZZANINE)

    entry = store.make(recipe, write, wait=FINISH_WAIT)
    later = _trim(shot, take.card, begin)
    shown = later + timeline.round_half_up(begin / _pace(shot))
    return Clip(recipe.key, entry.file(TAKE), _enlarged(shot, finish, size, outputs) or size, shot.first + later, shown)


def _held(stream: Iterator[Frame], count: int) -> Iterator[Frame]:
    """Give `count` frames; where a version at another rate lacks some by rounding, the last is held."""
    frame, came = None, 0
    for frame in islice(stream, count):
        came += 1
        yield frame
    if frame is not None:
        yield from repeat(frame, count - came)


def needed(taken: Size, outputs: Sequence[Output]) -> Size:
    """Give the size, of a take's shape, at which frames are made between its frames: the largest that a film shows.

    Films of several sizes share the frames; none is made larger than the take.
    """
    shown = [inner_size(taken, one.size, one.fit) for one in outputs] or [taken]
    largest = max(shown, key=lambda one: one.pixels)
    return largest if largest.width < taken.width and largest.height < taken.height else taken


def mezzanine_recipe(
    shot: ShotPlan, steps: Sequence[Finisher], take: TakePlan, begin: int = 0, size: Size | None = None
) -> Recipe:
    """Give the recipe of what `steps` make of a take, from its frame `begin` on, brought to `size` before, if any."""
    assert take.recipe is not None
    values: dict[str, Any] = {
        "take": take.recipe.key,
        "frames": shot.delivered.frames,
        "encoding": film_frames.MEZZANINE.values(),
    }
    if begin:
        values["from"] = begin
    if shot.speed != 1:
        values["speed"] = shot.speed
    if size is not None and size != shot.generation.spec.size:
        values["size"] = size
    named = [(f"{one.name}@{one.version}", dict(one.values())) for one in steps]
    if len(named) == 1:
        return Recipe("mezzanine/1", named[0][0], {**values, "step": named[0][1]})
    return Recipe("mezzanine/1", FINISH, {**values, "steps": named})


def steps_of(shot: ShotPlan, finish: Finish, size: Size, outputs: Sequence[Output]) -> list[Finisher]:
    """Give what is done to a take of `size` before it is cut into film, in its order."""
    before = Spec(size, shot.generation.spec.rate * shot.speed, shot.generation.spec.frames)
    between = [_interpolation(shot, finish)] if before.rate != shot.delivered.rate else []
    if not shot.treated:
        return between
    cleaned: list[Finisher] = [
        registry.load("finishers", name)(strength)
        for name, strength in (("denoise", finish.denoise), ("deflicker", finish.deflicker))
        if strength
    ]
    large = _enlarged(shot, finish, size, outputs)
    if large is None:
        return [*cleaned, *between]
    bigger = _enlarging(finish.upscale, large)
    if between and finishing.enlarges_first(finish, before, shot.delivered.rate, large):
        return [*cleaned, *bigger, *between]
    return [*cleaned, *between, *bigger]


def _enlarged(shot: ShotPlan, finish: Finish, size: Size, outputs: Sequence[Output]) -> Size | None:
    """Give the size to which a model brings a take; None where none does."""
    if not shot.treated:
        return None
    return finishing.grown(finish.upscale, size, [inner_size(size, one.size, one.fit) for one in outputs])


def _enlarging(asked: Upscale, size: Size) -> list[Finisher]:
    model, settings = asked.model or ENLARGER, {"fidelity": asked.fidelity, "denoise": asked.denoise}
    made: list[Finisher] = [registry.load("finishers", asked.name)(size, model=model, **settings)]
    return [*made, registry.load("finishers", "stabilise")(asked.stabilise)] if asked.stabilise else made


def _interpolation(shot: ShotPlan, finish: Finish) -> Finisher:
    way = finishing.way(finish, shot)
    if way == "rife":
        trained: Finisher = registry.load("finishers", "rife")(shot.delivered.rate)
        return trained
    made: Finisher = registry.load("finishers", "flow")(shot.delivered.rate, way)
    return made


# ---------------------------------------------------------------- windows


def _pace(shot: ShotPlan) -> Fraction:
    """Give frames of the take per frame of the film."""
    return shot.generation.spec.rate * shot.speed / shot.delivered.rate


def _surplus(shot: ShotPlan, card: Card) -> int:
    """Give the frame at which the part of a take begins that was asked for, where the tool made more than that."""
    made = shot.generation.spec
    needed = timeline.frames_needed(shot.delivered.frames, shot.delivered.rate, made.rate * shot.speed)
    room = made.frames - needed
    return score.best_window(card, needed, room) if room > 0 else 0


def _trim(shot: ShotPlan, card: Card, begin: int) -> int:
    """Give by how many film frames a shot that an edit made shorter begins later than it could."""
    if not shot.windowed:
        return 0
    pace = _pace(shot)
    low = begin + timeline.round_half_up(shot.first * pace)
    frames = timeline.round_half_up(shot.slot.material * pace)
    room = min(timeline.round_half_up(shot.spare * pace), card.spec.frames - low - frames)
    if room <= 0:
        return 0
    found = score.best_window(part(card, low, low + frames + room), frames, room)
    return min(shot.spare, timeline.round_half_up(found / pace))


def part(card: Card, start: int, stop: int) -> Card:
    """Give the card of frames [start, stop) of a take: its curves and rejections there; nothing of its ends."""
    curves = {name: values[start : stop - 1] for name, values in card.curves.items()}
    struck = tuple(
        replace(one, start=max(0, one.start - start), stop=min(one.stop, stop) - start)
        for one in card.rejected
        if one.start < stop and one.stop > start
    )
    spec = replace(card.spec, frames=stop - start)
    return replace(card, spec=spec, curves=curves, rejected=struck, worst=(), ends=None)
