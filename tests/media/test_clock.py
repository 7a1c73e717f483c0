from fractions import Fraction

import numpy as np
import pytest

from pipeline.media.clock import STANDARD, Clock, constant_rate, nearest, usual_rate

MS = Fraction(1, 1000)


@pytest.mark.parametrize("rate", [rate for rate in STANDARD if 4 <= rate <= 120])
@pytest.mark.parametrize("base", [MS, Fraction(1, 90_000)])
def test_a_constant_rate_is_found_through_rounded_time_stamps(rate, base):
    ticks = np.array([round(k / (rate * base)) for k in range(400)], dtype=np.int64)
    assert constant_rate(ticks, base, []) == rate


def test_what_the_file_tells_settles_a_short_clip():
    ticks = np.array([0, 42, 83], dtype=np.int64)
    assert constant_rate(ticks, MS, [Fraction(24000, 1001)]) == Fraction(24000, 1001)
    assert constant_rate(ticks, MS, [Fraction(24)]) == 24


def test_an_odd_but_even_rate_is_kept():
    ticks = np.arange(100, dtype=np.int64) * 7
    assert constant_rate(ticks, Fraction(1, 100), []) == Fraction(100, 7)


def test_frames_of_varying_length_have_no_constant_rate():
    ticks = np.array([0, 40, 80, 200, 240], dtype=np.int64)
    assert constant_rate(ticks, MS, [Fraction(25)]) is None
    assert usual_rate(ticks, MS, Fraction(28, 100)) == 25


def test_a_rate_is_rounded_by_ratio():
    assert nearest(Fraction(2997, 100)) == Fraction(30000, 1001)
    assert nearest(Fraction(27)) == 25
    assert nearest(Fraction(28)) == Fraction(30000, 1001)
    assert nearest(Fraction(1, 9)) == 1
    assert nearest(Fraction(5000)) == 240


def test_times_are_rounded_to_the_nearest_frame_and_held_where_none_falls():
    starts = np.array([10, 50, 92, 250], dtype=np.int64)
    time = Clock(Fraction(25), 8, MS, starts, ((10, 10), (92, 52)), constant=False)
    assert time.coded(0, 8).tolist() == [0, 1, 2, 2, 2, 2, 3, 3]
    assert time.entry(1) == 10
    assert time.entry(3) == 52
