"""Which film frames a take must hold: its shot's own, those of every other cut that uses it, and handles. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model import Made, Shot, Slot, Storyboard
from pipeline.timeline import round_half_up

Faults = list[tuple[str, str]]
"""Pairs of path and message."""


@dataclass(frozen=True, slots=True)
class Span:
    """A take at the film's rate: `frames` long, made for a cut point at its frame `head` and a shot of `body` frames.

    The shot's material begins at frame `first` of it, or up to `spare` frames later.
    """

    frames: int
    head: int
    body: int
    first: int = 0
    spare: int = 0

    def made(self, before: int) -> Made:
        """Write it down as a storyboard does; `before` are the handles that the shot takes before its cut point."""
        return Made(self.body, self.head, self.frames - self.head - self.body, self.first + before - self.head)


def spans(board: Storyboard, placed: Sequence[Slot]) -> tuple[dict[str, Span], Faults]:
    """Give every shot's span, those that `use` another's take within that one's; and what cannot be had."""
    slots = {slot.shot: slot for slot in placed}
    users: dict[str, list[Shot]] = {}
    for shot in board.shots:
        if shot.use is not None:
            users.setdefault(shot.use.shot, []).append(shot)
    found: dict[str, Span] = {}
    faults: Faults = []
    for shot in board.shots:
        if shot.use is None:
            cuts = [(one, _used_from(board, one), slots[one.id]) for one in users.get(shot.id, ())]
            made, told = _span(shot, slots[shot.id], cuts)
            found |= made
            faults += told
    return found, faults


def _used_from(board: Storyboard, shot: Shot) -> int:
    """Give the frame, from the other shot's cut point, at which a shot that uses its take begins."""
    return round_half_up(shot.use.start * board.output.rate) if shot.use is not None else 0


def _span(shot: Shot, slot: Slot, cuts: Sequence[tuple[Shot, int, Slot]]) -> tuple[dict[str, Span], Faults]:
    begin = shot.made.first or 0 if shot.made else 0
    wanted = [(shot, begin, slot), *cuts]
    needs = {one.id: (first - at.head, first - at.head + at.material) for one, first, at in wanted}
    body = shot.made.frames if shot.made else slot.end - slot.start
    if shot.made is None:
        start, stop = min(low for low, _ in needs.values()), max(high for _, high in needs.values())
        return {name: Span(stop - start, -start, body, low - start) for name, (low, _) in needs.items()}, []
    start, stop = -shot.made.head, shot.made.frames + shot.made.tail
    faults = [
        (f"shots[{one.index}].{'made' if one is shot else 'use'}", _missing(shot, start - needs[one.id][0], over))
        for one, _, _ in wanted
        if (over := max(0, needs[one.id][1] - stop)) or needs[one.id][0] < start
    ]
    return {name: Span(stop - start, -start, body, low - start) for name, (low, _) in needs.items()}, faults


def _missing(shot: Shot, before: int, after: int) -> str:
    parts = [f"{count} frames {where}" for count, where in ((before, "before"), (after, "after")) if count > 0]
    return f"the take of '{shot.id}' lacks {' and '.join(parts)} what is cut here; trim less, or shorten the transition"


def trimmed(base: Span, slot: Slot, slack: int = 0) -> Span | None:
    """Lay a shot into a take that was made for another cut; None where the take is too short for it.

    The take and the shot are counted at one rate. A shorter shot may begin anywhere within the body. `slack`: how
    many frames a take made at another rate may lack by rounding alone; they are made good.
    """
    low = max(0, base.head - slot.head)
    high = min(base.frames - slot.material, base.head - slot.head + max(0, base.body - (slot.end - slot.start)))
    if high < low or (base.head < slot.head and base.body <= slot.end - slot.start):
        return _made_good(base, slot, slack)
    return Span(base.frames, base.head, base.body, low, high - low)


def _made_good(base: Span, slot: Slot, slack: int) -> Span | None:
    """Let a shot begin `slack` frames off at most, and hold the last frame of its take as long; None beyond that."""
    held = max(0, slot.material - base.frames)
    wished = base.head - slot.head
    first = max(0, min(wished, base.frames + held - slot.material))
    if not slack or held > slack or abs(first - wished) > slack:
        return None
    return Span(base.frames + held, base.head, base.body, first)
