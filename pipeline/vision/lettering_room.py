"""Making room: letterings that would stand on each other at one time are moved apart, for all of their time."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.errors import ProducerError
from pipeline.vision.lettering_value import Lettering

_FIRST = ("label", "legal", "headline", "caption", "subtitle")

Mark = tuple[Lettering, int, int]
"""A lettering and the film frames [start, stop) it stands in."""


def arrange(marks: Sequence[Mark]) -> list[Lettering]:
    """Give every lettering a place of its own: none overlaps another that stands at the same time.

    Each keeps one place for all of its time, so nothing jumps. The place as set is given first to labels, then legal
    text, headlines, captions and subtitles, among these to the one that stands first; what finds its own place taken
    goes to the nearest free one above or below. The order of the letterings is kept.

    Raises:
        ProducerError: there is no room for one; says which text.
    """
    placed: dict[int, Lettering] = {}
    for number in sorted(range(len(marks)), key=lambda one: (_FIRST.index(marks[one][0].role), marks[one][1], one)):
        lettering, start, stop = marks[number]
        others = [placed[one] for one in placed if marks[one][1] < stop and start < marks[one][2]]
        placed[number] = _free(lettering, others)
    return [placed[number] for number in range(len(marks))]


def _free(lettering: Lettering, others: Sequence[Lettering]) -> Lettering:
    x, y, width, height = lettering.box
    gap = max(2, round(0.25 * lettering.size))
    beside = [one for one in others if one.box[0] < x + width and x < one.box[0] + one.box[2]]
    tall = height + lettering.drop
    tops = [y, *(one.box[1] - gap - tall for one in beside), *(_foot(one) + gap for one in beside)]
    top, bottom = lettering.area[1], lettering.area[1] + lettering.area[3]
    tops = [one for one in tops if top <= one and one + tall <= bottom]
    for at in sorted(tops, key=lambda one: (abs(one - y), one)):
        if all(at + tall <= one.box[1] or _foot(one) <= at for one in beside):
            return moved(lettering, at - y)
    message = f"there is no room for `{lettering.text[:60]}` beside `{others[0].text[:60]}` at the same time"
    raise ProducerError(message, cure="show them one after the other, in other places, or with less text")


def _foot(lettering: Lettering) -> int:
    return lettering.box[1] + lettering.box[3] + lettering.drop


def moved(lettering: Lettering, down: int) -> Lettering:
    """Give a lettering some pixels lower (negative: higher)."""
    x, y, width, height = lettering.box
    lower = tuple(one + down for one in lettering.baselines)
    return replace(lettering, box=(x, y + down, width, height), baselines=lower)
