"""The contact sheet of a shot: its takes as rows of thumbnails, what the gates found and where, and the chosen one."""

import uuid
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.deliver import facts, words
from pipeline.errors import MediaInvalid
from pipeline.media import frames as film_frames
from pipeline.model import Rejection, Size, Spot
from pipeline.ports import Frame
from pipeline.store import refused, write_whole
from pipeline.vision import scale, text
from pipeline.vision import sheet as ink

MARGIN, TALLEST_STRIP, NARROWEST = 24, 176, 880
HEADER_PAD, INFO, TRACK, TRACK_GAP, LABEL, ROW_GAP = 22, 46, 9, 7, 32, 24
THUMBNAILS = 8
BAR = 120
"""Pixels of a score of 1."""

GROUND, HEAD, EMPTY = (27, 27, 27), (43, 43, 43), (62, 62, 62)
WHITE, PALE, FAINT = (238, 238, 238), (184, 184, 184), (140, 140, 140)
CHOSEN, REJECTED, WEAK = (244, 196, 72), (240, 98, 80), (176, 138, 84)

BYTES = 180_000
"""What a sheet should not exceed, so that it also travels inside a web page."""


@dataclass(frozen=True, slots=True)
class Row:
    """One take: its strip of thumbnails (None where it has none) and where its gates struck, of `frames` frames.

    `worst` are the places that cost it most, the heaviest first.

    `failure` says why a take could not be made at all; `chosen_by` is "" unless it is the one in the film.
    """

    take: int
    seed: int | None
    score: float | None
    frames: int
    strip: Frame | None
    rejected: tuple[Rejection, ...] = ()
    chosen_by: str = ""
    failure: str = ""
    rate: Fraction | None = None
    worst: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on a contact sheet."""

    shot: str
    rows: tuple[Row, ...]
    scene: str = ""
    camera: str = ""
    generator: str = ""


def sheet(of: Sheet) -> Frame:
    """Draw a contact sheet: as wide as its strips and 24 pixels either side, a row a take.

    Text is 20 pixels and more on a sheet 1328 wide. Under each strip runs a track, as long as the take, red where
    a gate struck, and ochre where the take is weakest; the worst is told below. The chosen take has a ring around its
    number and a frame around its strip.
    """
    rows = [_shrunk(row) for row in of.rows]
    width = max([NARROWEST, *(row.strip.shape[1] + 2 * MARGIN for row in rows if row.strip is not None)])
    scene = text.lines(of.scene, width - 2 * MARGIN, 24, most=2) if of.scene else []
    head = HEADER_PAD + 40 + len(scene) * text.line_height(24) + HEADER_PAD
    height = head + ROW_GAP + (sum(_height(row) for row in rows) or INFO)
    frame = np.full((height, width, 3), GROUND, np.uint8)
    _header(frame, of, scene, head)
    top = head + ROW_GAP
    for row in rows:
        _row(frame, row, top)
        top += _height(row)
    if not rows:
        text.draw(frame, "No takes yet.", (MARGIN, top + 22), 22, PALE)
    return frame


def sheet_of(place: Path) -> Frame:
    """Draw the sheet of a shot's folder, from its scores.json and the strips beside it."""
    return sheet(read(place))


def read(place: Path) -> Sheet:
    """Read a shot's folder into what its sheet shows; a strip that is gone leaves its row without pictures."""
    shot = facts.shot_alone(place)
    made = [_row_of(place, shot, take) for take in shot.takes]
    lost = [Row(number, None, None, 0, None, failure=reason or "not made") for number, reason in shot.failed]
    rows = tuple(sorted((*made, *lost), key=lambda row: row.take))
    return Sheet(shot.id, rows, shot.scene, words.named(shot.camera), shot.generator)


def write(place: Path) -> Path:
    """Write sheet.jpg into a shot's folder, whole, at the best quality that keeps it under 180 kB; give its path."""
    return save(sheet_of(place), place / "sheet.jpg", BYTES)


