"""Steeper edges, no halos, nothing else."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from pipeline.errors import ProducerError
from pipeline.finishers.sharpen import Sharpen
from pipeline.model import Size, Spec
from pipeline.vision.acutance import MARGIN
from pipeline.vision.screen import LUMA

STRENGTHS = (0.25, 0.5, 0.75, 1.0)


def edge(low=(60, 70, 50), high=(180, 170, 190)):
    """A soft vertical edge between two colours."""
    frame = np.empty((40, 80, 3), np.uint8)
    frame[:, :40], frame[:, 40:] = low, high
    return cv2.GaussianBlur(frame, (0, 0), 1.5)


def picture():
    noise = np.random.default_rng(2).integers(0, 255, (30, 40, 3), np.uint8)
    return cv2.GaussianBlur(cv2.resize(noise, (160, 120), interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)


def run(frame, strength):
    step, spec = Sharpen(strength), Spec(Size(frame.shape[1], frame.shape[0]), Fraction(24), 1)
    (made,) = step.frames(iter([frame]), spec)
    assert step.spec(spec) == spec
    assert made.flags.c_contiguous
    return made


def luma(frame):
    return cv2.transform(frame, LUMA).astype(int)


def acutance(frame):
    """Mean square slope of luma across the edge, in levels squared per pixel squared."""
    return float(np.square(np.diff(luma(frame))).mean())


def test_an_edge_gets_more_acute_with_every_strength():
    found = [acutance(run(edge(), strength)) for strength in (0.0, *STRENGTHS)]
    assert found == sorted(set(found))
    assert found[-1] > 1.2 * found[0]


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("given", [edge(), picture(), edge((0, 0, 0), (255, 255, 255))])
def test_no_place_passes_what_is_around_by_more_than_the_margin(given, strength):
    before, made = luma(given), luma(run(given, strength))
    around = np.ones((3, 3), np.uint8)
    assert (made <= cv2.dilate(before.astype(np.uint8), around).astype(int) + MARGIN + 1).all()
    assert (made >= cv2.erode(before.astype(np.uint8), around).astype(int) - MARGIN - 1).all()


def test_flat_places_ramps_and_faint_grain_keep_every_bit():
    rng = np.random.default_rng(0)
    ramp = np.repeat(np.arange(160, dtype=np.uint8)[None], 90, axis=0)
    faint = rng.integers(119, 122, (90, 160, 1)).astype(np.uint8)
    for given in (np.full((90, 160, 3), (10, 200, 90), np.uint8), cv2.merge([ramp] * 3), np.repeat(faint, 3, axis=2)):
        assert np.array_equal(run(given, 1.0)[2:-2, 2:-2], given[2:-2, 2:-2])
    half = edge()
    assert np.array_equal(run(half, 1.0)[:, :20], half[:, :20])


@pytest.mark.parametrize("given", [edge(), picture(), edge((250, 3, 40), (10, 240, 255))])
def test_chroma_stays(given):
    made = run(given, 1.0)
    for one, other in ((0, 1), (2, 1)):
        before = given[..., one].astype(int) - given[..., other]
        assert np.abs(made[..., one].astype(int) - made[..., other] - before).max() <= 1


def test_a_picture_gains_detail_with_every_strength():
    details = [cv2.Laplacian(luma(run(picture(), s)).astype(np.float32), cv2.CV_32F).std() for s in (0, *STRENGTHS)]
    assert details == sorted(set(details))


def test_without_strength_the_frame_is_the_frame_itself():
    given = picture()
    assert run(given, 0.0) is given


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_0_to_1_is_refused(strength):
    with pytest.raises(ProducerError, match="from 0 to 1"):
        Sharpen(strength)
