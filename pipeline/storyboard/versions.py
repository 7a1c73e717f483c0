"""Versions: which shots, how long, and how the takes of the main film serve them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any

from pipeline.model import Shot, Size, Slot, Storyboard, Transition
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.settings import section, size_of
from pipeline.storyboard.titles import ends_at
from pipeline.storyboard.words import missing_name, number
from pipeline.timeline import lost, resampled, seconds_of, slots

LEAST = Fraction(1)
"""Seconds below which no shot is shortened."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version as written, and the main film it is made from. `index` is its place among the versions."""

    name: str
    index: int
    main: Storyboard
    shots: Sequence[Any] | None = None
    target: Fraction | None = None

    @property
    def path(self) -> str:
        """Where it stands in the storyboard."""
        return f"versions[{self.index}]"


USUAL = "landscape-1080p"
SAME_SHAPE = Fraction(11, 10)
"""How many times wider one picture may be than another of about the same shape."""

TARGETS = ("target_seconds", "target_beats")


def named_versions(board: Mapping[str, Any]) -> dict[str, int]:
    """Give the place of each version by its name; the first where a name is there twice."""
    written = board.get("versions")
    found: dict[str, int] = {}
    for index, data in enumerate(written if isinstance(written, list) else ()):
        if isinstance(data, dict) and isinstance(data.get("name"), str):
            found.setdefault(data["name"], index)
    return found