def save(frame: Frame, path: Path, most: int) -> Path:
    """Write a JPEG whole, at the best quality that keeps it under `most` bytes, or the least; give its path."""
    temporary = path.with_name(f".sheet-{uuid.uuid4().hex}.jpg")
    try:
        for quality in (86, 78, 68, 55):
            film_frames.write_picture(temporary, frame, quality)
            if temporary.stat().st_size <= most:
                break
        write_whole(path, temporary.read_bytes())
    except OSError as failure:
        raise refused(failure, path.parent) from failure
    finally:
        temporary.unlink(missing_ok=True)
    return path


def span(start: int, stop: int, frames: int, width: int) -> tuple[int, int]:
    """Give the pixels [left, right) of a track `width` long that frames [start, stop) of `frames` cover, at least 6."""
    whole = max(frames, 1)
    left = min(max(0, round(width * start / whole)), width - 6)
    right = min(width, max(left + 6, round(width * min(stop, whole) / whole)))
    return left, right


def _row_of(place: Path, shot: facts.ShotFacts, take: facts.TakeFacts) -> Row:
    chosen_by = (shot.by or "score") if take.number == shot.chosen else ""
    strip = _strip(place, take)
    about = (take.number, take.seed, take.score, take.frames, strip, take.rejected, chosen_by)
    return Row(*about, rate=take.rate, worst=take.worst)


def _strip(place: Path, take: facts.TakeFacts) -> Frame | None:
    """Read a take's strip; one that is gone or damaged is no reason to have no sheet."""
    try:
        return film_frames.read_picture(place / take.strip) if take.strip else None
    except MediaInvalid:
        return None


def _shrunk(row: Row) -> Row:
    """Bring a tall (portrait) strip down to the height a sheet can carry."""
    if row.strip is None or row.strip.shape[0] <= TALLEST_STRIP:
        return row
    height, width = row.strip.shape[:2]
    small = scale.fit(row.strip, Size(max(1, round(width * TALLEST_STRIP / height)), TALLEST_STRIP))
    return replace(row, strip=small)


def _height(row: Row) -> int:
    strip = 0 if row.strip is None else row.strip.shape[0] + TRACK_GAP + TRACK
    return INFO + strip + (LABEL if row.rejected or row.worst else 0) + ROW_GAP


