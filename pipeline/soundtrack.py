"""Where every sound lies: music, ambience, what is said, effects and the sound of clips, in exact seconds. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Literal

from pipeline.model import Cue, Line, MediaFacts, PlacedCue, Shot, Slot, SoundPlan, Source, Storyboard
from pipeline.model.shots import Seconds

Facts = Mapping[Path, MediaFacts]
Told = list[tuple[str, str]]
"""Pairs of path and message."""

SOFT = Fraction(1, 100)
"""Seconds of the fade where a sound is cut into, so that it does not click."""

TOGETHER = Fraction(1, 4)
"""Seconds for which two lines may overlap, as in talk, before it is told."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line in the film: who says what from film second `start`, and where the storyboard says so."""

    line: Line
    shot: Shot
    path: str
    start: Seconds

    @property
    def stop(self) -> Seconds:
        """The film second at which it has been said."""
        return self.start + self.line.seconds


def spoken(board: Storyboard, slots: Sequence[Slot]) -> list[Said]:
    """Give every line of the film, the earliest first; the film's beginning and end cut nothing off here."""
    rate = board.output.rate
    found = [
        Said(line, shot, f"shots[{shot.index}].lines[{number}]", slot.start / rate + line.at)
        for shot, slot in zip(board.shots, slots, strict=True)
        for number, line in enumerate(shot.lines)
    ]
    return sorted(found, key=lambda one: one.start)


def sound(board: Storyboard, slots: Sequence[Slot], facts: Facts) -> SoundPlan:
    """Place every sound by its shot's cut point; `facts` holds the length of each file.

    Music and ambience give way to lines, to clips, and to the effects that ask for it. Under master music the film is
    not levelled.
    """
    place = _Place.of(board, slots, facts)
    audio = board.audio
    music = [place.cue(cue, "music") for cue in audio.music]
    effects = [place.cue(cue, "effect") for cue in audio.effects]
    beds = [place.inside(bed) for bed in _passing([place.cue(cue, "ambience") for cue in audio.ambience])]
    lines = [place.line(one) for one in spoken(board, slots) if one.line.file is not None]
    clips = list(_clips(board, place))
    ducking = [one for one, wish in zip(effects, audio.effects, strict=True) if wish.ducks] + lines + clips
    return SoundPlan(
        place.end,
        tuple(_heard([*music, *beds, *effects, *lines, *clips])),
        tuple(sorted((cue.start, cue.stop) for cue in _heard(ducking))),
        audio.duck_db,
        None if any(cue.master for cue in _heard(music)) else audio.loudness,
    )


def without(plan: SoundPlan, missing: Collection[str]) -> SoundPlan:
    """Leave out the sound of the clips of missing shots, and what gave way to it."""
    silent = [cue for cue in plan.cues if cue.role == "clip" and cue.shot in missing]
    ducks = list(plan.ducks)
    for cue in silent:
        ducks.remove((cue.start, cue.stop))
    return replace(plan, cues=tuple(cue for cue in plan.cues if cue not in silent), ducks=tuple(ducks))


def later(plan: SoundPlan, shifts: Mapping[str, Seconds]) -> SoundPlan:
    """Keep the sound of clips with their pictures where a shot, by its id, shows its take from some seconds on.

    What is played round and round stays as it is.
    """
    return replace(plan, cues=tuple(_from(cue, shifts.get(cue.shot, Fraction(0))) for cue in plan.cues))


def faults(board: Storyboard, slots: Sequence[Slot], facts: Facts) -> Told:
    """List (path, message) for what cannot be heard as it is written."""
    end = slots[-1].end / board.output.rate
    found = [
        (f"{one.path}.at", f"said only {_says(one.start - end)} s after the film's end; say it earlier")
        for one in spoken(board, slots)
        if one.start >= end
    ]
    for first, second in _at_once(board, slots, facts):
        if board.audio.music[first].master and board.audio.music[second].master:
            what = "two pieces of master music play at once, and only one can rule; end one with `to`"
            found.append((f"audio.music[{second}].master", what))
    return found


def doubts(board: Storyboard, slots: Sequence[Slot], facts: Facts) -> Told:
    """List (path, message) for what can be heard, but hardly as it is meant."""
    end = slots[-1].end / board.output.rate
    found = []
    said = [one for one in spoken(board, slots) if one.start < end]
    for number, one in enumerate(said):
        for other in said[number + 1 :]:
            both = min(one.stop, other.stop, end) - other.start
            if both <= TOGETHER:
                continue
            whom = f" ({one.line.who})" if one.line.who else ""
            found.append((other.path, f"{_says(both)} s of it are said while {one.path}{whom} is being said"))
    for first, second in _at_once(board, slots, facts):
        if board.audio.music[first].master != board.audio.music[second].master:
            what = "it plays at once with master music, which nothing lowers; end one of the two with `to`"
            plain = second if board.audio.music[first].master else first
            found.append((f"audio.music[{plain}]", what))
    return found


def _says(seconds: Fraction) -> str:
    return f"{float(seconds):.2f}".rstrip("0").rstrip(".")


def _heard(cues: Sequence[PlacedCue]) -> list[PlacedCue]:
    return [cue for cue in cues if cue.stop > cue.start]


