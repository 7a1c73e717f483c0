"""Size, length and time of what a model makes."""

from collections.abc import Iterator
from fractions import Fraction
from math import log, sqrt

from pipeline.generators.catalog import Entry, Task
from pipeline.model import Size, Spec, Wish
from pipeline.timeline import frames_needed

NEAR = 0.05
"""Difference of two shapes (log of width / height) up to which one is cropped from the other without a thought."""

PACE = 1e-7
"""GPU seconds a pixel, frame and step where no time was published."""


def size_for(entry: Entry, film: Size, asked: Size | None) -> Size | None:
    """Choose the size a model makes for a film: the producer's own, or its usual area in the film's shape.

    None where the size asked for cannot be had.
    """
    turned = [Size(one.height, one.width) for one in entry.sizes] if entry.upright else []
    listed = [*entry.sizes, *turned]
    if asked is not None:
        whole = asked.width % entry.multiple == 0 and asked.height % entry.multiple == 0
        return asked if asked in listed or (entry.shape == "any" and whole) else None
    near = min([entry.sizes[0], *turned[:1]] if entry.shape == "any" else listed, key=lambda one: _off(one, film))
    if entry.shape == "listed" or _off(near, film) <= NEAR:
        return near
    area, shape = entry.sizes[0].pixels, film.width / film.height
    sides = (sqrt(area * shape), sqrt(area / shape))
    width, height = (max(entry.multiple, round(side / entry.multiple) * entry.multiple) for side in sides)
    return Size(width, height)


def _off(one: Size, other: Size) -> float:
    return abs(log(one.width * other.height / (one.height * other.width)))


def size_problems(entry: Entry, size: Size | None, wish: Wish) -> Iterator[tuple[str, str]]:
    """Say which sizes a model makes, where it does not make the one asked for."""
    if size is None:
        fits = (
            f"both sides multiples of {entry.multiple}"
            if entry.shape == "any"
            else f"one of {or_([*map(str, entry.sizes)])}"
        )
        yield "generator", f"{entry.name} does not make {wish.options['size']}: write {fits}"


def length_problems(entry: Entry, legal: int | None, needed: int) -> Iterator[tuple[str, str]]:
    """Say how long a clip a model makes, where a shot asks for a longer one."""
    if legal is None:
        assert entry.longest is not None
        assert entry.fps is not None
        most = f"{float(entry.longest):.3g} s ({entry.frames.longest} frames)"
        asked = f"{float(needed / entry.fps):.3g} s with its handles"
        yield (
            "seconds",
            f"{entry.name} makes at most {most} in one go, this shot asks for {asked}: shorten or `split` it",
        )


def or_(names: list[str]) -> str:
    """Name things of which one will do."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def length(entry: Entry, task: Task, wish: Wish) -> tuple[int, int | None, Fraction]:
    """Give the frames needed, the next number that a model can make (None where none), and its rate."""
    rate = entry.fps or wish.spec.rate
    needed = 1 if task == "text_to_image" else frames_needed(wish.spec.frames, wish.spec.rate, rate)
    return needed, needed if task == "frame_by_frame" else entry.frames.legal(needed), rate


def spec(task: Task, size: Size, needed: int, legal: int, rate: Fraction, *, exact: bool) -> Spec:
    """Give what is kept of a clip of `legal` frames.

    A scene told in words keeps all: its best part is shown, unless it must be `exact`. What starts from a picture or
    footage is cut at its end. A passage from one picture to another must arrive: it is played a little faster.
    """
    if task == "first_last":
        return Spec(size, rate * legal / needed, legal)
    return Spec(size, rate, legal if task == "text_to_video" and not exact else needed)


def seconds(entry: Entry, size: Size, frames: int, steps: int) -> float:
    """Estimate the GPU seconds of one take from a published time; time in the studio's own history goes before it."""
    work = float(size.pixels * frames * steps)
    if not entry.speed:
        return work * PACE
    known = entry.speed[0]
    return known.seconds * work / (known.size.pixels * known.frames * known.steps)