def _header(frame: Frame, of: Sheet, scene: list[str], height: int) -> None:
    width = frame.shape[1]
    ink.box(frame, (0, 0, width, height), HEAD)
    baseline = HEADER_PAD + 34
    name = text.shortened(of.shot, width // 2, 42, text.BOLD)
    end = text.draw(frame, name, (MARGIN, baseline), 42, WHITE, weight=text.BOLD)
    about = "  ·  ".join(part for part in (of.camera, of.generator, words.plural(len(of.rows), "take")) if part)
    about = text.shortened(text.drawable(about), width - MARGIN - end - 40, 22)
    text.draw(frame, about, (width - MARGIN, baseline), 22, PALE, align="right")
    for number, line in enumerate(scene):
        text.draw(frame, line, (MARGIN, baseline + 14 + 24 + number * text.line_height(24)), 24, PALE)


def _row(frame: Frame, row: Row, top: int) -> None:
    _info(frame, row, top)
    below = top + INFO
    if row.strip is not None:
        height, width = row.strip.shape[:2]
        if row.chosen_by:
            ink.outline(frame, (MARGIN, below, MARGIN + width, below + height), CHOSEN, 5)
        frame[below : below + height, MARGIN : MARGIN + width] = row.strip
        _part(frame, (MARGIN, below, MARGIN + width, below + height))
        below += height + TRACK_GAP
        _track(frame, row, (MARGIN, below, MARGIN + width, below + TRACK))
        below += TRACK
    if row.rejected:
        told = "; ".join(_found(one, row) for one in row.rejected)
        _label(frame, row, below, told, row.rejected[0], REJECTED)
    elif row.worst:
        worst = row.worst[0]
        told = f"weakest: {words.term(worst.term)}, {words.run(worst.start, worst.stop, row.rate)}"
        _label(frame, row, below, told, worst, WEAK)


def _part(frame: Frame, area: ink.Box) -> None:
    """Part the thumbnails of a strip by thin lines."""
    left, top, right, bottom = area
    for number in range(1, THUMBNAILS):
        x = left + round((right - left) * number / THUMBNAILS)
        ink.box(frame, (x - 1, top, x + 1, bottom), GROUND)


def _info(frame: Frame, row: Row, top: int) -> None:
    """Draw the line above a strip: number, score, seed on the left, the verdict on the right."""
    baseline, colour = top + 28, _colour(row)
    end = text.draw(frame, f"Take {row.take}", (MARGIN + 10, baseline), 28, colour, weight=text.BOLD)
    middle = (MARGIN + 10 + end) // 2, top + 18
    if row.chosen_by:
        ink.ring(frame, middle, ((end - MARGIN) // 2 + 10, 22), CHOSEN, 3)
    end += 32
    if row.failure:
        room = frame.shape[1] - MARGIN - end
        text.draw(frame, text.shortened(text.drawable(row.failure), room, 22), (end, baseline), 22, REJECTED)
        return
    if row.score is not None:
        end = text.draw(frame, f"{row.score:.2f}", (end, baseline), 26, WHITE) + 14
        score_bar(frame, (end, top + 13), row.score, colour)
        end += BAR + 28
    verdict = text.shortened(_verdict(row), frame.shape[1] - MARGIN - end, 24)
    text.draw(frame, verdict, (frame.shape[1] - MARGIN, baseline), 24, colour, align="right")
    seed = "" if row.seed is None else f"seed {row.seed}"
    if end + text.measure(seed, 20) + 24 <= frame.shape[1] - MARGIN - text.measure(verdict, 24):
        text.draw(frame, seed, (end, baseline), 20, FAINT)


def score_bar(frame: Frame, at: tuple[int, int], score: float, colour: ink.Colour) -> None:
    """Draw a score 0..1 as a bar, in place, from its upper left corner on."""
    x, y = at
    ink.box(frame, (x, y, x + BAR, y + 12), EMPTY)
    ink.box(frame, (x, y, x + round(BAR * min(max(score, 0.0), 1.0)), y + 12), colour)


def _colour(row: Row) -> ink.Colour:
    if row.chosen_by:
        return CHOSEN
    return REJECTED if row.rejected or row.failure else WHITE


def _verdict(row: Row) -> str:
    if row.chosen_by:
        return f"IN THE FILM, {words.chooser(row.chosen_by)}"
    return f"REJECTED: {words.gates(row.rejected)}" if row.rejected else ""


def _track(frame: Frame, row: Row, area: ink.Box) -> None:
    left, top, right, bottom = area
    ink.box(frame, area, EMPTY)
    for places, colour in ((row.worst, WEAK), (row.rejected, REJECTED)):
        for one in places:
            start, stop = span(one.start, one.stop, row.frames, right - left)
            ink.box(frame, (left + start, top, left + stop, bottom), colour)


def _label(frame: Frame, row: Row, top: int, told: str, place: Rejection | Spot, colour: ink.Colour) -> None:
    """Say under the track what was found and where, as near its place as there is room."""
    width = frame.shape[1] - 2 * MARGIN if row.strip is None else row.strip.shape[1]
    told = text.shortened(told, frame.shape[1] - 2 * MARGIN, 20)
    start = span(place.start, place.stop, row.frames, width)[0]
    left = min(MARGIN + start, frame.shape[1] - MARGIN - text.measure(told, 20))
    text.draw(frame, told, (left, top + 25), 20, colour)


def _found(one: Rejection, row: Row) -> str:
    place = words.struck(one, row.frames, row.rate) or "from start to end"
    return f"{words.gate(one.gate)}: {place}"
