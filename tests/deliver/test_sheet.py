"""The contact sheet: what stands where, read from its pixels."""

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from pipeline.deliver import sheet as sheets
from pipeline.deliver.sheet import CHOSEN, MARGIN, REJECTED, WEAK, Row, Sheet, sheet
from pipeline.media.header import header
from pipeline.model import Rejection, Spot


def row(strip: np.ndarray | None, number: int = 1, **more) -> Row:
    return Row(number, 7, 0.8, 48, strip, rate=Fraction(24), **more)


def bare(**more) -> Row:
    """A row whose strip has no colour of the marks in it."""
    return row(np.full((90, 1280, 3), 90, np.uint8), **more)


def columns(frame: np.ndarray, colour: tuple[int, int, int], thick: int = 1) -> list[np.ndarray]:
    """For every line of a sheet that holds at least `thick` pixels of a colour: the columns they stand in."""
    hits = (frame == colour).all(axis=-1)
    return [np.flatnonzero(line) for line in hits if line.sum() >= thick]


def longest_run(found: np.ndarray) -> tuple[int, int]:
    """The first and the last column (outside) of the longest unbroken run."""
    runs = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
    run = max(runs, key=len)
    return int(run[0]), int(run[-1]) + 1


@pytest.mark.parametrize(("start", "stop"), [(12, 24), (0, 48), (40, 48), (0, 1), (47, 48)])
def test_red_mark_lies_under_the_frames_that_were_rejected(start: int, stop: int) -> None:
    drawn = sheet(Sheet("gate", (bare(rejected=(Rejection("frozen", start, stop, ""),)),)))
    marks = [longest_run(found) for found in columns(drawn, REJECTED, 6)]
    left, right = MARGIN + 1280 * start / 48, MARGIN + 1280 * stop / 48
    track = [mark for mark in marks if abs(mark[0] - left) <= 6 and mark[1] - mark[0] >= min(6, right - left)]
    assert len(track) >= 8, "a bar of several lines"
    assert abs(track[0][0] - left) <= 1
    assert abs(track[0][1] - right) <= 1


