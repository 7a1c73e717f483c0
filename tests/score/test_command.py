"""`dailies score`."""

import json
from fractions import Fraction

import numpy as np
import pytest
from typer.testing import CliRunner

import pipeline.cli.check
import pipeline.cli.score  # noqa: F401 - both add a command; an app of one would not take its name
from pipeline.cli.app import app
from pipeline.media.frames import TAKE, write
from pipeline.model import Size, Spec


@pytest.fixture(scope="module")
def clips(tmp_path_factory, moving):
    folder = tmp_path_factory.mktemp("clips")
    frames = [np.repeat(frame.luma[..., None], 3, axis=2) for frame in moving(12)]
    spec = Spec(Size(160, 90), Fraction(24), 12)
    write(folder / "good.mp4", frames, spec, TAKE)
    write(folder / "held.mp4", frames[:1] * 12, spec, TAKE)
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["score", *map(str, arguments)])


def test_clips_are_ranked_as_json(clips):
    result = run(clips / "held.mp4", clips / "good.mp4", "--json")
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [(row["rank"], row["clip"].split("/")[-1], row["rejected"]) for row in rows] == [
        (1, "good.mp4", []),
        (2, "held.mp4", ["frozen"]),
    ]
    assert all({"score", "features", "terms", "reasons"} <= set(row) for row in rows)


def test_the_table_says_why_a_clip_is_rejected(clips):
    result = run(clips / "held.mp4", clips / "good.mp4", "--motion", "medium")
    assert result.exit_code == 0
    assert "still from frame" in result.stdout
    assert result.stdout.index(" 1 ") < result.stdout.index(" 2 ") < result.stdout.index("still from frame")


def test_static_motion_lets_a_held_picture_pass(clips):
    rows = json.loads(run(clips / "held.mp4", "--motion", "static", "--json").stdout)
    assert rows[0]["rejected"] == []


def test_bad_files_are_all_told_and_good_ones_still_scored(clips):
    (clips / "text.mp4").write_text("no film")
    result = run(clips / "text.mp4", clips / "good.mp4", clips / "missing.mp4", "--json")
    assert result.exit_code == 2
    assert "text.mp4" in result.stderr
    assert "missing.mp4" in result.stderr
    assert [row["clip"].split("/")[-1] for row in json.loads(result.stdout)] == ["good.mp4"]


def test_an_unknown_amount_of_motion_is_a_usage_error(clips):
    assert run(clips / "good.mp4", "--motion", "lots").exit_code == 2
