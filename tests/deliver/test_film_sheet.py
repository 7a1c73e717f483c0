"""The film on one page."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.deliver import film_sheet
from pipeline.media import frames as film_frames
from pipeline.model import Size
from tests.deliver.handout import finished

WIDE, TALL = Size(1920, 1080), Size(1080, 1920)


def test_a_sheet_shows_each_shot_from_its_middle(tmp_path, desk):
    made = finished(tmp_path)
    desk.lay_takes(made.folder / "shots/s1", [desk.take(1)])
    (path,) = film_sheet.write(made, {})
    assert path == made.cut / "sheet.jpg"
    page = film_frames.read_picture(path)
    size = film_sheet.thumbnail_size(2, Size(192, 108))
    top = film_sheet.HEADER + film_sheet.MARGIN
    for number, middle in enumerate((12, 36)):
        left = film_sheet.MARGIN + number * (size.width + film_sheet.GAP)
        shown = page[top : top + size.height, left : left + size.width]
        (frame,) = film_frames.read(made.film, middle, middle + 1)
        there = film_sheet.scale.fit(frame, size)
        assert np.abs(shown.astype(int) - there).mean() < 4


def test_a_score_is_told_where_the_folder_has_one(tmp_path, desk):
    made = finished(tmp_path)
    desk.lay_takes(made.folder / "shots/s1", [desk.take(1)])
    page = film_sheet._page(made, made.shots, 0, 1)
    assert [one.take for one in page.thumbnails] == ["take 1  ·  0.88", "take 1"]
    assert [one.at for one in page.thumbnails] == ["0:00:00", "0:01:00"]


def test_a_missing_shot_is_marked(tmp_path):
    made = finished(tmp_path)
    page = film_sheet._page(made, [replace(made.shots[0], take=None)], 0, 1)
    assert (page.thumbnails[0].missing, page.thumbnails[0].take) == (True, "missing")


def test_a_film_that_cannot_be_decoded_still_has_a_sheet(tmp_path):
    made = finished(tmp_path)
    made.film.write_bytes(b"no film")
    assert film_sheet.write(made, {})[0].is_file()


@pytest.mark.parametrize("shape", [WIDE, TALL, Size(1080, 1080), Size(2048, 858)])
@pytest.mark.parametrize("count", [1, 2, 3, 9, 10, 24, 25, 60, film_sheet.PAGE])
def test_every_page_is_less_than_4000_pixels_high(shape, count):
    columns = film_sheet.columns_for(count, shape)
    assert film_sheet.height_of(count, columns, shape) < 4000
    assert film_sheet.thumbnail_size(columns, shape).width >= 140


def test_a_long_film_goes_on_to_further_pages_and_old_pages_go(tmp_path, monkeypatch):
    made = finished(tmp_path, sound=False)
    monkeypatch.setattr(film_sheet, "PAGE", 1)
    assert [one.name for one in film_sheet.write(made, {})] == ["sheet.jpg", "sheet_2.jpg"]
    film_sheet.write(replace(made, shots=made.shots[:1]), {})
    assert not (made.cut / "sheet_2.jpg").exists()
