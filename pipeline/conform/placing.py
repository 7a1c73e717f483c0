"""Which shot each clip of an edit is, which part of its take it shows, and what the storyboard must say for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from typing import Any

from pipeline import timeline
from pipeline.conform.edit import Clip, Edit, Passage, timecode
from pipeline.model import Made, Shot, Slot, Storyboard
from pipeline.plan.spans import spans

MOST_FRAMES = 216_000
LONGEST_ID = 64
MOST_TAKES = 100_000


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a shot's picture: whose take it is, how that was made, which of its `takes` the film shows.

    Frame 0 of `made`, the first after its head, is frame `zero` of the media.
    """

    shot: str
    owner: str
    made: Made
    zero: int
    take: int | None = None
    takes: int = 1

    @property
    def first(self) -> int:
        """The frame of `made` that the shot began at."""
        return self.made.first or 0


@dataclass(frozen=True, slots=True)
class Placed:
    """One shot of the new film: entry `entry` of the storyboard's shots (None = a new one) and what it now says.

    The shot begins `moved` frames later in its take than it did.
    """

    id: str
    known: Known
    clip: Clip
    first: int
    head: int
    tail: int
    entry: int | None = None
    moved: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


def known_shots(board: Storyboard, handed_out: Sequence[Edit]) -> dict[str, Known]:
    """Say what is known of each shot: as handed out to the editor, else as the storyboard would have it made."""
    placed = timeline.slots(board)
    made, _ = spans(board, placed)
    known = {}
    for shot, slot in zip(board.shots, placed, strict=True):
        how = made[shot.id].made(slot.head)
        owner = shot.use.shot if shot.use is not None else shot.id
        known[shot.id] = Known(shot.id, owner, how, how.head, None, shot.takes)
    for edit in handed_out:
        for clip in edit.clips:
            told = _told(clip)
            if told is not None and known.get(told.shot, told).owner == told.owner and told.shot in known:
                known[told.shot] = told
    return known


def _told(clip: Clip) -> Known | None:
    """Read what the house wrote on a clip; None where it says nothing, or nothing that can be."""
    facts, made = clip.facts, clip.facts.get("made")
    names = (facts.get("shot"), facts.get("owner"))
    if not isinstance(made, dict) or not all(isinstance(name, str) for name in names):
        return None
    numbers = [made.get(key) for key in ("frames", "head", "tail", "first")] + [facts.get("zero")]
    if not all(type(number) is int and abs(number) <= MOST_FRAMES for number in numbers):
        return None
    frames, head, tail, first, zero = (int(number) for number in numbers if number is not None)
    if frames < 1 or min(head, tail) < 0:
        return None
    take, takes = facts.get("take"), facts.get("takes")
    return Known(
        str(names[0]),
        str(names[1]),
        Made(frames, head, tail, first),
        zero,
        take if type(take) is int and 0 < take <= MOST_TAKES else None,
        takes if type(takes) is int else 1,
    )


# ---------------------------------------------------------------- place


def place(board: Storyboard, edit: Edit, known: Mapping[str, Known]) -> tuple[list[Placed], list[str]]:
    """Give every shot of the new film in order, and a sentence for everything that cannot be had."""
    problems: list[str] = []
    placed: list[Placed] = []
    drawn = {shot.id for shot in board.shots if shot.card is not None}  # a card is as long as one likes
    start = 0
    for number, clip in enumerate(edit.clips):
        shot = next((known[hint] for hint in clip.hints if hint in known), None)
        where = timecode(start, board.output.rate)
        start += clip.frames
        if shot is None:
            problems.append(f"'{clip.name}' at {where} is no shot of {board.file.name}; make it a shot there first")
            continue
        if clip.frames < 1:
            problems.append(f"'{clip.name}' at {where} is shorter than the transition into it")
            continue
        before, after = edit.passages.get(number - 1), edit.passages.get(number)
        head, tail = (before.before if before else 0), (after.after if after else 0)
        one = Placed(shot.shot, shot, clip, clip.media - shot.zero, head, tail)
        problems += [] if shot.owner in drawn else _missing(one, where)
        placed.append(one)
    if problems:
        return [], problems
    return _named(board, placed, problems), problems


def _missing(one: Placed, where: str) -> list[str]:
    """Say how many frames a clip asks for that its take does not have."""
    made = one.known.made
    early = one.head - one.first - made.head
    late = one.first + one.clip.frames + one.tail - made.frames - made.tail
    found = []
    if early > 0:
        found.append(f"'{one.id}' at {where} needs {_frames(early)} more before the first one of its take")
    if late > 0:
        found.append(f"'{one.id}' at {where} needs {_frames(late)} more after the last one of its take")
    return [f"{sentence}; trim it, or shorten the transition" for sentence in found]


def _frames(count: int) -> str:
    return f"{count} frame{'s' if count > 1 else ''}"


