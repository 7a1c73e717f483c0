"""The best window: where a take is longer than its shot, which run of its frames to show."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.model import Card

FINE = 1000
"""Steps of a curve per unit, so that windows are compared in whole numbers and equal ones are equal."""

BETWEEN = frozenset({"frozen", "cut"})
"""Gates that strike between frames; the others strike frames."""


def best_window(card: Card, frames: int, room: int) -> int:
    """Give the frame, 0..room, at which the best run of `frames` frames of a take begins; the earliest of equals.

    What a gate struck is avoided above all: the window with the fewest such frames. Among those the sum over the
    card's curves of mean + worst value is least. A take without curves is judged by its gates alone. Runs in
    O(frames + room) a curve.
    """
    if room <= 0 or frames <= 0:
        return 0
    struck = _struck(card, frames, room)
    pairs = frames - 1
    cost = [0] * (room + 1)
    for curve in card.curves.values() if pairs else ():
        values = _whole(curve, pairs + room)
        for start, (total, worst) in enumerate(zip(_sums(values, pairs), _worst(values, pairs), strict=True)):
            cost[start] += total + worst * pairs
    return min(range(room + 1), key=lambda start: (struck[start], cost[start]))


def _struck(card: Card, frames: int, room: int) -> list[int]:
    """Count for every window the frames, and the steps between them, that a gate struck."""
    held, between = [0] * (frames + room), [0] * (frames + room - 1)
    for one in card.rejected:
        if one.gate == "cut":
            _mark(between, one.start - 1, one.stop - 1)
        elif one.gate in BETWEEN:
            _mark(between, one.start, one.stop - 1)
        else:
            _mark(held, one.start, one.stop)
    return [a + b for a, b in zip(_sums(held, frames), _sums(between, frames - 1), strict=True)]


def _mark(places: list[int], start: int, stop: int) -> None:
    for place in range(max(0, start), min(stop, len(places))):
        places[place] = 1


def _whole(curve: Sequence[float], count: int) -> list[int]:
    """Give a curve in whole steps, `count` long: what it does not tell is perfect."""
    told = [round(FINE * value) for value in curve[:count]]
    return told + [0] * (count - len(told))


def _sums(values: Sequence[int], width: int) -> list[int]:
    """Add up every run of `width` values."""
    sums = [0, *accumulate(values)]
    return [stop - start for start, stop in zip(sums, sums[width:], strict=False)]


def _worst(values: Sequence[int], width: int) -> Iterator[int]:
    """Give the largest of every run of `width` values, each value looked at once (a falling queue of candidates)."""
    queue: deque[int] = deque()
    for place, value in enumerate(values):
        while queue and values[queue[-1]] <= value:
            queue.pop()
        queue.append(place)
        if queue[0] <= place - width:
            queue.popleft()
        if place >= width - 1:
            yield values[queue[0]]
