"""Another frame rate: counts, places and pictures."""

from fractions import Fraction
from math import floor

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ProducerError, ToolFailed
from pipeline.finishers.interpolate import FlowInterpolation, frames_after, moments, position
from pipeline.model import Size, Spec

RATES = [Fraction(n) for n in (7, 8, 16, 24, 25, 30, 50, 60)] + [Fraction(24000, 1001), Fraction(30000, 1001)]
SIZE = Size(160, 96)


def texture(width=400, height=300, seed=3):
    noise = np.random.default_rng(seed).integers(0, 255, (height // 4, width // 4, 3), np.uint8)
    return cv2.GaussianBlur(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)


def view(picture, x):
    """A 160x96 window on a picture, `x` pixels along, to a 100th of a pixel."""
    move = np.float32([[1, 0, -x - 40], [0, 1, -40]])
    return cv2.warpAffine(picture, move, (160, 96), flags=cv2.INTER_CUBIC)


def pan(frames, speed):
    picture = texture()
    return [view(picture, speed * k) for k in range(frames)], picture


def run(frames, before, after, method="flow"):
    step = FlowInterpolation(after, method)
    spec = Spec(SIZE, before, len(frames))
    made = list(step.frames(iter(frames), spec))
    assert len(made) == step.spec(spec).frames
    return made


def psnr(one, other):
    error = np.mean((one[8:-8, 8:-8].astype(float) - other[8:-8, 8:-8]) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-9))


@given(frames=st.integers(1, 300), before=st.sampled_from(RATES), after=st.sampled_from(RATES))
def test_every_pair_of_rates_gives_the_frames_of_decision_9(frames, before, after):
    made = list(moments(frames, before, after))
    assert len(made) == max(1, floor(frames * after / before + Fraction(1, 2))) == frames_after(frames, before, after)
    assert made[0] == (0, 0)
    for k, (index, t) in enumerate(made):
        assert 0 <= index < frames
        assert 0 <= t < 1
        assert index + t == min(position(k, before, after), frames - 1)


@pytest.mark.parametrize(
    ("before", "after", "frames", "want"),
    [("24", "60", 48, 120), ("8", "24", 49, 147), ("30000/1001", "25", 120, 100), ("24", "24", 9, 9)],
)
def test_the_counts_people_ask_for(before, after, frames, want):
    assert frames_after(frames, Fraction(before), Fraction(after)) == want


@pytest.mark.parametrize("method", ["flow", "blend", "repeat"])
def test_source_frames_on_a_new_time_pass_bit_by_bit(method):
    frames, _ = pan(5, 3.0)
    made = run(frames, Fraction(12), Fraction(24), method)
    assert all(np.array_equal(made[2 * k], frame) for k, frame in enumerate(frames))


def test_a_pan_is_continued_between_its_frames():
    frames, picture = pan(5, 3.0)
    made = run(frames, Fraction(8), Fraction(24))
    for k in (1, 2, 4, 5, 7, 8):
        exact = view(picture, k * 1.0)
        assert psnr(made[k], exact) > 38
        assert psnr(made[k], exact) > psnr(run(frames, Fraction(8), Fraction(24), "blend")[k], exact) + 6


def test_a_cut_is_never_blended():
    one, other = texture(seed=1)[:96, :160], texture(seed=2)[:96, :160]
    made = run([one, one, other, other], Fraction(8), Fraction(24))
    assert all(np.array_equal(frame, one) or np.array_equal(frame, other) for frame in made)


def test_a_still_pair_is_blended():
    frame = texture()[:96, :160]
    brighter = cv2.add(frame, np.full_like(frame, 20))
    made = run([frame, brighter], Fraction(12), Fraction(24))[1]
    assert np.abs(made.astype(int) - cv2.addWeighted(frame, 0.5, brighter, 0.5, 0)).max() <= 1


def test_times_past_the_last_frame_hold_it():
    frames, _ = pan(2, 3.0)
    made = run(frames, Fraction(8), Fraction(24))
    assert len(made) == 6
    assert all(np.array_equal(frame, frames[1]) for frame in made[3:])


def test_repeat_takes_the_nearer_frame():
    frames, _ = pan(2, 3.0)
    made = run(frames, Fraction(8), Fraction(24), "repeat")
    assert np.array_equal(made[1], frames[0])
    assert np.array_equal(made[2], frames[1])


def test_a_clip_that_ends_early_is_told():
    frames, _ = pan(3, 1.0)
    with pytest.raises(ToolFailed, match="ended after 3 of its 9 frames"):
        list(FlowInterpolation(Fraction(24), "flow").frames(iter(frames), Spec(SIZE, Fraction(12), 9)))


def test_two_source_frames_are_held_and_no_more():
    seen = []

    def source():
        for k in range(50):
            seen.append(k)
            yield np.full((96, 160, 3), k, np.uint8)

    stream = FlowInterpolation(Fraction(60), "flow").frames(source(), Spec(SIZE, Fraction(24), 50))
    for _, made in zip(range(20), stream, strict=False):
        assert made.shape == (96, 160, 3)
    assert len(seen) <= 20 * 24 / 60 + 3


@pytest.mark.parametrize(("rate", "method"), [(Fraction(0), "flow"), (Fraction(24), "guess")])
def test_what_cannot_be_asked_for(rate, method):
    with pytest.raises(ProducerError):
        FlowInterpolation(rate, method)
