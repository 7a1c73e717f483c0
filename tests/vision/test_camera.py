"""Camera moves: they go where they say, evenly, and never past the edge of the picture."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from pipeline import prompts
from pipeline.vision import camera, lower_third
from pipeline.vision.flow import flow

SIZE = (320, 180)
MOVES = sorted(camera.moves())


def texture(height=270, width=480, seed=3):
    rng = np.random.default_rng(seed)
    small = rng.integers(30, 226, (height // 6, width // 6, 3), np.uint8)
    return np.ascontiguousarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def film(move, amount="medium", frames=24, seed=1, picture=None):
    poses = [camera.pose(move, amount, k / (frames - 1), k / 24, seed) for k in range(frames)]
    prepared = camera.still(texture() if picture is None else picture, SIZE, poses)
    return [lower_third.frame_of(camera.seen(prepared, pose, SIZE)) for pose in poses]


def motion(first, second):
    grey = [np.asarray(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY)) for one in (first, second)]
    return flow(*grey, "medium")


def test_every_move_of_the_vocabulary_is_known():
    assert set(prompts.vocabulary()["camera"]) <= camera.moves()


@pytest.mark.parametrize("move", MOVES)
def test_no_move_ever_sees_past_the_edge(move):
    for shape in ((270, 480), (480, 270), (300, 300)):
        poses = [camera.pose(move, "high", u, u * 3, 5) for u in np.linspace(0, 1, 13)]
        half = (shape[1] / 2, shape[0] / 2)
        cover = max(SIZE[0] / shape[1], SIZE[1] / shape[0]) / SIZE[1]
        safe = camera.margin(poses, SIZE[0] / SIZE[1], (half[0] * cover, half[1] * cover))
        for pose in poses:
            for x in (-SIZE[0] / SIZE[1] / 2, SIZE[0] / SIZE[1] / 2):
                for y in (-0.5, 0.5):
                    seen = camera.flat(pose, SIZE[0] / SIZE[1]) @ [x, y, 1]
                    place = np.abs(seen[:2] / seen[2]) * safe
                    assert (place <= np.array(half) * cover + 1e-9).all()


@pytest.mark.parametrize(
    ("move", "axis", "sign"), [("pan_left", 0, 1), ("pan_right", 0, -1), ("tilt_up", 1, 1), ("tilt_down", 1, -1)]
)
def test_a_turn_moves_the_picture_the_other_way(move, axis, sign):
    frames = film(move)
    moved = motion(frames[11], frames[12]).mean(axis=(0, 1))
    assert moved[axis] * sign > 0.3
    assert abs(moved[1 - axis]) < 0.2


@pytest.mark.parametrize(
    ("move", "sign"), [("zoom_in", 1), ("dolly_in", 1), ("steadicam", 1), ("zoom_out", -1), ("dolly_out", -1)]
)
def test_going_in_widens_and_going_out_narrows(move, sign):
    frames = film(move)
    moved = motion(frames[11], frames[12])[..., 0]
    assert sign * (moved[:, -60:].mean() - moved[:, :60].mean()) > 0.3


def test_orbit_is_a_perspective_and_not_a_shift():
    poses = [camera.pose("orbit", "medium", u, 0.0) for u in (0.0, 1.0)]
    slants = [camera.flat(pose, 16 / 9)[2, 0] for pose in poses]
    assert slants[0] * slants[1] < 0
    assert min(abs(one) for one in slants) > 0.02


def shift(first, second):
    """Least-squares horizontal shift of a whole picture (Lucas and Kanade, 1981)."""
    slope = (np.gradient(first, axis=1) + np.gradient(second, axis=1)) / 2
    return float((slope * (first - second)).sum() / (slope * slope).sum())


def test_a_slow_pan_moves_evenly_at_sub_pixel_steps():
    frames = film("pan_left", "static", frames=60)
    grey = [
        cv2.GaussianBlur(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(float), (0, 0), 2)[8:-8, 8:-8] for one in frames
    ]
    found = np.array([shift(first, second) for first, second in pairwise(grey)])
    asked = -np.diff([camera.pose("pan_left", "static", k / 59, 0.0, 1).pan * SIZE[1] for k in range(60)])
    assert 0.05 < asked.mean() < 0.3
    assert np.ptp(found / asked) < 0.04


def test_moves_start_and_stop_gently_and_arrive():
    steps = np.diff([camera.eased(u) for u in np.linspace(0, 1, 50)])
    assert (steps > 0).all()
    assert steps[0] < 0.5 * steps.max()
    assert steps[-1] < 0.5 * steps.max()
    assert (camera.eased(0), camera.eased(1)) == (0, 1)


def test_more_amount_goes_further():
    reach = {
        amount: abs(camera.pose("pan_left", amount, 1.0, 0.0).pan) for amount in ("static", "low", "medium", "high")
    }
    assert reach["static"] < reach["low"] < reach["medium"] < reach["high"]


def test_hands_shake_and_tripods_do_not():
    assert len({camera.pose("handheld", None, 0.5, second / 7).pan for second in range(9)}) == 9
    assert len({camera.pose("static", None, 0.5, second / 7) for second in range(9)}) == 1


@pytest.mark.parametrize("move", ["pan_left", "crane", "dolly_in", "zoom_in", "orbit"])
def test_a_shot_that_goes_on_begins_with_the_whole_picture(move):
    picture = texture(180, 320)
    poses = [camera.whole_pose(move, "medium", u, u) for u in np.linspace(0, 1, 8)]
    prepared = camera.still(picture, SIZE, poses, each=True)
    first = lower_third.frame_of(camera.seen(prepared, poses[0], SIZE))
    last = lower_third.frame_of(camera.seen(prepared, poses[-1], SIZE))
    assert np.abs(first.astype(int) - picture).mean() < 2.5
    assert np.abs(last.astype(int) - picture).mean() > 8


def test_flat_colours_stay_what_they_are():
    for colour in ((255, 0, 0), (0, 200, 0), (128, 128, 128)):
        picture = np.full((90, 160, 3), colour, np.uint8)
        assert all((frame == colour).all() for frame in film("orbit", frames=4, picture=picture))


def test_a_tall_picture_is_filmed_from_its_hidden_parts():
    picture = np.zeros((640, 320, 3), np.uint8)
    picture[:, :, 0] = np.linspace(0, 255, 640).astype(np.uint8)[:, None]
    frames = film("tilt_down", picture=picture)
    assert frames[-1][..., 0].mean() > frames[0][..., 0].mean() + 22