def _at_once(board: Storyboard, slots: Sequence[Slot], facts: Facts) -> Iterator[tuple[int, int]]:
    """Give the numbers of two pieces of music that play at once."""
    place = _Place.of(board, slots, facts)
    music = [place.cue(cue, "music") for cue in board.audio.music]
    for (first, one), (second, other) in combinations(enumerate(music), 2):
        if min(one.stop, other.stop) - max(one.start, other.start) > max(one.fade_out, other.fade_in):
            yield first, second


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the film's shots lie, and how long files are: what every sound is placed by."""

    slots: Mapping[str, Slot]
    rate: Fraction
    end: Seconds
    facts: Facts

    @classmethod
    def of(cls, board: Storyboard, slots: Sequence[Slot], facts: Facts) -> "_Place":
        rate = board.output.rate
        return cls({slot.shot: slot for slot in slots}, rate, slots[-1].end / rate, facts)

    def cue(self, cue: Cue, role: Literal["music", "effect", "ambience"]) -> PlacedCue:
        """Place music, an effect or ambience: as long as its shots, and as its file unless that is repeated."""
        known = self.facts[cue.file.path]
        begin = (self.slots[cue.start].start / self.rate if cue.start else Fraction(0)) + cue.at
        last = self.slots[cue.stop].end / self.rate if cue.stop else self.end
        runs_out = begin + known.seconds - cue.skip
        repeats = cue.loop and runs_out < last + cue.fade_in + cue.fade_out
        fades = (cue.fade_in, cue.fade_out)
        if role == "ambience":
            fades = (max(cue.fade_in, SOFT), max(cue.fade_out, SOFT))
        placed = PlacedCue(
            cue.file.path,
            known.sha256,
            role,
            begin,
            last if repeats else min(last, runs_out),
            cue.skip,
            cue.gain_db,
            *fades,
            window=known.seconds - cue.skip if repeats else None,
            loop=repeats,
            master=cue.master,
        )
        return self.inside(placed)

    def line(self, said: Said) -> PlacedCue:
        """Place a recording; its shot's end does not cut it, the film's beginning and end do, softly."""
        line = said.line
        assert line.file is not None
        known = self.facts[line.file.path]
        stop = said.start + known.seconds
        placed = PlacedCue(
            line.file.path,
            known.sha256,
            "line",
            said.start,
            stop,
            gain_db=line.gain_db,
            fade_in=SOFT if said.start < 0 else Fraction(0),
            fade_out=SOFT if stop > self.end else Fraction(0),
            shot=said.shot.id,
        )
        return self.inside(placed)

    def clip(self, shot: Shot, owner: Shot, source: Source) -> PlacedCue:
        """Play a clip's own sound as its pictures run in a shot that shows them, or shows its owner's take again."""
        known = self.facts[source.file.path]
        start, stop = self._seconds(shot)
        begin = shot.use.start if shot.use else self._frames(shot.made.first or 0 if shot.made else 0)
        speed = source.speed * owner.speed
        placed = PlacedCue(
            source.file.path, known.sha256, "clip", start, stop, source.start, 0.0, SOFT, SOFT, shot=shot.id
        )
        if speed == 1 and not source.reverse and not source.loop:
            return _from(placed, begin)
        first, last = self._seconds(owner)
        shown = self._frames(owner.made.frames) if owner.made else last - first
        needed = source.start + (shown if source.reverse else begin + stop - start) * speed
        end = min(known.seconds, source.stop or (known.seconds if source.loop else needed))
        whole = replace(placed, window=end - source.start, speed=speed, reverse=source.reverse, loop=source.loop)
        return _from(whole, begin)

    def _seconds(self, shot: Shot) -> tuple[Seconds, Seconds]:
        slot = self.slots[shot.id]
        return slot.start / self.rate, slot.end / self.rate

    def _frames(self, count: int) -> Seconds:
        return count / self.rate

    def inside(self, cue: PlacedCue) -> PlacedCue:
        """Cut off what lies before the film's beginning or after its end."""
        start = max(cue.start, Fraction(0))
        return replace(cue, start=start, stop=max(start, min(cue.stop, self.end)), skip=cue.skip + start - cue.start)


def _passing(beds: Sequence[PlacedCue]) -> list[PlacedCue]:
    """Let one ambience pass into the next where they meet: each goes half its fade beyond the cut."""
    begins, ends = {bed.start for bed in beds}, {bed.stop for bed in beds}
    return [
        replace(
            bed,
            start=bed.start - bed.fade_in / 2 if bed.start in ends else bed.start,
            stop=bed.stop + bed.fade_out / 2 if bed.stop in begins else bed.stop,
        )
        for bed in beds
    ]


def _clips(board: Storyboard, place: _Place) -> Iterator[PlacedCue]:
    """Give the own sound of every clip that keeps it, also where another shot shows it again."""
    shots = {shot.id: shot for shot in board.shots}
    for shot in board.shots:
        owner = shots.get(shot.use.shot, shot) if shot.use else shot  # a version may leave that shot out
        source = owner.source
        if source is None or source.sound != "keep" or not place.facts[source.file.path].has_sound:
            continue
        yield place.clip(shot, owner, source)


def _from(cue: PlacedCue, seconds: Seconds) -> PlacedCue:
    """Begin the sound of a clip as many seconds of the film later; backwards, these lie at the end of its window."""
    if not seconds or cue.role != "clip" or cue.loop:
        return cue
    passed = seconds * cue.speed
    window = None if cue.window is None else max(Fraction(0), cue.window - passed)
    return replace(cue, skip=cue.skip if cue.reverse else cue.skip + passed, window=window)