def test_mark_of_one_frame_is_still_seen_and_stays_on_the_track() -> None:
    for frames in (1, 5, 400, 100_000):
        for start in (0, frames // 2, frames - 1, frames + 50):
            left, right = sheets.span(start, start + 1, frames, 1280)
            assert 0 <= left <= right - 6
            assert right <= 1280


def test_strip_is_shown_untouched_between_its_parting_lines(desk) -> None:
    strip = desk.strip(3)
    drawn = sheet(Sheet("gate", (row(strip),)))
    tops = [y for y in range(drawn.shape[0] - 90) if np.array_equal(drawn[y, MARGIN : MARGIN + 150], strip[0, :150])]
    assert len(tops) == 1
    part = drawn[tops[0] : tops[0] + 90, MARGIN : MARGIN + 1280]
    same = (part == strip).all(axis=-1).all(axis=0)
    assert same.sum() == 1280 - 7 * 2


def test_only_the_chosen_take_has_a_ring_and_a_frame_around_it(desk) -> None:
    rows = tuple(row(desk.strip(number), number) for number in (1, 2, 3))
    plain = sheet(Sheet("gate", rows))
    chosen = sheet(Sheet("gate", (rows[0], replace(rows[1], chosen_by="score"), rows[2])))
    assert not columns(plain, CHOSEN)
    changed = np.flatnonzero((plain != chosen).any(axis=(1, 2)))
    third = plain.shape[0] // 3
    assert third * 0.9 < changed.min()
    assert changed.max() < third * 2.4
    lines = columns(chosen, CHOSEN, 1200)
    assert len(lines) >= 8, "a line above the strip and one under it"


def test_producers_pick_reads_differently_from_the_scores_choice() -> None:
    by_score = sheet(Sheet("gate", (bare(chosen_by="score"),)))
    by_producer = sheet(Sheet("gate", (bare(chosen_by="producer"),)))
    assert not np.array_equal(by_score, by_producer)


@pytest.mark.parametrize(("height", "most"), [(90, 90), (160, 160), (284, 176)])
def test_takes_of_any_aspect_fit(desk, height: int, most: int) -> None:
    drawn = sheet(Sheet("gate", tuple(row(desk.strip(number, height), number) for number in range(1, 6))))
    assert drawn.shape[0] < 5 * (most + 110) + 140
    assert drawn.shape[1] <= 1280 + 2 * MARGIN
    assert drawn.flags.c_contiguous


def test_header_and_rows_hold_hostile_words() -> None:
    words = "ずっと雨、" * 400 + "\x00\x1b[2J" + "w" * 3000
    odd = (Rejection("cut" * 300, 5, 4, words), Rejection("x", -9, 10**9, ""))
    drawn = sheet(Sheet("i" * 64, (bare(rejected=odd, failure=""), row(None, 2, failure=words)), words, words, words))
    assert drawn.shape[1] == 1280 + 2 * MARGIN
    assert np.ptp(drawn[:, -8:]) < 30, "nothing runs over the right edge"


def test_sheet_without_takes_says_so() -> None:
    drawn = sheet(Sheet("gate", (), "a gate"))
    assert drawn.shape[0] > 100
    assert (drawn > 150).any()


def test_folder_is_read_with_its_choice_its_gates_and_what_could_not_be_made(desk, tmp_path: Path) -> None:
    place = tmp_path / "gate"
    failed = [{"take": 2, "reason": "the disk is full"}]
    takes = [desk.take(1), desk.take(3, rejected="dark")]
    desk.lay_takes(place, takes, chosen=1, by="producer", failed=failed, scene="a gate", camera="dolly_in")
    read = sheets.read(place)
    assert [one.take for one in read.rows] == [1, 2, 3]
    assert [one.chosen_by for one in read.rows] == ["producer", "", ""]
    assert read.rows[1].failure == "the disk is full"
    assert read.rows[2].rejected == (Rejection("dark", 12, 24, "it is dark here"),)
    assert (read.scene, read.camera) == ("a gate", "dolly in")


def test_lost_and_damaged_strips_leave_rows_without_pictures(desk, tmp_path: Path) -> None:
    place = tmp_path / "gate"
    desk.lay_takes(place, [desk.take(1), desk.take(2), desk.take(3)])
    (place / "take_1.jpg").unlink()
    (place / "take_2.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    assert [one.strip is None for one in sheets.read(place).rows] == [True, True, False]
    assert sheets.write(place).is_file()


def test_five_busy_takes_stay_under_the_bytes_a_page_can_carry(desk, tmp_path: Path) -> None:
    place = tmp_path / "gate"
    desk.lay_takes(place, [desk.take(number) for number in range(1, 6)])
    path = sheets.write(place)
    assert path == place / "sheet.jpg"
    assert path.stat().st_size <= sheets.BYTES
    found = header(path)
    assert found is not None
    assert found.size.width == 1328
    assert not list(place.glob(".sheet-*"))


def test_written_sheet_shows_its_red_mark_to_another_decoder(desk, tmp_path: Path) -> None:
    place = tmp_path / "gate"
    desk.lay_takes(place, [desk.take(1, rejected="frozen", start=24, stop=36)])
    path = sheets.write(place)
    size = header(path).size
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(argv, capture_output=True, check=True, timeout=30).stdout
    seen = np.frombuffer(raw, np.uint8).reshape(size.height, size.width, 3).astype(int)
    red = np.abs(seen - REJECTED).max(axis=-1) < 25
    line = red[red.sum(axis=1).argmax()]
    left, right = np.flatnonzero(line)[[0, -1]]
    assert abs(left - (MARGIN + 640)) <= 8
    assert abs(right - (MARGIN + 960)) <= 8


def test_where_a_take_is_weakest_is_marked_and_told_unless_a_gate_struck() -> None:
    worst = (Spot("wobble", 12, 24, 2.0), Spot("shake", 40, 44, 1.2))
    drawn = sheet(Sheet("gate", (bare(worst=worst),)))
    marks = [longest_run(found) for found in columns(drawn, WEAK, 6)]
    track = [mark for mark in marks if abs(mark[0] - MARGIN - 1280 * 12 / 48) <= 1 and mark[1] - mark[0] > 300]
    assert len(track) >= 8, "a bar of several lines"
    plain = sheet(Sheet("gate", (bare(),)))
    assert drawn.shape[0] > plain.shape[0], "a line that tells it"
    struck = sheet(Sheet("gate", (bare(worst=worst, rejected=(Rejection("frozen", 12, 24, ""),)),)))
    assert columns(struck, REJECTED, 200)
    assert struck.shape[0] == drawn.shape[0]