def _named(board: Storyboard, placed: Sequence[Placed], problems: list[str]) -> list[Placed]:
    """Give each clip its entry: one of those that show a take is the shot that owns it, the others use it."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(placed):
        groups[one.known.owner].append(number)
    taken = {shot.id.casefold() for shot in board.shots} | {name.casefold() for name in board.skipped}
    named = list(placed)
    for owner, members in groups.items():
        problems += _two_takes(owner, [placed[number] for number in members])
        leads = min(members, key=lambda number: (placed[number].first >= 0, placed[number].id != owner, number))
        named[leads] = replace(placed[leads], id=owner)
        used = {owner}
        for number in members:
            if number != leads:
                name = placed[number].id
                name = name if name not in used else _new_id(owner, taken)
                used.add(name)
                named[number] = replace(placed[number], id=name)
                problems += [_too_early(named[number])] if placed[number].first < 0 else []
    entries = _entries(board)
    alone = {owner for owner, members in groups.items() if len(members) == 1} - _used(board)
    return [_worded(board, one, entries.get(one.id), alone=one.id in alone) for one in named]


def _entries(board: Storyboard) -> dict[str, tuple[Shot, Slot]]:
    return {shot.id: (shot, slot) for shot, slot in zip(board.shots, timeline.slots(board), strict=True)}


def _used(board: Storyboard) -> set[str]:
    return {shot.use.shot for shot in board.shots if shot.use is not None}


def _two_takes(owner: str, members: Sequence[Placed]) -> list[str]:
    takes = sorted({take for one in members if (take := _take(one)) is not None})
    if len(takes) < 2:
        return []
    both = " and ".join(str(take) for take in takes)
    return [f"'{owner}' is cut from takes {both}; a shot has one take, so choose one of them"]


def _too_early(one: Placed) -> str:
    return f"'{one.known.owner}' is shown twice from before its first frame; only one of them can begin there"


def _take(one: Placed) -> int | None:
    return (one.clip.take or one.known.take) if one.known.take is not None else None


def _new_id(owner: str, taken: set[str]) -> str:
    number = 2
    while True:
        end = f"_{number}"
        name = owner[: LONGEST_ID - len(end)] + end
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
        number += 1


# ---------------------------------------------------------------- what the storyboard says


def _worded(board: Storyboard, one: Placed, entry: tuple[Shot, Slot] | None, *, alone: bool) -> Placed:
    """Find what a shot's entry must say now; only what differs from what it says is in it."""
    length = entry[1].end - entry[1].start if entry else None
    values: dict[str, Any] = {}
    if one.clip.frames != length:
        values["frames"] = one.clip.frames
    if one.id != one.known.owner:
        start = Fraction(one.first) / board.output.rate
        before = entry[0].use if entry else None
        if before is None or timeline.round_half_up(before.start * board.output.rate) != one.first:
            values["use"] = {"shot": one.known.owner, "in": start}
    elif entry is not None:
        values |= _owned(one, *entry, alone=alone)
    moved = one.first - one.known.first if entry is not None and one.known.shot == one.id else 0
    return replace(one, entry=entry[0].index if entry else None, moved=moved, values=values)


def _owned(one: Placed, shot: Shot, slot: Slot, *, alone: bool) -> dict[str, Any]:
    """Say which part of its own take a shot shows; nothing where the take would be made the same without a word."""
    values: dict[str, Any] = {}
    now = replace(one.known.made, first=one.first)
    plain = Made(slot.end - slot.start, slot.head, slot.tail, 0)
    same = alone and shot.made is None and now == plain and (one.head, one.tail) == (slot.head, slot.tail)
    if shot.card is not None:
        return {}
    if not (same and one.clip.frames == plain.frames) and shot.made != now:
        values = {
            "frames": one.clip.frames,
            "made": {name: value for name, value in asdict(now).items() if value is not None},
        }
    take = _take(one)
    if take is not None and one.known.takes > 1 and shot.pick != take:
        values["pick"] = take
    return values


def transition_of(board: Storyboard, placed: Sequence[Placed], number: int, passage: Passage | None) -> Any:
    """Give what a shot's `transition` must say, or None where what stands there will do.

    Raises:
        ValueError: the house has no such transition.
    """
    left = next((shot for shot in board.shots if shot.index == placed[number].entry), None)
    wide = timeline.transition_frames(left.transition, board.output.rate) if left is not None else 0
    if passage is None:
        fine = left is not None and not wide and left is not board.shots[-1]
        return None if fine else "cut"
    kinds = passage.kinds or (("dissolve",) if not passage.name else ())
    if not kinds:
        raise ValueError(passage.name)
    kind = left.transition.type if left is not None and left.transition.type in kinds else kinds[0]
    if left is not None and (left.transition.type, wide) == (kind, passage.frames):
        return None
    return {"type": kind, "frames": passage.frames}
