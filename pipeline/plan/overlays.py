"""What is written over the picture, and from which film frame to which. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipeline.model import Caption, Overlay, Shot, Slot, Storyboard
from pipeline.timeline import round_half_up

FADE = Fraction(2, 5)
"""Seconds in which a title comes or goes; a third of its time where that is less."""


def overlays(
    board: Storyboard, placed: Sequence[Slot], captions: Mapping[str, Sequence[Caption]], label: str
) -> tuple[Overlay, ...]:
    """List titles, burnt subtitles and the label, in the order they appear; nothing lasts past the film's end.

    `label` tells that the film was generated; "" = nothing is told in the picture.
    """
    rate, end = board.output.rate, placed[-1].end
    made = [one for shot, slot in zip(board.shots, placed, strict=True) for one in _titles(shot, slot, rate, end)]
    if board.subtitles is not None and board.subtitles.burn:
        made += [_subtitle(one, rate) for one in captions.get(board.language, ())]
    if label:
        made.append(Overlay("label", label, "label", "upper", 0, end))
    return tuple(sorted(made, key=lambda one: one.start))


def _titles(shot: Shot, slot: Slot, rate: Fraction, end: int) -> list[Overlay]:
    made = []
    for title in shot.titles:
        begin = slot.start / rate + title.at
        start = round_half_up(begin * rate)
        stop = slot.end if title.seconds is None else round_half_up((begin + title.seconds) * rate)
        stop = min(stop, end)
        fade = min(round_half_up(FADE * rate), (stop - start) // 3)
        if stop > start:
            where = (title.role, title.place, start, stop)
            made.append(Overlay("title", title.text, *where, title.enter, title.leave, fade, shot.id))
    return made


def _subtitle(caption: Caption, rate: Fraction) -> Overlay:
    start, stop = round_half_up(caption.start * rate), round_half_up(caption.stop * rate)
    return Overlay("subtitle", "\n".join(caption.text), "subtitle", "lower", start, stop)
