"""Footage conformed: which frames of a producer's clip a shot shows, decided without opening it, and their stream."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import repeat
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.generators.animatic_wish import blemishes, camera_of, label_of
from pipeline.model import GenerationPlan, Input, Size, Source, Spec, Wish
from pipeline.ports import Frame, Problems
from pipeline.timeline import frames_needed

CHUNK_BYTES = 96 * 1024 * 1024
_HALF = Fraction(1, 2)


def _round(value: Fraction) -> int:
    return floor(value + _HALF)


def conform(wish: Wish, source: Source, clip: Input) -> GenerationPlan | Problems:
    """Choose the clip's frames for a wish, handles included; the problem names the frames that are missing.

    Handles lie before `in` and beyond `out` where the file has them; a looped clip takes them from its loop. A shot
    may be longer than its footage by less than one film frame, because cut points are rounded: it goes on beyond
    `out`, and at the very end of a file the last frame is held.
    """
    spec = wish.facts["source"].spec if "source" in wish.facts else None
    if spec is None or wish.facts["source"].kind != "video":
        return Problems([("source", f"{source.file.name} is not a clip: use `first_frame` for a picture")])
    if source.speed <= 0:
        return Problems([("source", "speed must be more than 0: `reverse: true` plays backwards")])
    if source.stop is not None and source.stop > spec.seconds + 1 / spec.rate:
        return Problems([("source", f"`out` lies beyond the end: {source.file.name} has {_say(spec)}")])
    rate = spec.rate * source.speed
    window = _window(wish, source, spec)
    if window[1] <= window[0]:
        return Problems([("source", f"nothing lies between in and out ({source.file.name} has {_say(spec)})")])
    head = _round(Fraction(int(wish.options.get("head", 0))) * rate / wish.spec.rate)
    count = frames_needed(wish.spec.frames, wish.spec.rate, rate)
    held = 0
    if not source.loop:
        count, held, missing = _fitted(wish, source, spec, window, (head, count))
        if missing:
            return Problems(missing)
    return _plan(wish, source, clip, Spec(_even(spec.size), rate, count), (*window, head, held))


def _say(spec: Spec) -> str:
    return f"{float(spec.seconds):.2f} s at {float(spec.rate):.5g} fps"


def _even(size: Size) -> Size:
    return Size(max(2, size.width // 2 * 2), max(2, size.height // 2 * 2))


def _window(wish: Wish, source: Source, spec: Spec) -> tuple[int, int]:
    """Give the clip's frames [first, last) between in and out, points inside a frame rounded half up."""
    first = _round(source.start * spec.rate)
    if source.stop is not None:
        return first, min(_round(source.stop * spec.rate), spec.frames)
    if source.reverse and not source.loop:
        body = wish.spec.frames - int(wish.options.get("head", 0)) - int(wish.options.get("tail", 0))
        return first, min(first + frames_needed(body, wish.spec.rate, spec.rate * source.speed), spec.frames)
    return first, spec.frames


def _fitted(
    wish: Wish, source: Source, spec: Spec, window: tuple[int, int], wanted: tuple[int, int]
) -> tuple[int, int, list[tuple[str, str]]]:
    """Check that the clip has the frames; give how many the take has, how many of these are held, what is missing."""
    (first, last), (head, count) = window, wanted
    rate, film = spec.rate * source.speed, wish.spec
    sides = ("after `out`", "before `in`") if source.reverse else ("before `in`", "after `out`")
    before, after = (spec.frames - last, first) if source.reverse else (first, spec.frames - last)
    body = film.frames - int(wish.options.get("head", 0)) - int(wish.options.get("tail", 0))
    exact = ((spec.seconds if source.stop is None else source.stop) - source.start) / source.speed * film.rate
    spare = ceil((body - exact) * rate / film.rate) if exact < body < exact + 1 else 0
    there, least = last - first + head + after, ceil((film.frames - _HALF) * rate / film.rate)
    problems = []
    if head > before:
        problems.append(_no_handles(ceil((head - before) * film.rate / rate), sides[0], "into"))
    held = min(max(0, least - there), spare)
    if body >= exact + 1:
        problems.append(_too_short(source, _round(exact), body))
    elif least > there + held:
        problems.append(_no_handles(ceil((least - there - held) * film.rate / rate), sides[1], "out of"))
    return min(count, there + held), held, problems


def _no_handles(frames: int, where: str, direction: str) -> tuple[str, str]:
    missing = f"{frames} {'frame' if frames == 1 else 'frames'} missing {where}"
    cure = "move in and out, shorten the transition, or use a cut"
    return "source", f"footage without handles: {missing} for the transition {direction} this shot; {cure}"


def _too_short(source: Source, shown: int, body: int) -> tuple[str, str]:
    missing = f"{body - shown} {'frame' if body - shown == 1 else 'frames'}"
    has = f"between in and out {source.file.name} shows {shown} film frames, the shot needs {body}"
    return "source", f"footage is {missing} short: {has}; make the shot shorter, slow it down or set `loop: true`"


def _plan(wish: Wish, source: Source, clip: Input, spec: Spec, place: tuple[int, int, int, int]) -> GenerationPlan:
    first, last, head, held = place
    camera, faults = camera_of(wish), blemishes(wish.options)
    levers: dict[str, Any] = {
        "window": [first, last],
        "head": head,
        "speed": source.speed,
        "reverse": source.reverse,
        "mirror": source.mirror,
        "loop": source.loop,
        "label": label_of(wish, camera, shown=False),
    }
    if held:
        levers["held"] = held
    if faults:
        levers["blemish"] = faults
    return GenerationPlan(
        generator="",
        task="conform",
        prompt="",
        negative="",
        spec=spec,
        inputs=(clip,),
        levers=levers,
        seeded=False,
        compute_seconds=0.3 + spec.frames * spec.size.pixels * 3e-8,
    )


def runs(plan: GenerationPlan) -> Iterator[tuple[int, int, bool]]:
    """Give the clip's frames in the order shown, as runs (start, stop, backwards) of consecutive frames."""
    levers, left = plan.levers, plan.spec.frames - plan.levers.get("held", 0)
    first, last = levers["window"]
    backwards, looped = bool(levers["reverse"]), bool(levers["loop"])
    length = last - first
    at = -int(levers["head"])
    while left > 0:
        begin = at % length if looped else at
        count = min(left, length - begin) if looped else left
        if backwards:
            yield last - begin - count, last - begin, True
        else:
            yield first + begin, first + begin + count, False
        at, left = at + count, left - count


def footage(plan: GenerationPlan, path: Path) -> Iterator[Frame]:
    """Stream the frames of a conformed clip: cut to even sides, mirrored where asked, in constant memory."""
    from pipeline.media import frames as media

    size, last = plan.spec.size, None
    for start, stop, backwards in runs(plan):
        for frame in _backwards(path, start, stop, size) if backwards else media.read(path, start, stop):
            cut = frame[: size.height, : size.width]
            last = np.ascontiguousarray(cut[:, ::-1] if plan.levers["mirror"] else cut)
            yield last
    if last is not None:
        yield from repeat(last, plan.levers.get("held", 0))


def _backwards(path: Path, start: int, stop: int, size: Size) -> Iterator[Frame]:
    from pipeline.media import frames as media

    step = max(1, CHUNK_BYTES // (size.pixels * 3))
    for end in range(stop, start, -step):
        yield from reversed(list(media.read(path, max(start, end - step), end)))