def as_overlay(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a version says otherwise than the main film."""
    return {key: value for key, value in data.items() if key not in {"name", "shots"} and value is not None}


def as_small(over: Mapping[str, Any], plain: Any, made: Size) -> Mapping[str, Any]:
    """Shrink a version's own size as a profile shrinks the film's, from `plain` as written to `made`; never enlarge."""
    output = over.get("output")
    if not isinstance(output, dict) or "size" not in output:
        return over
    try:
        before = size_of(USUAL if plain is None else str(plain))
        own = size_of(str(output["size"]))
    except ValueError:  # told where it stands
        return over
    scale = sqrt(made.pixels / before.pixels)
    if scale >= 1:
        return over
    small = Size(*(max(16, 2 * round(side * scale / 2)) for side in (own.width, own.height)))
    return {**over, "output": {**output, "size": str(small)}}


def without_bars(board: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Give the board that a version is laid over: of clearly another shape, it takes no bars over from the film."""
    film, own = section(board, "output"), section(over, "output")
    if "picture" not in film or "picture" in own or "size" not in own:
        return dict(board)
    try:
        before, after = (
            Fraction(size.width, size.height) for size in (size_of(film.get("size", USUAL)), size_of(own["size"]))
        )
    except ValueError:  # told where the size is read
        return dict(board)
    if max(before, after) <= SAME_SHAPE * min(before, after):
        return dict(board)
    return {**board, "output": {key: value for key, value in film.items() if key != "picture"}}


def version_of(data: Mapping[str, Any], index: int, main: Storyboard) -> Version:
    """Read which shots a version has, and how long it is."""
    target = data.get("target_seconds")
    shots = data.get("shots")
    return Version(
        str(data.get("name", "")),
        index,
        main,
        shots if isinstance(shots, list) else None,
        None if target is None else Fraction(target),
    )


def check_versions(versions: Any, ledger: Ledger) -> tuple[str, ...]:
    """Give the names of all versions, each of which is there once."""
    names: dict[str, str] = {}
    for index, data in enumerate(versions if isinstance(versions, list) else ()):
        name = data.get("name") if isinstance(data, dict) else None
        if not isinstance(name, str):
            continue
        if name.casefold() in names:
            ledger.wrong(f"versions[{index}].name", f"there is already a version {names[name.casefold()]}; rename one")
        names.setdefault(name.casefold(), name)
    return tuple(names.values())


def selected(shots: Sequence[Shot], skipped: Sequence[str], version: Version | None, ledger: Ledger) -> list[Shot]:
    """Give the shots of a version in its order; all of them where it does not say.

    One that continues or uses a shot left out still shows what the main film made of that.
    """
    if version is None or version.shots is None:
        return list(shots)
    known = {shot.id: shot for shot in shots}
    found: dict[str, Shot] = {}
    for index, name in enumerate(version.shots):
        path = f"{version.path}.shots[{index}]"
        if name is None:
            continue
        if str(name) in found:
            ledger.wrong(path, f"shot {name} is already in this version; to show it twice write another with `use`")
        elif str(name) in known:
            found[str(name)] = known[str(name)]
        elif str(name) in skipped:
            ledger.wrong(path, f"shot {name} is skipped; take `skip` out of it, or leave it out here")
        else:
            ledger.wrong(path, missing_name("shot", str(name), known))
    if not version.shots:
        ledger.wrong(f"{version.path}.shots", "a version without shots is no film; name some, or leave `shots` out")
    return list(found.values()) or list(shots)


def shortened(
    shots: Sequence[Shot], counted: Mapping[int, Any], version: Version, rate: Fraction, ledger: Ledger
) -> list[Shot]:
    """Shorten shots in proportion until they come out at the version's length exactly.

    No shot becomes shorter than a second, its lines, or its titles; that those `counted` in beats leave them is told.
    """
    lengths = [seconds_of(shot, rate) for shot in shots]
    whole, target = sum(lengths, Fraction(0)), version.target
    if target is None or target == whole:
        return list(shots)
    path = f"{version.path}.target_seconds"
    if target > whole:
        missing = number(target - whole)
        message = f"its shots come to {number(whole)} seconds, {missing} too few, and no shot is lengthened"
        ledger.wrong(path, f"{message}; write {number(whole)}, or add shots")
        return list(shots)
    if counted:
        message = "shots counted in beats are shortened to come out at it, so their cuts leave the beat"
        ledger.doubt(path, f"{message}; choose `shots` whose beats make up the length instead")
    least = [min(length, _least(shot)) for shot, length in zip(shots, lengths, strict=True)]
    if sum(least) > target:
        over = number(sum(least) - target)
        message = f"its shots need at least {number(sum(least))} seconds for what is said and read in them"
        ledger.wrong(path, f"{message}, {over} more than this; leave shots out, or write a longer time")
        return list(shots)
    fitted = in_proportion(lengths, least, target)
    return [replace(shot, seconds=length, frames=None) for shot, length in zip(shots, fitted, strict=True)]


def _least(shot: Shot) -> Fraction:
    said = [line.at + line.seconds for line in shot.lines]
    return max([LEAST, *said, *(ends_at(title) for title in shot.titles)])


def in_proportion(lengths: Sequence[Fraction], least: Sequence[Fraction], target: Fraction) -> list[Fraction]:
    """Scale lengths by one factor, none below its least, so that the sum is exactly `target`."""
    kept: set[int] = set()
    while True:
        rest = [place for place in range(len(lengths)) if place not in kept]
        if not rest:
            return list(least)
        room = target - sum((least[place] for place in kept), Fraction(0))
        factor = room / sum(lengths[place] for place in rest)
        short = {place for place in rest if lengths[place] * factor < least[place]}
        if not short:
            return [least[place] if place in kept else lengths[place] * factor for place in range(len(lengths))]
        kept |= short


def as_in_main_film(shots: Sequence[Shot], counted: Mapping[int, Any], version: Version, rate: Fraction) -> list[Shot]:
    """Let shots that keep their length keep the very frames of the main film, so that its takes always suffice.

    At another rate, shots whose length was written in frames last as many seconds as in the main film. Where shots
    are `counted` in beats, the beat rules.
    """
    main = version.main.output.rate
    if rate != main:
        return [replace(one, seconds=one.frames / main, frames=None) if one.frames else one for one in shots]
    if version.shots is None or version.target is not None or any(one.index in counted for one in shots):
        return list(shots)
    frames = {slot.shot: slot.end - slot.start for slot in slots(version.main)}
    return [replace(one, seconds=None, frames=frames[one.id]) if one.id in frames else one for one in shots]


def from_main_takes(board: Storyboard, version: Version, ledger: Ledger) -> Storyboard:
    """Name the film whose takes serve, and shorten transitions to the frames that its takes hold.

    One of which less than half is left becomes a cut.
    """
    main = version.main
    film = {slot.shot: slot for slot in slots(main)}
    placed = slots(board)
    rooms = [
        _room(board, shot, slot, film.get(slot.shot), main) for shot, slot in zip(board.shots, placed, strict=True)
    ]
    shots, used = list(board.shots), 0
    for place, ((here, slot), (after, _)) in enumerate(pairwise(zip(rooms, placed, strict=True))):
        wished = slot.transition_frames
        tail = here.total - max(here.head, used) if here else wished
        held = min(wished, 2 * max(0, tail), 2 * (after.head + after.later) + 1 if after else wished)
        if 0 <= held < wished:
            shots[place] = _shortened_passage(shots[place], held, wished, board.output.rate, ledger)
        used = held // 2
    return replace(board, shots=tuple(shots), version=version.name, takes_for=main.output)


@dataclass(frozen=True, slots=True)
class _Room:
    """Frames of the film that a take holds besides those between the cut points of its shot.

    `head` lie before the first of them, `later` may the shot begin, `total` are before and after together.
    """

    head: int
    later: int
    total: int


def _room(board: Storyboard, shot: Shot, slot: Slot, there: Slot | None, main: Storyboard) -> _Room | None:
    """Give the room of a shot; None where no take is asked for it: it is drawn, filmed, or needs takes of its own."""
    if there is None or shot.card or (shot.source and shot.source.as_is):
        return None
    before, after = main.output.rate, board.output.rate
    head, body, tail = (resampled(one, before, after) for one in (there.head, there.end - there.start, there.tail))
    length = slot.end - slot.start
    total = head + body + tail - length
    return _Room(head, max(0, body - length), total) if total + lost(before, after) >= 0 else None


def _shortened_passage(shot: Shot, held: int, wished: int, rate: Fraction, ledger: Ledger) -> Shot:
    """Give a shot whose transition takes the frames there are, or none where they are too few to be seen as one."""
    if 2 * held >= wished:
        return replace(shot, transition=Transition(shot.transition.type, held / rate))
    what = f"the {shot.transition.type} after {shot.id} is a cut"
    message = f"in this version {what}: the takes that are there hold no frames for it"
    ledger.doubt(f"shots[{shot.index}].transition", message)
    return replace(shot, transition=Transition())
