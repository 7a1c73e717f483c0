"""Features of pairs that look at one place, at hue, at echoes and at levels: known amplitude in, known value out."""

import numpy as np
import pytest

from pipeline.media.planes import Planes
from pipeline.metrics.banding import Banding
from pipeline.metrics.grain import Grain
from pipeline.metrics.hue_flicker import HueFlicker
from pipeline.metrics.local_flicker import LocalFlicker


def test_a_place_that_lights_up_by_8_levels_and_back_changes_by_16(texture, planes, measured):
    rest = texture()[:, :320] // 2 + 40
    lit = rest.copy()
    lit[20:140, 80:240] += 8
    found = measured(LocalFlicker(), [planes(one) for one in (rest, lit, rest, lit)])
    assert found[0] == 0.0
    assert found[1:] == pytest.approx([16.0, 16.0], rel=0.05)


def test_light_that_rises_evenly_does_not_flicker_anywhere(texture, planes, measured):
    rest = texture()[:, :320] // 2
    found = measured(LocalFlicker(), [planes(rest + 4 * k) for k in range(5)])
    assert max(found) < 0.2


@pytest.mark.parametrize("degrees", [8.0, 15.0, 40.0])
def test_hue_that_turns_to_and_fro_flickers_by_twice_the_angle(texture, measured, degrees):
    luma = texture()[:, :320]

    def at(angle):
        blue, red = 128 + 80 * np.cos(angle), 128 + 80 * np.sin(angle)
        half = np.ones((90, 160))
        return Planes(luma, np.rint(blue * half).astype(np.uint8), np.rint(red * half).astype(np.uint8), full=True)

    turned = np.radians(degrees)
    found = measured(HueFlicker(), [at(0.3), at(0.3 + turned), at(0.3), at(0.3 + turned)])
    assert found[1:] == pytest.approx([2 * degrees] * 2, rel=0.05)


def test_grey_has_no_hue(texture, planes, measured):
    luma = texture()[:, :320]
    clip = [planes(luma, 128 + k % 2, 128) for k in range(4)]
    assert max(measured(HueFlicker(), clip)) < 0.05


@pytest.mark.parametrize("deviation", [3.0, 12.0])
def test_white_noise_has_five_times_its_deviation_of_grain(planes, measured, deviation):
    noise = np.random.default_rng(0).normal(128.0, deviation, (3, 180, 320))
    rounded = deviation**2 + 1 / 12
    expected = np.sqrt(40.0 * rounded * 2.0 / np.pi)
    assert measured(Grain(), [planes(np.rint(one)) for one in noise]) == pytest.approx([expected] * 2, rel=0.05)


def test_a_third_that_changes_is_no_grain(texture, planes, measured):
    still = texture()[:, :320].copy()
    moved = still.copy()
    moved[:60] = texture(1)[:60, :320]
    assert measured(Grain(), [planes(still), planes(moved)])[0] < 0.05


@pytest.mark.parametrize("levels", [4, 8, 16])
def test_few_levels_leave_gaps_of_sixteen_ninths(planes, measured, levels):
    """Each level alone among nine: 1 - 1/9 above the mean there, and 8/9 of it below beside it."""
    ramp = np.random.default_rng(0).permutation(np.linspace(0, 256, 57600, endpoint=False)).reshape(180, 320)
    step = 256 / levels
    banded = (np.floor(ramp / step) + 0.5) * step
    assert measured(Banding(), [planes(np.rint(banded))] * 2) == pytest.approx([16 / 9], rel=0.05)
    assert measured(Banding(), [planes(np.floor(ramp))] * 2)[0] < 0.1
