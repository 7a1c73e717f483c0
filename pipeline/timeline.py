"""Whole frames from exact seconds: cut points, handles and pieces. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from math import ceil, floor

from pipeline.model import (
    Piece,
    Shot,
    Slot,
    Storyboard,
    Transition,
)

HALF = Fraction(1, 2)


def round_half_up(value: Fraction) -> int:
    """Round to the nearest whole number, halves upwards."""
    return floor(value + HALF)


def resampled(frames: int, before: Fraction, after: Fraction) -> int:
    """Count the frames of a clip of `frames` at rate `before` once it runs at rate `after`."""
    return round_half_up(frames * after / before)


def lost(before: Fraction, after: Fraction) -> int:
    """Count the frames at rate `after` that rounding alone may cost a clip made at rate `before`."""
    return 0 if before == after else ceil(after / before)


def frames_needed(frames: int, film_rate: Fraction, rate: Fraction) -> int:
    """Count the frames at `rate` from which `frames` at `film_rate` are resampled so that none is held."""
    step = rate / film_rate
    return max(ceil(frames * step), ceil((frames - 1) * step) + 1)


def seconds_of(shot: Shot, rate: Fraction) -> Fraction:
    """Give the exact length of a shot, from its seconds or its frames."""
    return shot.frames / rate if shot.frames is not None else (shot.seconds or Fraction(0))


def cut_points(lengths: Sequence[Fraction], rate: Fraction) -> list[int]:
    """Round each cut once from the exact running sum: n lengths give n + 1 film frames, never half a frame off."""
    return [round_half_up(total * rate) for total in accumulate(lengths, initial=Fraction(0))]


def transition_frames(transition: Transition, rate: Fraction) -> int:
    """Count a transition's frames; anything but a cut has at least one."""
    if transition.type == "cut":
        return 0
    return max(1, round_half_up(transition.seconds * rate)) if transition.seconds else 0


def slots(board: Storyboard) -> list[Slot]:
    """Place every shot: n frames of transition, centred on a cut, give n // 2 head and n - n // 2 tail handles."""
    rate = board.output.rate
    cuts = cut_points([seconds_of(shot, rate) for shot in board.shots], rate)
    into = [transition_frames(shot.transition, rate) for shot in board.shots]
    into[-1:] = [0]
    return [
        Slot(shot.id, start, end, before // 2, after - after // 2, shot.transition.type if after else "cut", after)
        for shot, (start, end), before, after in zip(board.shots, pairwise(cuts), [0, *into], into, strict=False)
    ]


def body(slot: Slot, before: int) -> tuple[int, int]:
    """Give film frames [start, stop) that belong to the shot alone, `before` being the transition into it."""
    return slot.start + before - before // 2, slot.end - slot.transition_frames // 2


def ends(board: Storyboard) -> tuple[int, int]:
    """Count the frames of the film's opening and closing."""
    return transition_frames(board.open, board.output.rate), transition_frames(board.close, board.output.rate)


def _bodies(placed: Sequence[Slot], opening: int, closing: int) -> list[tuple[int, int]]:
    into = [0, *(slot.transition_frames for slot in placed)]
    spans = [body(slot, before) for slot, before in zip(placed, into, strict=False)]
    spans[0] = (spans[0][0] + opening, spans[0][1])
    spans[-1] = (spans[-1][0], spans[-1][1] - closing)
    return spans


def faults(board: Storyboard, placed: Sequence[Slot]) -> list[tuple[str, str]]:
    """List (path, message) for every shot too short for what happens in it."""
    rate = board.output.rate
    found = []
    for shot, slot in zip(board.shots, placed, strict=True):
        if slot.end == slot.start:
            found.append((f"shots[{shot.index}].seconds", f"less than half a frame at {rate} fps: make it longer"))
    for number, (start, stop) in enumerate(_bodies(placed, *ends(board))):
        if stop < start:
            found.append(_too_short(board, placed, number, start - stop))
    return found


def _too_short(board: Storyboard, placed: Sequence[Slot], number: int, missing: int) -> tuple[str, str]:
    slot, shot = placed[number], board.shots[number]
    opening, closing = ends(board)
    length = slot.end - slot.start
    path = f"shots[{shot.index}].transition"
    if not slot.transition_frames:
        before = placed[number - 1].transition_frames if number else 0
        path = f"shots[{board.shots[number - 1].index}].transition" if before else "open" if opening else "close"
    what = f"longer than shot '{shot.id}': its {length} frames are {missing} too few for the transitions around it"
    if (number == 0 and opening) or (number == len(placed) - 1 and closing):
        what += " and the film's open or close"
    return path, f"{what}; shorten the transition or lengthen the shot"


def pieces(board: Storyboard, placed: Sequence[Slot]) -> list[Piece]:
    """Cut the film into runs that are encoded once each: bodies, transitions, opening and closing, in film order."""
    opening, closing = ends(board)
    spans = _bodies(placed, opening, closing)
    made: list[Piece] = []
    if opening:
        made.append(Piece("open", board.open.type, 0, opening, placed[0].shot, placed[0].head))
    for number, (slot, (start, stop)) in enumerate(zip(placed, spans, strict=True)):
        if stop > start:
            made.append(Piece("body", "cut", start, stop - start, slot.shot, start - slot.start + slot.head))
        if slot.transition_frames:
            made.append(_passage(slot, placed[number + 1]))
    if closing:
        last = placed[-1]
        start = last.end - closing
        made.append(Piece("close", board.close.type, start, closing, last.shot, start - last.start + last.head))
    return made


def _passage(slot: Slot, following: Slot) -> Piece:
    start = slot.end - slot.transition_frames // 2
    a_from = start - slot.start + slot.head
    return Piece("transition", slot.transition, start, slot.transition_frames, slot.shot, a_from, following.shot, 0)
