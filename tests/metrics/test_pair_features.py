"""Features of pairs that look at one place, at hue, at echoes and at levels: known amplitude in, known value out."""

import numpy as np
import pytest

from pipeline.media.planes import Planes
from pipeline.metrics.banding import Banding
from pipeline.metrics.ghosting import Ghosting
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


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5])
@pytest.mark.parametrize("lag", [3, 4, 6])
def test_a_ghost_comes_back_with_the_correlation_of_its_share(planes, measured, share, lag):
    """Changes of frames that have nothing in common correlate by -1/2 with their neighbours, and so does their echo."""
    rng = np.random.default_rng(5)
    cells = rng.uniform(20, 235, (90, 9, 16))
    own = [np.kron(one, np.ones((20, 20))) for one in cells]
    clip = [planes(np.rint((1 - share) * frame + share * own[max(0, k - lag)])) for k, frame in enumerate(own)]
    found = np.array(measured(Ghosting(), clip))[lag + 4 :]
    repeated = share * (1 - share) / (share**2 + (1 - share) ** 2)
    assert found.mean() == pytest.approx(1.5 * repeated, rel=0.25)


def test_what_moves_slowly_has_no_ghost(texture, planes, measured):
    picture = texture()
    clip = [planes(picture[:, k : k + 320]) for k in range(20)]
    assert max(measured(Ghosting(), clip)) < 0.02


@pytest.mark.parametrize("levels", [4, 8, 16])
def test_few_levels_leave_gaps_of_sixteen_ninths(planes, measured, levels):
    """Each level alone among nine: 1 - 1/9 above the mean there, and 8/9 of it below beside it."""
    ramp = np.random.default_rng(0).permutation(np.linspace(0, 256, 57600, endpoint=False)).reshape(180, 320)
    step = 256 / levels
    banded = (np.floor(ramp / step) + 0.5) * step
    assert measured(Banding(), [planes(np.rint(banded))] * 2) == pytest.approx([16 / 9], rel=0.05)
    assert measured(Banding(), [planes(np.floor(ramp))] * 2)[0] < 0.1
