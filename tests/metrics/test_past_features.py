"""Features that hold a clip against its own past: known mixtures, rests and returns in, known values out."""

import numpy as np
import pytest

from pipeline.metrics.fading import Fading
from pipeline.metrics.ghosting import Ghosting
from pipeline.metrics.halted import Halted
from pipeline.metrics.recurring import Recurring


def unlike(count, seed=5):
    """Draw frames of random squares that have nothing in common."""
    cells = np.random.default_rng(seed).uniform(20, 235, (count, 18, 32))
    return [np.kron(one, np.ones((10, 10))) for one in cells]


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5])
@pytest.mark.parametrize("lag", [3, 4, 6])
def test_a_ghost_comes_back_with_the_correlation_of_its_share(planes, told, share, lag):
    """Changes of frames that have nothing in common correlate by -1/2 with their neighbours, and so does their echo."""
    own = unlike(90)
    clip = [planes(np.rint((1 - share) * frame + share * own[max(0, k - lag)])) for k, frame in enumerate(own)]
    repeated = share * (1 - share) / (share**2 + (1 - share) ** 2)
    assert told(Ghosting(), clip) == pytest.approx(np.full(89, 1.5 * repeated), rel=0.05)


def test_what_moves_slowly_has_no_ghost(texture, planes, told):
    picture = texture()
    clip = [planes(picture[:, k : k + 320]) for k in range(20)]
    assert max(told(Ghosting(), clip)) < 0.05


@pytest.mark.parametrize("turn", [0.1, 0.2, 0.3])
def test_fading_of_a_moving_wave_is_told_by_the_angle_it_turns(planes, told, turn):
    """For sin(x - a) and steps of a, first + last - 2 middle is by last - first (1 - cos a) / sin a = tan(a / 2).

    The nearest step is two frames.
    """
    across = np.arange(320) * 2 * np.pi / 80
    clip = [planes(np.rint(np.tile(127 + 100 * np.sin(across - turn * k), (180, 1)))) for k in range(25)]
    found = told(Fading(), clip)
    assert found[8:16] == pytest.approx(np.full(8, -np.log(np.tan(turn))), rel=0.05)


@pytest.mark.parametrize("keys", [8, 24])
def test_every_frame_of_a_cross_fade_is_a_mixture(planes, told, keys):
    key_frames = unlike(25 // keys + 1)
    clip = []
    for k in range(25):
        first, share = min(k // keys, len(key_frames) - 2), k / keys - min(k // keys, len(key_frames) - 2)
        clip.append(planes(np.rint((1 - share) * key_frames[first] + share * key_frames[first + 1])))
    assert np.quantile(told(Fading(), clip), 0.7) > 2.5


def test_noise_is_no_mixture(planes, told):
    clip = [planes(one) for one in np.random.default_rng(0).integers(0, 255, (25, 180, 320))]
    assert max(told(Fading(), clip)) == 0.0


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_halted_is_the_share_that_stops(planes, told, share):
    noise = np.random.default_rng(0).integers(0, 255, (32, 180, 320))
    stop = round(share * 9) * 20
    noise[7:, :stop] = noise[7, :stop]
    assert told(Halted(), [planes(one) for one in noise]) == pytest.approx(np.full(31, stop / 180), rel=0.05)


def test_what_stands_still_throughout_or_slows_down_has_not_halted(planes, told):
    noise = np.random.default_rng(0).normal(0, 20, (32, 180, 320))
    noise[:, :60] = 0
    noise[8:, 60:120] *= 0.3
    assert max(told(Halted(), [planes(np.rint(128 + one).clip(0, 255)) for one in noise])) < 1e-3


def test_frames_that_come_again_are_told_where_they_do(planes, told):
    frames = unlike(16)
    found = told(Recurring(), [planes(frames[k if k < 16 else k - 10]) for k in range(22)])
    assert found[:15].max() < 0.1
    assert found[15:] == pytest.approx(np.full(6, -np.log(0.02)), rel=0.05)


@pytest.mark.parametrize("grain", [0.1, 0.3])
def test_a_return_is_told_by_how_near_it_comes(planes, told, grain):
    """Frames differ by 1 from each other, by `grain` of that from their return: -ln of it."""
    frames, other = unlike(16), unlike(6, 9)
    again = [(1 - grain) * frames[6 + k] + grain * other[k] for k in range(6)]
    found = told(Recurring(), [planes(np.rint(one)) for one in [*frames, *again]])
    assert found[15:].mean() == pytest.approx(-np.log(grain), rel=0.05)
