"""Grades as LUTs: another program gives our colours."""

import numpy as np
import pytest

from pipeline.deliver import looks
from pipeline.media import frames as film_frames
from pipeline.media import run
from pipeline.model import Grade
from pipeline.vision.colour import apply
from tests.deliver.handout import GRADE, finished

HARSH = Grade((2.0, 0, 0, -90.0, 0, 0.5, 0.5, 60.0, -0.5, 0, 1.8, 10.0))


@pytest.mark.parametrize("grade", [GRADE, HARSH])
def test_ffmpeg_with_the_lut_gives_our_grade(tmp_path, grade):
    made = finished(tmp_path, grades={"s1": grade}.items())
    (path,) = looks.write(made, {})
    noise = np.random.default_rng(4).integers(0, 256, (90, 160, 3)).astype(np.uint8)
    before, after = tmp_path / "before.png", tmp_path / "after.png"
    film_frames.write_picture(before, noise)
    lut = str(path).replace("\\", "/").replace(":", "\\:")
    run.ffmpeg(["-i", str(before), "-vf", f"format=gbrp,lut3d=file={lut}:interp=tetrahedral", str(after)], 60)
    off = np.abs(film_frames.read_picture(after).astype(int) - apply(noise, grade))
    assert off.max() <= 1
    assert off.mean() < 0.5


def test_only_graded_shots_have_a_lut_and_old_ones_go(tmp_path):
    made = finished(tmp_path, grades={"s2": GRADE, "s1": Grade()}.items())
    (made.cut / "looks").mkdir()
    (made.cut / "looks/gone.cube").write_text("old")
    assert looks.write(made, {}) == [made.cut / "looks/s2.cube"]
    assert [one.name for one in (made.cut / "looks").iterdir()] == ["s2.cube"]


def test_a_lut_is_plain_ascii_with_a_title_a_domain_and_33_points(tmp_path):
    made = finished(tmp_path, grades={"s1": GRADE}.items())
    made.plan.board.title = 'Kyoto "autumn" 京都\nLUT_3D_SIZE 2'
    (path,) = looks.write(made, {})
    lines = path.read_text("ascii").splitlines()
    assert lines[1] == 'TITLE "Kyoto autumn LUT_3D_SIZE 2: s1"'
    assert lines[2:5] == ["LUT_3D_SIZE 33", "DOMAIN_MIN 0.0 0.0 0.0", "DOMAIN_MAX 1.0 1.0 1.0"]
    assert len(lines) == 5 + 33**3


def test_a_film_without_grades_has_no_looks(tmp_path):
    made = finished(tmp_path)
    assert looks.write(made, {}) == []
    assert not (made.cut / "looks").exists()
