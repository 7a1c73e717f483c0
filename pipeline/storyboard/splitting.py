"""A long shot made in parts, each going on from the last frame of the one before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

from pipeline.model import Audio, Cue, Finish, Shot, Title, Transition, Use
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import number

LONGEST = Fraction(5)
LEAST = Fraction(1, 4)
"""Seconds below which no part is made."""

MOST_LETTERS = 64


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of each split shot by its id, with the second of the shot at which each begins."""

    of: Mapping[str, Sequence[tuple[str, Fraction]]]

    def first(self, shot: str | None) -> str | None:
        """Give the first part of a shot; the shot itself where it is whole."""
        return self.of[shot][0][0] if shot is not None and shot in self.of else shot

    def last(self, shot: str | None) -> str | None:
        """Give the last part of a shot; the shot itself where it is whole."""
        return self.of[shot][-1][0] if shot is not None and shot in self.of else shot

    def using(self, use: Use) -> Use:
        """Give the part in which a use begins."""
        for name, start in reversed(self.of.get(use.shot, ())):
            if start <= use.start:
                return Use(name, use.start - start)
        return use


def longest_part(split: Any, length: Fraction) -> Fraction | None:
    """Give how long the parts of a shot are; None where it stays whole."""
    if split is None or split is False:
        return None
    wish = split if isinstance(split, dict) else {} if isinstance(split, bool) else {"parts": split}
    most = Fraction(wish.get("seconds") or LONGEST)
    count = int(wish.get("parts") or ceil(length / most))
    return length / count if count > 1 else None


def split(
    shots: Sequence[Shot], lengths: Sequence[Fraction], longest: Mapping[str, Fraction], ledger: Ledger
) -> tuple[list[Shot], Parts]:
    """Put the parts of each shot named in `longest` (seconds of a part) in its place.

    What names a split shot must be told through the parts that come back.
    """
    cut = {
        shot.id: list(_cut_into(shot.id, length, longest[shot.id]))
        for shot, length in zip(shots, lengths, strict=True)
        if shot.id in longest
    }
    names = Parts({name: [(part, start) for part, start, _ in parts] for name, parts in cut.items()})
    _check_names(shots, names, ledger)
    made = [part for shot in shots for part in (_parts(shot, cut[shot.id]) if shot.id in cut else [shot])]
    inner = {part for parts in names.of.values() for part, _ in parts[1:]}
    return [part if part.id in inner else _renamed(part, names) for part in made], names


def _cut_into(shot: str, length: Fraction, longest: Fraction) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Give name, beginning and length of each part: whole ones, then what remains."""
    count = max(1, ceil(length / longest))
    starts = [longest * number for number in range(count)]
    if length - starts[-1] < LEAST and count > 1:
        starts[-1] = length - LEAST
    for place, (start, stop) in enumerate(zip(starts, [*starts[1:], length], strict=True), 1):
        yield f"{shot}-{place}", start, stop - start


def _check_names(shots: Sequence[Shot], names: Parts, ledger: Ledger) -> None:
    taken = {shot.id.casefold(): shot.id for shot in shots}
    for shot in shots:
        for part, _ in names.of.get(shot.id, ()):
            path = f"shots[{shot.index}].split"
            if part.casefold() in taken:
                ledger.wrong(path, f"its part would be called {part}, as another shot is; rename one of the two")
            elif len(part) > MOST_LETTERS:
                ledger.wrong(path, f"its part would be called {part}: over {MOST_LETTERS} letters; shorten the id")


def _parts(shot: Shot, cut: Sequence[tuple[str, Fraction, Fraction]]) -> Iterator[Shot]:
    before = None
    for place, (name, start, length) in enumerate(cut):
        last = place == len(cut) - 1
        part = replace(
            shot,
            id=name,
            seconds=length,
            frames=None,
            titles=tuple(_titles(shot.titles, start, None if last else start + length)),
            last_frame=shot.last_frame if last else None,
            transition=shot.transition if last else Transition(),
        )
        if before is not None:
            part = replace(part, first_frame=None, keyframe=None, continues=before, lines=())
        before = name
        yield part


def _titles(titles: Sequence[Title], start: Fraction, stop: Fraction | None) -> Iterator[Title]:
    """Give the titles seen in a part; one that goes on through several neither leaves nor comes between them."""
    for title in titles:
        end = None if title.seconds is None else title.at + title.seconds
        if (stop is not None and title.at >= stop) or (end is not None and end <= start):
            continue
        begins, goes_on = title.at >= start, stop is not None and (end is None or end > stop)
        at = title.at if begins else start
        yield replace(
            title,
            at=at - start,
            seconds=None if end is None or goes_on else end - at,
            enter=title.enter if begins else "cut",
            leave="cut" if goes_on else title.leave,
        )


def _renamed(shot: Shot, names: Parts) -> Shot:
    if shot.continues is None and shot.use is None:
        return shot
    use = names.using(shot.use) if shot.use else None
    return replace(shot, continues=names.last(shot.continues), use=use)


def told_again(audio: Audio, finish: Finish, names: Parts) -> tuple[Audio, Finish]:
    """Let sounds begin with first parts and end with last ones, and colours follow a first part."""

    def cues(those: Sequence[Cue]) -> tuple[Cue, ...]:
        return tuple(replace(cue, start=names.first(cue.start), stop=names.last(cue.stop)) for cue in those)

    audio = replace(audio, music=cues(audio.music), effects=cues(audio.effects), ambience=cues(audio.ambience))
    if finish.harmonise is not None:
        reference = names.first(finish.harmonise.reference)
        finish = replace(finish, harmonise=replace(finish.harmonise, reference=reference))
    return audio, finish


def check_parts(shots: Sequence[Shot], longest: Mapping[str, Fraction], ledger: Ledger) -> None:
    """Note shots split into parts too short to be made."""
    for shot in shots:
        part = longest.get(shot.id, LEAST)
        if part < LEAST:
            message = f"parts of {number(part)} seconds are too short; at least {number(LEAST)}"
            ledger.wrong(f"shots[{shot.index}].split", message)
