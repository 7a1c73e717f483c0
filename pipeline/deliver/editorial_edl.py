"""The cut as a CMX3600 edit list: one video track, timecode counted in whole frames at the nominal rate.

A CMX transition begins at its event's record-in, so the events around one of n frames meet n // 2 frames before the
film's cut point. Dips and wipes are told by name in a comment, since CMX knows dissolves and numbered wipes alone.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence

from pipeline.deliver.editorial import Event, nominal, one_line
from pipeline.deliver.finished import FinishedFilm

RESERVED = ("", "AX", "BL", "BLACK", "BARS")
REEL = 8
WIPE = "W001"


def text(made: FinishedFilm, events: Sequence[Event]) -> str:
    """Give film.edl."""
    rate = nominal(made.plan.output.rate)
    lines = [f"TITLE: {one_line(made.plan.board.title)}", "FCM: NON-DROP FRAME", ""]
    before: tuple[str, Event] | None = None
    for number, named in enumerate(zip(reels([one.shot for one in events]), events, strict=True), 1):
        lines += _lines(number, named, before, rate)
        before = named
    return "\n".join(lines) + "\n"


def reels(shots: Sequence[str]) -> list[str]:
    """Name a reel of at most 8 letters and digits for each shot, no two alike, the same ones every time."""
    taken = set(RESERVED)
    named = []
    for shot in shots:
        reel = next(one for one in _candidates(shot) if one not in taken)
        taken.add(reel)
        named.append(reel)
    return named


def _candidates(shot: str) -> Iterator[str]:
    plain = re.sub(r"[^A-Z0-9]", "", shot.upper())
    if len(plain) <= REEL:
        yield plain
    salt = 0
    while True:
        mark = hashlib.sha256(f"{shot}\0{salt}".encode()).hexdigest()[:4].upper()
        yield plain[: REEL - len(mark)] + mark
        salt += 1


def _lines(number: int, named: tuple[str, Event], before: tuple[str, Event] | None, rate: int) -> list[str]:
    reel, event = named
    into = before[1].into if before else 0
    early, late = into // 2, event.into // 2
    source = (event.source - early, event.source + event.end - event.start - late)
    record = (event.start - early, event.end - late)
    if before is None or not into:
        lines = [_line(number, reel, "C", source, record, rate), f"* FROM CLIP NAME: {one_line(event.shot)}"]
        return [*lines, *([f"* FROM CLIP: {event.url}"] if event.url else [])]
    left_reel, left = before
    leaves = left.source + left.end - left.start - early
    code = WIPE if left.transition.startswith("wipe") else "D"
    return [
        _line(number, left_reel, "C", (leaves, leaves), (record[0], record[0]), rate),
        _line(number, reel, f"{code} {into:03d}", source, record, rate),
        f"* FROM CLIP NAME: {one_line(left.shot)}",
        f"* TO CLIP NAME: {one_line(event.shot)}",
        *([f"* TO CLIP: {event.url}"] if event.url else []),
        f"* TRANSITION: {left.transition}",
    ]


def _line(number: int, reel: str, code: str, source: tuple[int, int], record: tuple[int, int], rate: int) -> str:
    times = " ".join(timecode(frame, rate) for frame in (*source, *record))
    return f"{number:03d}  {reel:8} V     {code:8} {times}"


def timecode(frame: int, rate: int) -> str:
    """Write a frame as non-drop HH:MM:SS:FF."""
    seconds, frames = divmod(frame, rate)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"
