"""What the store may forget."""

import json
import os

import pytest

from pipeline import gc
from pipeline.errors import OperatorError
from pipeline.model import Recipe
from pipeline.production import Studio

DAY = 86400


@pytest.fixture
def studio(tmp_path):
    place = Studio(tmp_path)
    for name, usd in (("named", 0), ("loose", 0), ("bought", 1.5)):

        def write(folder, usd=usd):
            (folder / "data.txt").write_text("x")
            return {"usd": usd}

        place.store.make(Recipe("take/1", "t@1", {"name": name}), write)
    (tmp_path / "film").mkdir()
    keep = Recipe("take/1", "t@1", {"name": "named"}).key
    (tmp_path / "film" / "plan.json").write_text(json.dumps({"keeps": [keep]}))
    return place


def names(found):
    return sorted(one.entry.about["recipe"]["values"]["name"] for one in found)


def later(studio, days):
    import time

    return time.time() + days * DAY


def test_a_week_passes_before_anything_goes(studio):
    assert list(gc.unneeded(studio, paid=True)) == []


def test_what_no_plan_names_goes_and_what_was_bought_stays(studio):
    assert names(gc.unneeded(studio, paid=False, now=later(studio, 8))) == ["loose"]
    assert names(gc.unneeded(studio, paid=True, now=later(studio, 8))) == ["bought", "loose"]


def test_an_unreadable_plan_stops_everything(studio, tmp_path):
    (tmp_path / "film" / "plan.json").write_text("{")
    with pytest.raises(OperatorError, match="nothing was removed"):
        list(gc.unneeded(studio, paid=True, now=later(studio, 8)))


@pytest.mark.parametrize("place", ["film", "film/versions", "film/versions/ja"])
def test_a_film_that_this_user_may_not_read_stops_everything(studio, tmp_path, place):
    (tmp_path / "film/versions/ja").mkdir(parents=True)
    (tmp_path / place).chmod(0)
    if os.access(tmp_path / place, os.R_OK):
        pytest.skip("this user may read everything")
    try:
        with pytest.raises(OperatorError, match="nothing was removed"):
            gc.kept(studio)
    finally:
        (tmp_path / place).chmod(0o700)


def test_a_plan_that_leads_nowhere_stops_everything(studio, tmp_path):
    (tmp_path / "film/plan.json").unlink()
    (tmp_path / "film/plan.json").symlink_to("gone.json")
    with pytest.raises(OperatorError, match="nothing was removed"):
        gc.kept(studio)


def test_what_a_killed_process_left_goes_after_a_week(studio, tmp_path):
    (tmp_path / "store" / ".making").mkdir(exist_ok=True)
    (tmp_path / "store" / ".making" / "abc-1").mkdir()
    assert list(gc.leftovers(studio)) == []
    assert [path.name for path in gc.leftovers(studio, later(studio, 8))] == ["abc-1"]


def test_a_temporary_file_that_a_killed_render_left_in_a_film_goes_after_a_week(studio, tmp_path):
    left = tmp_path / "film" / "shots" / "gate" / f".sheet.jpg.{'0a' * 16}"
    left.parent.mkdir(parents=True)
    for path in (left, left.with_name("sheet.jpg"), left.with_name(".hidden")):
        path.write_text("x")
    assert list(gc.leftovers(studio)) == []
    assert list(gc.leftovers(studio, later(studio, 8))) == [left]
