"""Every pair of rates people work with: frames, length and places come out exactly, whichever way frames are made."""

from fractions import Fraction
from itertools import islice, product
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.finishers.interpolate import FlowInterpolation, moments
from pipeline.finishers.rife import Rife
from pipeline.model import Size, Spec

RATES = [Fraction(one) for one in ("7", "8", "16", "24", "24000/1001", "25", "30000/1001", "30", "50", "60")]
PAIRS = list(product(RATES, RATES))
SIZE = Size(32, 18)


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=str)
@settings(max_examples=10, deadline=None)
@given(frames=st.integers(1, 400))
def test_a_clip_keeps_its_length_to_half_a_frame_and_every_frame_its_place(before, after, frames):
    given_, steps = Spec(SIZE, before, frames), (FlowInterpolation(after, "flow"), Rife(after))
    exact = frames * after / before
    for made in (step.spec(given_) for step in steps):
        assert made == Spec(SIZE, after, max(1, floor(exact + Fraction(1, 2))))
        assert exact < Fraction(1, 2) or abs(made.seconds - given_.seconds) <= 1 / (2 * after)
    for k, (index, t) in enumerate(moments(frames, before, after)):
        assert (index + t) / before == min(k / after, (frames - 1) / before)


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=str)
def test_a_stream_gives_the_frames_that_were_foretold_and_passes_those_on_a_new_time(before, after):
    frames = [np.full((18, 32, 3), 3 * k, np.uint8) for k in range(40)]
    step, spec = FlowInterpolation(after, "blend"), Spec(SIZE, before, len(frames))
    made = list(step.frames(iter(frames), spec))
    assert len(made) == step.spec(spec).frames
    for frame, (index, t) in zip(made, moments(len(frames), before, after), strict=True):
        assert abs(int(frame[0, 0, 0]) - float(3 * (index + t))) <= 0.5
        assert t or np.array_equal(frame, frames[index])


@pytest.mark.parametrize(("before", "after"), [(8, 24), (16, 24), (24, 60)])
def test_every_new_frame_of_the_usual_pairs_stands_where_it_is_expected(before, after):
    places = [index + t for index, t in islice(moments(before + 1, Fraction(before), Fraction(after)), after + 1)]
    assert places == [Fraction(k * before, after) for k in range(after + 1)]
