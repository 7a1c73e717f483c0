"""Cards: the ground, the picture in its middle with its transparency, and what no crop may cut."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.errors import MediaInvalid
from pipeline.generators.card import Card
from pipeline.media.cutout import read_cutout
from pipeline.media.frames import read, write_picture
from pipeline.media.probe import probe
from pipeline.model import GenerationPlan, Input, MediaFacts, Order, Shot, Size, Spec, ToolChoice, Wish
from pipeline.model.shots import Asset, CardFace
from pipeline.ports import Problems
from pipeline.vision import card, scale

GROUND = (30, 90, 160)


@pytest.fixture
def logo(tmp_path):
    """A red disc, half of it half transparent, on nothing that is coded as bright green and must not be seen."""
    layers = np.zeros((240, 320, 4), np.uint8)
    layers[..., 1] = 255
    disc = np.hypot(*np.meshgrid(np.arange(320) - 160, np.arange(240) - 120)) < 110
    layers[disc] = (0, 0, 220, 255)
    layers[:, 160:, 3] //= 2
    path = tmp_path / "logo.png"
    cv2.imwrite(str(path), layers)
    return path


def wish(image=None, *, ground=GROUND, frames=7, **options):
    face = CardFace(ground, image and Asset("logo", image))
    shot = Shot("end", 0, "", ToolChoice(("card",)), 1, card=face)
    inputs = (Input("image", image, "0" * 64),) if image else ()
    facts = {"image": MediaFacts("picture", "0" * 64, None, Fraction(0), has_sound=False)} if image else {}
    return Wish(shot, "", "", Spec(Size(320, 180), Fraction(24000, 1001), frames), inputs, facts, options)


def made(asked, folder):
    plan = Card().plan(asked)
    assert isinstance(plan, GenerationPlan)
    order = Order(plan, 1, 1, folder / "take.mp4")
    told = []
    list(Card().generate([order], folder, None, told.append))
    assert told[-1] == 1.0
    return list(read(order.out)), probe(order.out).spec


def test_a_card_has_its_ground_its_exact_frames_and_one_take(tmp_path):
    frames, spec = made(wish(head=0, tail=0), tmp_path)
    assert spec == Spec(Size(320, 180), Fraction(24000, 1001), 7)
    assert len(frames) == 7
    assert np.abs(np.stack(frames).astype(int) - GROUND).max() <= 4
    assert not Card().plan(wish()).seeded


def test_a_picture_stands_in_the_middle_over_the_ground(tmp_path, logo):
    frame = made(wish(logo), tmp_path)[0][0].astype(int)
    assert np.abs(frame[90, 150] - (220, 0, 0)).max() <= 8
    half = (np.array([220, 0, 0]) + GROUND) / 2
    assert np.abs(frame[90, 175] - half).max() <= 8
    assert np.abs(frame[52:58, 120:126] - GROUND).max() <= 8  # in the picture, where it shows nothing


def test_no_crop_to_another_shape_cuts_the_picture(logo):
    shapes = [Size(1920, 1080), Size(1080, 1080), Size(1080, 1920)]
    solid = np.full((300, 300, 3), 255, np.uint8)
    for first in shapes:
        whole = card.card(first, (0, 0, 0), solid, np.full((300, 300), 255, np.uint8))
        for other in shapes:
            seen = scale.fit(whole, other)
            assert not seen[[0, -1]].any()
            assert not seen[:, [0, -1]].any()
            assert seen.any()


def test_a_wide_and_a_tall_picture_keep_their_shape_and_the_limit():
    for shape in ((40, 900), (900, 40), (10, 10)):
        drawn = card.card(Size(640, 360), (0, 0, 0), np.full((*shape, 3), 255, np.uint8), np.full(shape, 255, np.uint8))
        rows, columns = (np.flatnonzero(drawn.any(axis=(axis, 2))) for axis in (1, 0))
        assert max(len(rows), len(columns)) <= 0.42 * 360 + 1
        assert (len(columns) > len(rows)) == (shape[1] > shape[0])
        if shape == (10, 10):
            assert len(rows) == 20


def test_transparency_is_read_straight_and_a_photograph_is_opaque(tmp_path, logo):
    frame, opacity = read_cutout(logo)
    assert frame.shape == (240, 320, 3)
    assert tuple(frame[0, 0]) == (0, 255, 0)
    assert (opacity[0, 0], opacity[120, 100], opacity[120, 200]) == (0, 255, 127)
    write_picture(tmp_path / "photo.jpg", np.full((64, 96, 3), 120, np.uint8))
    assert (read_cutout(tmp_path / "photo.jpg")[1] == 255).all()


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"not a picture at all")
    with pytest.raises(MediaInvalid):
        read_cutout(tmp_path / "logo.png")


def test_what_cannot_be_is_said_when_planning(logo):
    plain = Wish(Shot("a", 0, "a gate", ToolChoice(("card",)), 1), "", "", wish().spec, (), {}, {})
    assert Card().plan(plain)[0][0] == "card"
    assert "steps" in Card().plan(wish(steps=3))[0][1]
    assert isinstance(Card().plan(wish(ground=(0, 300, 0))), Problems)
    sound = Wish(
        wish(logo).shot, "", "", wish().spec, (Input("image", Path("bell.wav"), ""),),
        {"image": MediaFacts("sound", "", None, Fraction(1), has_sound=True)}, {},
    )  # fmt: skip
    assert "sound" in Card().plan(sound)[0][1]


def test_the_picture_and_the_ground_are_in_the_recipe_and_its_name_is_not(logo):
    keys = {Card().plan(one).recipe(1).key for one in (wish(logo), wish(), wish(ground=(0, 0, 0)), wish(logo))}
    assert len(keys) == 3
    assert Card().plan(wish(logo)).recipe(1).key == Card().plan(wish(logo)).recipe(2).key


def test_a_card_that_is_stopped_leaves_no_take(tmp_path, logo):
    order = Order(Card().plan(wish(logo)), 1, 1, tmp_path / "take.mp4")
    logo.write_bytes(b"gone bad")
    with pytest.raises(MediaInvalid):
        list(Card().generate([order], tmp_path, None, lambda _: None))
    assert not order.out.exists()


def test_a_picture_stands_where_the_safe_area_has_its_middle():
    solid = np.full((300, 300, 3), 255, np.uint8)
    drawn = card.card(Size(360, 640), (0, 0, 0), solid, np.full((300, 300), 255, np.uint8), 0.395)
    rows = np.flatnonzero(drawn[..., 0].max(axis=1) > 128)
    assert abs((rows[0] + rows[-1] + 1) / 2 - 0.395 * 640) <= 1
