"""sheet.jpg: the whole film on one page, a thumbnail a shot, as the film shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.deliver import facts, words
from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.deliver.sheet import BAR, EMPTY, GROUND, HEAD, MARGIN, PALE, REJECTED, WHITE, save, score_bar
from pipeline.errors import MediaInvalid
from pipeline.media import frames as film_frames
from pipeline.model import Size
from pipeline.ports import Frame
from pipeline.vision import scale, text
from pipeline.vision import sheet as ink

WIDTH, TALLEST = 1600, 3900
"""Pixels of a page across, and at most down."""

PAGE = 80
"""Shots on a page."""

HEADER, GAP, CAPTION, FOOT = 108, 20, 62, 12
NARROWEST, MOST_COLUMNS = 148, 10
BYTES = 1_500_000


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One shot of the film: its picture (None where it cannot be decoded), and what stands under it."""

    shot: str
    picture: Frame | None
    at: str
    take: str
    score: float | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on a page; `shape` is the film's size."""

    title: str
    about: str
    shape: Size
    thumbnails: Sequence[Thumbnail]


def write(made: FinishedFilm, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG001 - every deliverable is asked so
    """Write sheet.jpg, and sheet_2.jpg ... where the film has more than 80 shots; give their paths.

    Raises:
        OperatorError: the disk refuses.
    """
    count = ceil(len(made.shots) / PAGE)
    paths = []
    for number in range(count):
        shots = made.shots[number * PAGE : (number + 1) * PAGE]
        name = "sheet.jpg" if not number else f"sheet_{number + 1}.jpg"
        paths.append(save(draw(_page(made, shots, number, count)), made.cut / name, BYTES))
    for old in made.cut.glob("sheet_*.jpg"):
        if old not in paths:
            old.unlink()
    return paths


def _page(made: FinishedFilm, shots: Sequence[FinishedShot], number: int, count: int) -> Page:
    plan = made.plan
    told = [words.plural(len(made.shots), "shot"), words.length(plan.frames, plan.output.rate)]
    told += [str(plan.output.size), words.rate(plan.output.rate)]
    told += [f"page {number + 1} of {count}"] if count > 1 else []
    columns = columns_for(len(shots), plan.output.size)
    thumbnails = [_thumbnail(made, shot, columns) for shot in shots]
    return Page(plan.board.title, "  ·  ".join(told), plan.output.size, thumbnails)


def _thumbnail(made: FinishedFilm, shot: FinishedShot, columns: int) -> Thumbnail:
    slot, rate = shot.plan.slot, made.plan.output.rate
    middle = min((slot.start + slot.end) // 2, made.plan.frames - 1)
    at = words.timecode(slot.start, rate)
    name = shot.plan.shot.id
    if shot.take is None:
        return Thumbnail(name, _picture(made, middle, columns), at, "missing", missing=True)
    score = _score(made, shot)
    take = f"take {shot.take}" + ("" if score is None else f"  ·  {score:.2f}")
    return Thumbnail(name, _picture(made, middle, columns), at, take, score)


def _picture(made: FinishedFilm, frame: int, columns: int) -> Frame | None:
    """Decode one frame of the film and shrink it at once, so that no page holds whole frames."""
    try:
        found = list(film_frames.read(made.film, frame, frame + 1))
    except MediaInvalid:
        return None
    return scale.fit(found[0], thumbnail_size(columns, made.plan.output.size)) if found else None


def _score(made: FinishedFilm, shot: FinishedShot) -> float | None:
    """Read the score of the take in the film from its shot's folder; None where there is none."""
    uses = shot.plan.uses
    owner = uses if any(one.plan.shot.id == uses for one in made.shots) else shot.plan.shot.id
    place = made.folder / "shots" / str(owner)
    return next((take.score for take in facts.shot_alone(place).takes if take.number == shot.take), None)


# ---------------------------------------------------------------- the page


def columns_for(count: int, shape: Size) -> int:
    """Choose how many thumbnails stand side by side: 1 to 5, more where the page would be too tall."""
    usual = count if count <= 2 else 3 if count <= 9 else 4 if count <= 24 else 5
    wide = usual if shape.width >= shape.height else usual + 2
    return next((one for one in range(wide, MOST_COLUMNS + 1) if height_of(count, one, shape) <= TALLEST), MOST_COLUMNS)


def thumbnail_size(columns: int, shape: Size) -> Size:
    """Give the size of a thumbnail; a tall picture is no taller than twice its width."""
    width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) // columns
    return Size(width, min(2 * width, max(1, round(width * shape.height / shape.width))))


def height_of(count: int, columns: int, shape: Size) -> int:
    """Give the height of a page."""
    rows = max(1, ceil(count / columns))
    return HEADER + MARGIN + rows * (thumbnail_size(columns, shape).height + CAPTION + GAP) + FOOT


def draw(page: Page) -> Frame:
    """Draw a page 1600 pixels wide: the title, then the shots in the order of the film."""
    count = len(page.thumbnails)
    columns = columns_for(count, page.shape)
    frame = np.full((height_of(count, columns, page.shape), WIDTH, 3), GROUND, np.uint8)
    ink.box(frame, (0, 0, WIDTH, HEADER), HEAD)
    title = text.shortened(text.drawable(page.title), WIDTH - 2 * MARGIN, 42, text.BOLD)
    text.draw(frame, title, (MARGIN, 54), 42, WHITE, weight=text.BOLD)
    text.draw(frame, text.shortened(page.about, WIDTH - 2 * MARGIN, 22), (MARGIN, 90), 22, PALE)
    size = thumbnail_size(columns, page.shape)
    for number, one in enumerate(page.thumbnails):
        row, column = divmod(number, columns)
        left = MARGIN + column * (size.width + GAP)
        _draw(frame, one, (left, HEADER + MARGIN + row * (size.height + CAPTION + GAP)), size)
    return frame


def _draw(frame: Frame, one: Thumbnail, at: tuple[int, int], size: Size) -> None:
    left, top = at
    right, bottom = left + size.width, top + size.height
    ink.box(frame, (left, top, right, bottom), EMPTY)
    if one.picture is not None:
        frame[top:bottom, left:right] = one.picture
    if one.missing:
        ink.outline(frame, (left, top, right, bottom), REJECTED, 3)
    large, small = (24, 20) if size.width >= 240 else (19, 16)
    clock = text.measure(one.at, small)
    room = size.width - clock - 12
    text.draw(
        frame, text.shortened(one.shot, room, large, text.BOLD), (left, bottom + 28), large, WHITE, weight=text.BOLD
    )
    text.draw(frame, one.at, (right, bottom + 28), small, PALE, align="right")
    colour = REJECTED if one.missing else PALE
    text.draw(frame, text.shortened(one.take, size.width, small), (left, bottom + 54), small, colour)
    if one.score is not None and size.width >= 2 * BAR:
        score_bar(frame, (right - BAR, bottom + 42), one.score, PALE)
