"""Size and colour, frame by frame."""

from fractions import Fraction

import numpy as np
import pytest

from pipeline.finishers.grade import Graded
from pipeline.finishers.upscale import Lanczos
from pipeline.model import Grade, Size, Spec


def frame(width, height, colour=(10, 200, 90)):
    return np.full((height, width, 3), colour, np.uint8)


@pytest.mark.parametrize("fit", ["cover", "contain"])
@pytest.mark.parametrize("goal", [Size(128, 72), Size(72, 128), Size(64, 64), Size(20, 20)])
def test_every_size_is_reached_exactly(fit, goal):
    step, before = Lanczos(goal, fit), Spec(Size(64, 48), Fraction(24), 2)
    made = list(step.frames(iter([frame(64, 48)] * 2), before))
    assert step.spec(before) == Spec(goal, Fraction(24), 2)
    assert [one.shape for one in made] == [(goal.height, goal.width, 3)] * 2


def test_contain_keeps_everything_between_black_bars_and_cover_fills():
    before = Spec(Size(64, 64), Fraction(24), 1)
    (contained,) = Lanczos(Size(128, 64), "contain").frames(iter([frame(64, 64)]), before)
    (covered,) = Lanczos(Size(128, 64), "cover").frames(iter([frame(64, 64)]), before)
    assert contained[:, :30].max() == 0
    assert tuple(contained[32, 64]) == (10, 200, 90)
    assert np.ptp(covered.reshape(-1, 3), axis=0).max() == 0


def test_a_grade_is_an_affine_on_red_green_and_blue():
    swap = Grade((0, 1, 0, 5, 1, 0, 0, 0, 0, 0, 0.5, 10))
    (made,) = Graded(swap).frames(iter([frame(8, 8)]), Spec(Size(8, 8), Fraction(24), 1))
    assert tuple(made[0, 0]) == (205, 10, 55)


def test_no_grade_leaves_every_bit():
    given = np.random.default_rng(0).integers(0, 255, (9, 7, 3), np.uint8)
    (made,) = Graded(Grade()).frames(iter([given]), Spec(Size(7, 9), Fraction(24), 1))
    assert np.array_equal(made, given)
