"""Shots counted in beats: the music gives a grid, and a cut after beats lies on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from pipeline.model import Shot
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.sound import entries
from pipeline.storyboard.words import number
from pipeline.timeline import seconds_of

HALF = Fraction(1, 2)
NO_MUSIC = "beats are counted in music; write `bpm` beside its `file` in `audio.music`"


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats `period` seconds apart, the first `offset` seconds after the cut point of shot `start` (None = film)."""

    period: Fraction
    offset: Fraction
    start: str | None = None


def grids(audio: Mapping[str, Any]) -> list[Grid]:
    """Give the grid of every piece of music that names its beats a minute."""
    return [
        Grid(
            60 / Fraction(entry["bpm"]),
            Fraction(entry.get("first_beat", 0)) - Fraction(entry.get("starts_at", 0)),
            None if entry.get("from") is None else str(entry["from"]),
        )
        for _, entry in entries(audio, "music")
        if entry.get("bpm") is not None
    ]


class Clock:
    """Walks through the film and says when the beats fall: a class because each piece of music starts its own count.

    `at` is the film's running sum in seconds, `counted` the beats it has run.
    """

    def __init__(self, music: Sequence[Grid]) -> None:
        self.at = self.counted = Fraction(0)
        self._waiting = {grid.start: grid for grid in music if grid.start is not None}
        self._grid = next((grid for grid in music if grid.start is None), None)
        self._coming = music[0]
        self._origin = self._grid.offset if self._grid else Fraction(0)
        self._beat: Fraction | None = None  # the one at this cut, where the cut lies on the grid
        self._begins = True

    def enter(self, shot: str) -> None:
        """Come to the cut point of a shot, where other music may begin."""
        grid = self._waiting.pop(shot, None)
        if grid is not None:
            self._grid, self._origin, self._beat, self._begins = grid, self.at + grid.offset, None, True

    def last(self, seconds: Fraction) -> None:
        """Go on by seconds."""
        self.at += seconds
        self.counted += seconds / (self._grid or self._coming).period
        self._beat, self._begins = None, False

    def beats(self, count: Fraction) -> Fraction:
        """Go on by beats, from the nearest beat, and give how many seconds that is."""
        grid = self._grid
        if grid is None:  # before any music: as long as beats of what will come
            before = self.at
            self.last(count * self._coming.period)
            return self.at - before
        exact = (self.at - self._origin) / grid.period
        beat = Fraction(floor(exact + HALF)) if self._beat is None else self._beat
        if self._beat is None and not self._begins:
            self.counted += beat - exact
        going = count if beat + count > exact else count + 1  # less than half a beat, begun off the grid
        self.counted += going
        self._beat, self._begins = beat + going, False
        before, self.at = self.at, self._origin + self._beat * grid.period
        return self.at - before


def on_the_beat(
    shots: Sequence[Shot], beats: Mapping[int, Fraction], music: Sequence[Grid], rate: Fraction, ledger: Ledger
) -> tuple[list[Shot], Fraction]:
    """Give the shots with exact seconds where `beats` (by index) were written, and the film's length in beats."""
    if beats and not music:
        for index in beats:
            ledger.wrong(f"shots[{index}].beats", NO_MUSIC)
        return [replace(shot, seconds=Fraction(1)) if shot.index in beats else shot for shot in shots], Fraction(0)
    if not music:
        return list(shots), Fraction(0)
    clock = Clock(music)
    return list(_timed(shots, beats, clock, rate)), clock.counted


def _timed(shots: Sequence[Shot], beats: Mapping[int, Fraction], clock: Clock, rate: Fraction) -> Iterator[Shot]:
    for shot in shots:
        clock.enter(shot.id)
        if shot.index in beats:
            yield replace(shot, seconds=clock.beats(beats[shot.index]))
        else:
            clock.last(seconds_of(shot, rate))
            yield shot


def check_target(target: Any, counted: Fraction, music: Sequence[Grid], rate: Fraction, ledger: Ledger) -> None:
    """Note a film that is not as many beats long as it must be, by half a frame or more."""
    if target is None:
        return
    if not music:
        ledger.wrong("target_beats", NO_MUSIC)
        return
    off = Fraction(target) - counted
    if abs(off) * music[0].period * rate >= HALF:
        verb = "lengthen" if off > 0 else "shorten"
        message = (
            f"the shots come out at {number(counted)} beats, not {number(Fraction(target))}:"
            f" {verb} some by {number(abs(off))} in all, or change target_beats"
        )
        ledger.wrong("target_beats", message)
