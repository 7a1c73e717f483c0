"""Drawn panels: read from words, deterministic, lit as asked, whole under every move."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from pipeline.vision import blemish, camera, lower_third, morph, panel, scenery_words
from pipeline.vision.camera import Pose

SIZE = (256, 144)
SCENES = {
    "mountain": "Mount Fuji above the valley, birds",
    "forest": "a temple between maple trees",
    "field": "a horse in a flower meadow",
    "river": "a red bridge over a river, a waterfall",
    "sea": "a lighthouse and a sailing boat on the ocean",
    "desert": "a car between the dunes",
    "city": "neon signs in a Tokyo street, rain",
    "room": "a cat on the table of a kissaten",
    "space": "an astronaut before a planet",
}


def paint(scene, seed=1, lighting="", style="", motion="", size=SIZE):
    return panel.paint(scene, motion, lighting, style, seed, size)


def shot(painted, u=0.5, move="dolly_in", seconds=1.0):
    return panel.film(painted, camera.pose(move, "medium", u, seconds), seconds)


@pytest.mark.parametrize(("place", "scene"), SCENES.items())
def test_a_scene_is_drawn_where_its_words_say(place, scene):
    assert scenery_words.read(scene).place == place
    view = shot(paint(scene))
    assert view.shape == (144, 256, 4)
    assert view[..., :3].std() > 12


@pytest.mark.parametrize(
    ("scene", "place", "figures"),
    [
        ("鳥居の前に立つ女性、紅葉", "forest", ("woman",)),
        ("雨の夜、ネオンの路地を歩く少女", "city", ("child",)),
        ("喫茶店の主人が珈琲を淹れる", "room", ("man",)),
        ("海辺の灯台", "sea", ()),
        ("彼女は山を見上げる", "mountain", ("woman",)),
    ],
)
def test_japanese_scenes_are_read(scene, place, figures):
    read = scenery_words.read(scene)
    assert (read.place, read.figures) == (place, figures)


def test_words_inside_other_words_mislead_nobody():
    assert scenery_words.read("鳥居と門").animal == ""
    assert scenery_words.read("a category of manifold wooden things").figures == ()
    assert scenery_words.read("嵐山の竹林").weather == ()
    assert "snow" in scenery_words.read("a hill", "snow falls").weather


def test_a_colour_goes_to_the_noun_behind_it():
    read = scenery_words.read("a woman in a red raincoat on a blue bridge")
    assert read.garment is not None
    assert read.garment[0] > read.garment[2]
    assert read.object_tint is not None
    assert read.object_tint[2] > read.object_tint[0]


@pytest.mark.parametrize(
    ("plain", "more"),
    [
        ("a hill", "a hill, a torii"),
        ("a hill", "a hill, a house"),
        ("a valley", "a valley, a man"),
        ("a valley", "a valley, a couple"),
        ("a valley", "close-up of a woman in the valley"),
        ("a valley", "close-up of a man in the valley"),
        ("a meadow", "a meadow with a dog"),
        ("a meadow", "a meadow with a cat"),
        ("a meadow", "a train crosses the meadow"),
        ("a canyon", "a car in the canyon"),
        ("a street", "a street festival with lanterns"),
        ("a street", "a child with an umbrella in the street"),
        ("a forest", "a bamboo forest"),
        ("a forest", "a campfire in the forest"),
        ("a river", "a waterfall into a river"),
        ("a cafe", "a woman in a cafe"),
        ("a planet", "an astronaut on a planet"),
    ],
)
def test_what_the_words_name_is_painted(plain, more):
    first, second = (shot(paint(scene, lighting="overcast"))[..., :3].astype(int) for scene in (plain, more))
    assert (np.abs(first - second).max(axis=2) > 20).mean() > 0.004


def test_words_without_a_place_get_landscapes_of_their_own():
    places = {scenery_words.read(words).place for words in ("freedom", "entropy", "love", "xyzzy", "無常", "🙂")}
    assert len(places) > 3
    assert scenery_words.read("freedom") == scenery_words.read("freedom")


@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_it_rains_outside_the_window_and_not_in_the_room(weather):
    painted = paint(f"an empty room, {weather} outside the window", lighting="daylight")
    dry = replace(painted, outside=())
    changed = np.abs(shot(painted).astype(int) - shot(dry).astype(int)).max(axis=2) > 8
    height = changed.shape[0]
    assert changed[: height // 2].mean() > 0.002
    assert not changed[int(height * 0.65) :].any()


def test_no_words_at_all_still_make_a_picture():
    assert shot(paint("")).std() > 12


def test_the_same_seed_gives_the_same_pixels_whatever_was_drawn_before():
    first = paint(SCENES["forest"], seed=9)
    shot(first, 0.1, seconds=0.2)
    again = paint(SCENES["forest"], seed=9)
    assert np.array_equal(shot(first), shot(again))


@pytest.mark.parametrize("place", ["forest", "city", "sea", "room"])
def test_takes_differ_visibly(place):
    views = [shot(paint(SCENES[place], seed)).astype(int)[..., :3] for seed in (1, 2, 3)]
    assert np.abs(views[0] - views[1]).mean() > 6
    assert np.abs(views[1] - views[2]).mean() > 6


def test_light_and_style_change_the_colours():
    luma = {light: shot(paint(SCENES["field"], lighting=light))[..., :3].mean() for light in ("", "moonlight")}
    assert luma["moonlight"] < 0.5 * luma[""]
    noir = shot(paint(SCENES["field"], style="noir"))[..., :3].astype(int)
    assert np.abs(noir[..., 0] - noir[..., 2]).mean() < 3
    golden = shot(paint(SCENES["field"], lighting="golden_hour"))[..., :3].mean(axis=(0, 1))
    assert golden[0] > golden[2] + 30


@pytest.mark.parametrize("size", [(144, 256), (160, 160), (320, 136), (64, 36)])
def test_every_shape_of_film_is_filled(size):
    painted = paint(SCENES["river"], size=size)
    for u in (0.0, 1.0):
        view = shot(painted, u, "pan_left")
        assert view.shape == (size[1], size[0], 4)
        assert (view[..., 3] == 255).all()


def naive(painted, pose, seconds):
    width, height = painted.size
    view = np.zeros((height, width, 3))
    for one in painted.planes:
        matrix = panel.placed(one, pose, seconds, painted.size, panel.HORIZON)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        layer = cv2.warpAffine(one.rgba, matrix, painted.size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        view = layer[..., :3] + view * (1 - layer[..., 3:] / 255)
    return np.clip(view, 0, 255)


@pytest.mark.parametrize("place", ["forest", "city", "sea", "room", "desert"])
def test_the_fast_way_of_laying_planes_gives_what_the_plain_way_gives(place):
    painted = paint(SCENES[place])
    for pose in (Pose(), Pose(pan=0.2, roll=0.05, zoom=1.2), Pose(rise=0.15, tilt=-0.1, dolly=0.25, roll=-0.04)):
        view = np.empty((SIZE[1], SIZE[0], 4), np.uint8)
        panel.lay(view, painted.planes, [panel.placed(one, pose, 2.0, SIZE, panel.HORIZON) for one in painted.planes])
        gap = np.abs(view[..., :3] - naive(painted, pose, 2.0))
        assert np.percentile(gap, 99) < 4
        assert gap.mean() < 1.5


def test_near_things_pass_faster_than_far_ones():
    painted = paint(SCENES["forest"])
    far, near = painted.planes[0], painted.planes[-1]
    shifts = [
        panel.placed(one, Pose(track=0.1), 0.0, SIZE, panel.HORIZON)[0, 2]
        - panel.placed(one, Pose(), 0.0, SIZE, panel.HORIZON)[0, 2]
        for one in (far, near)
    ]
    assert shifts[1] > 10 * shifts[0] > 0


@pytest.mark.parametrize("words", ["rain", "snow", "petals", "leaves", "sparks", "dust"])
def test_weather_moves_in_the_air(words):
    painted = paint("a hill", motion=words)
    assert [one.kind for one in painted.particles] == [words]
    first, second = (panel.film(painted, Pose(), seconds).astype(int) for seconds in (1.0, 1.2))
    assert (np.abs(first - second).max(axis=2) > 25).sum() > 20


def test_it_does_not_rain_indoors():
    assert [one.kind for one in paint("rain outside the window of a room").particles] == ["dust"]


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (960, 960), (320, 180)])
def test_the_lower_third_is_readable_and_keeps_to_the_foot(size):
    strip = lower_third.lower_third(size, "gate", "夜明けに、門がひらく。" * 9, "pan_left", "パン左")
    view = np.full((size[1], size[0], 4), 200, np.uint8)
    lower_third.lay_over(view, strip)
    assert strip.top > size[1] * 0.55
    assert (view[: strip.top] == 200).all()
    foot = view[strip.top :, :, :3].max(axis=2)
    assert (foot > 225).mean() > 0.008
    assert (foot < 90).mean() > 0.25


def test_shots_are_told_apart_by_their_lower_third():
    strips = [lower_third.lower_third((320, 180), name, "the same scene", "pan_left", "Pan left") for name in "ab"]
    assert not np.array_equal(strips[0].add, strips[1].add)


@pytest.mark.parametrize("move", sorted(camera.moves() - {"", "alive"}))
def test_every_move_has_its_own_icon(move):
    drawn = [lower_third.lower_third((640, 360), "a", "", name, "x").add for name in (move, "")]
    assert drawn[0].shape != drawn[1].shape or not np.array_equal(*drawn)


def faulty(fault, frames=24):
    painted = paint(SCENES["sea"])
    views = (shot(painted, k / 23, "pan_left", k / 24) for k in range(frames))
    return [view.astype(int)[..., :3] for view in blemish.planted(views, fault, frames, 4)]


def steps(views):
    return np.array([np.abs(b - a).mean() for a, b in pairwise(views)])


def test_planted_faults_are_the_faults_they_say():
    clean = steps(faulty("none"))
    assert (steps(faulty("frozen"))[8:16] == 0).all()
    assert steps(faulty("flicker"))[10] > 4 * clean[10]
    cut = steps(faulty("cut"))
    assert (cut > 6 * np.median(cut)).sum() == 1
    assert np.median(steps(faulty("jitter"))) > 1.8 * np.median(clean)


def test_a_passage_between_unlike_pictures_begins_and_ends_with_them():
    first, last = (lower_third.frame_of(shot(paint(SCENES[one]))) for one in ("sea", "room"))
    way = morph.passage(first, last)
    assert way.forward is None
    assert np.array_equal(lower_third.frame_of(morph.between(way, 0.0)), first)
    assert np.array_equal(lower_third.frame_of(morph.between(way, 1.0)), last)


def test_a_passage_between_like_pictures_moves_things_and_does_not_ghost():
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 255, (30, 50, 3), np.uint8)
    wide = cv2.GaussianBlur(cv2.resize(noise, (400, 240), interpolation=cv2.INTER_CUBIC), (0, 0), 2)
    first, middle, last = (np.ascontiguousarray(wide[20:200, 20 + x : 340 + x]) for x in (0, 6, 12))
    way = morph.passage(first, last)
    assert way.forward is not None
    made = lower_third.frame_of(morph.between(way, 0.5)).astype(int)[20:-20, 20:-20]
    blend = (first.astype(int) + last)[20:-20, 20:-20] / 2
    truth = middle.astype(int)[20:-20, 20:-20]
    assert np.abs(made - truth).mean() < 0.4 * np.abs(blend - truth).mean()
