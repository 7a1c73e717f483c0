"""From a file to its card, and the card to JSON and back."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.media.frames import TAKE, read, write, write_picture
from pipeline.metrics import COURSES, FEATURES
from pipeline.model import Card, ColourStats, End, Rejection, Size, Spec, Spot
from pipeline.score import card_from_json, card_to_json, measure, measure_frames, rank, reweighed
from pipeline.score.parameters import usual
from pipeline.vision.colour import stats_of


@pytest.fixture(scope="module")
def clip(tmp_path_factory, moving):
    path = tmp_path_factory.mktemp("clip") / "take.mp4"
    frames = [np.repeat(frame.luma[..., None], 3, axis=2) for frame in moving(12)]
    write(path, frames, Spec(Size(160, 90), Fraction(24000, 1001), 12), TAKE)
    return path


def test_a_file_is_measured_in_size_rate_and_frames(clip):
    card = measure(clip, "medium").card
    assert card.spec == Spec(Size(160, 90), Fraction(24000, 1001), 12)
    assert card.rejected == ()
    assert 0.0 < card.score <= 1.0
    assert set(card.features) == {one.name for one in (*FEATURES, *COURSES)} | {"level", "spread", "detail"}


def test_measuring_twice_gives_the_same_card(clip):
    assert measure(clip).card == measure(clip).card


def test_colours_are_those_of_the_frames(clip):
    exact, found = stats_of(read(clip)), measure(clip).card.colours
    assert np.allclose(found.mean, exact.mean, atol=1.5)
    assert np.allclose(found.covariance, exact.covariance, rtol=0.1, atol=5)


def test_the_strip_is_eight_thumbnails_from_first_to_last(clip):
    strip = measure(clip).strip
    assert strip.shape == (90, 8 * 160, 3)
    assert strip.dtype == np.uint8
    assert strip.flags["C_CONTIGUOUS"]
    frames = list(read(clip))
    for place, frame in ((0, frames[0]), (7, frames[-1])):
        assert np.abs(strip[:, 160 * place : 160 * (place + 1)].astype(int) - frame).mean() < 3


def test_a_long_clip_has_its_strip_in_constant_memory(plane_of):
    clip = (plane_of(np.full((18, 32), min(k, 255), np.uint8)) for k in range(250))
    strip = measure_frames(clip).strip
    levels = [int(strip[5, 160 * k + 80, 0]) for k in range(8)]
    assert np.allclose(levels, np.linspace(0, 249, 8), atol=5)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("size", [(2, 2), (17, 33), (180, 320), (5, 200)])
def test_short_and_small_clips_have_a_finite_card(moving, count, size):
    measured = measure_frames(moving(count, 1, size=size))
    card = measured.card
    assert card.spec.frames == count
    assert np.isfinite([card.score, *card.terms.values(), *card.features.values()]).all()
    assert card_from_json(card_to_json(card)) == card
    assert measured.strip.shape[1] == 1280


def test_an_empty_stream_has_nothing_to_measure():
    with pytest.raises(MediaInvalid, match="no frame"):
        measure_frames([])


@pytest.mark.parametrize("content", [None, b"", b"no film at all"])
def test_what_is_no_clip_is_refused(tmp_path, content):
    path = tmp_path / "take.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaInvalid, match=r"take\.mp4"):
        measure(path)


def test_a_picture_is_measured_as_a_clip_of_one_frame(tmp_path, moving):
    path = tmp_path / "still.png"
    write_picture(path, np.repeat(moving(1)[0].luma[..., None], 3, axis=2))
    assert measure(path).card.spec == Spec(Size(160, 90), Fraction(1), 1)


def card(score=0.1 + 0.2, *rejected):
    spec = Spec(Size(1280, 720), Fraction(24000, 1001), 96)
    return Card(spec, score, {"shake": 1 / 3}, {"motion": 1e-17}, rejected, ColourStats((1.5, 2.0, 255.0), (0.1,) * 9))


def test_a_card_survives_json_bit_for_bit():
    ends = (End((1.5, 2.0, 3.0), (0.1, -1 / 3), (0, 255)), End((0.0,) * 3, (0.0, 0.0)))
    whole = replace(
        card(0.1 + 0.2, Rejection("frozen", 12, 40, "静止 from frame 12 to 40")),
        curves={"shake": (0.0, 0.123, 12.3)},
        costs={"shake": 1 / 7},
        worst=(Spot("shake", 3, 9, 12.3),),
        ends=ends,
    )
    text = card_to_json(whole)
    assert json.loads(text)["kind"] == "card/3"
    assert card_from_json(text) == whole


@pytest.mark.parametrize(("kind", "lacks"), [("card/1", ["curves"]), ("card/2", [])])
def test_a_card_of_a_version_before_is_read_with_what_it_has(kind, lacks):
    values = json.loads(card_to_json(card()))
    for name in ("costs", "worst", "ends", *lacks):
        del values[name]
    assert card_from_json(json.dumps(values | {"kind": kind})) == card()


def test_other_weights_judge_a_card_again(clip):
    card = measure(clip, "medium").card
    assert reweighed(card, usual()) == card
    heavier = reweighed(card, usual() | {"shake": 50.0})
    assert heavier.costs["shake"] == 50.0 * card.terms["shake"]
    assert heavier.score == pytest.approx(np.exp(-sum(heavier.costs.values()) / 8.0))
    assert reweighed(card, {}).score == 1.0


def test_the_ends_of_a_clip_tell_its_colours_and_where_it_moves(plane_of, moving):
    clip = [plane_of(np.full((90, 160), 40, np.uint8))] * 8 + moving(24, 3)
    first, last = measure_frames(clip, Fraction(24)).card.ends
    assert first.colour == pytest.approx((40.0,) * 3, abs=1.0)
    assert first.motion == pytest.approx((0.0, 0.0), abs=1e-3)
    assert last.motion == pytest.approx((-3 * 24 / 90, 0.0), rel=0.05, abs=0.02)
    assert first.picture == (40,) * 144
    assert np.abs(np.array(last.picture) - 127).mean() < 60


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "card/9"}', '{"kind": "card/1"}', "null"])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(ToolFailed):
        card_from_json(text)


def test_ranking_puts_rejected_clips_last():
    bad = card(0.9, Rejection("cut", 3, 4, "a cut"))
    assert rank({"a": bad, "b": card(0.2), "c": card(0.5)}) == ["c", "b", "a"]
