"""Points followed through pictures whose motion is known."""

import numpy as np
import pytest

from pipeline.vision.sight import glance, pairs
from pipeline.vision.tracks import Tracker


@pytest.fixture
def follow():
    """Give a function that follows points through a clip."""

    def run(clip, rate=24.0):
        tracker, begun = Tracker(rate), False
        for pair in pairs(glance(frame) for frame in clip):
            if not begun:
                tracker.begin(pair.cells, pair.luma.shape)
                begun = True
            tracker.step(pair.forward, pair.visible, pair.cells, pair.luma.shape)
        return tracker.tracks((180, 320))

    return run


def test_points_of_a_picture_that_moves_evenly_move_with_it(texture, planes, follow):
    picture = texture()
    tracks = follow([planes(picture[:, 60 - 2 * k : 380 - 2 * k]) for k in range(25)])
    assert [one.start for one in tracks] == [0, 6, 12]
    moved = (tracks[0].places[-1] - tracks[0].places[0]) * 180
    assert np.median(moved[:, 0]) == pytest.approx(24.0, rel=0.05)
    assert np.abs(np.median(moved[:, 1])) < 0.5
    assert np.median(np.abs(tracks[0].own[-1])) * 180 < 0.3


def test_points_are_followed_for_half_a_second_at_any_rate(texture, planes, follow):
    picture = texture()
    clip = [planes(picture[:, k : 320 + k]) for k in range(40)]
    assert {len(one.places) for one in follow(clip, 24.0)} == {13}
    assert {len(one.places) for one in follow(clip, 60.0)} == {31}


def test_a_short_clip_is_followed_as_far_as_it_goes(texture, planes, follow):
    picture = texture()
    assert [len(one.places) for one in follow([planes(picture[:, k : 320 + k]) for k in range(8)])] == [8]
    assert follow([planes(picture[:, :320])] * 3) == ()


def test_what_goes_out_of_sight_is_lost(texture, planes, follow):
    picture = texture()
    clip = [planes(picture[:, 6 * k : 320 + 6 * k]) for k in range(13)]
    track = follow(clip)[0]
    assert 0.15 < track.lost < 0.5
    assert (track.places[-1][:, 0] * 180 + 160 > -1).all()


def test_a_cut_ends_every_track_before_it(texture, planes, follow):
    one, two = texture(1), texture(2)
    clip = [planes(one[:, k : 320 + k]) for k in range(8)] + [planes(two[:, k : 320 + k]) for k in range(8)]
    tracks = follow(clip)
    assert tracks
    assert all(track.start + len(track.places) <= 8 or track.start >= 8 for track in tracks)
