"""Setting type, making room, contrast and painting."""

import threading
from dataclasses import replace

import cv2
import numpy as np
import pytest

from pipeline.errors import ProducerError
from pipeline.model import Margins, Size
from pipeline.vision import lettering
from pipeline.vision.glyphs import Type, kern, places
from tests.vision.test_fonts import build

HD = Size(1920, 1080)
EVEN = Margins(0.05, 0.05, 0.05, 0.05)
LIGHT = lettering.Style(None, (255, 255, 255), (16, 16, 18), EVEN)
ROLES = ("headline", "caption", "subtitle", "legal", "label")


def inside(box, area):
    across = area[0] <= box[0] and box[0] + box[2] <= area[0] + area[2]
    return across and area[1] <= box[1] and box[1] + box[3] <= area[1] + area[3]


def grey(level, size=HD):
    return np.full((size.height, size.width, 3), level, np.uint8)


def test_roles_differ_in_size_and_stand_where_they_should():
    made = {role: lettering.set_type("Coffee at dawn", role, "lower", HD, LIGHT) for role in ROLES}
    sizes = [made[role].size for role in ROLES]
    assert sizes == sorted(sizes, reverse=True)
    feet = {role: one.box[1] + one.box[3] + one.drop for role, one in made.items()}
    assert set(feet.values()) == {1026}
    corner = lettering.set_type("AI", "label", "upper", HD, LIGHT).box
    assert (corner[0] + corner[2], corner[1]) == (1824, 54)
    middle = lettering.set_type("Coffee", "headline", "centre", HD, LIGHT).box
    assert abs(middle[0] + middle[2] / 2 - 960) <= 1
    assert 470 < middle[1] + middle[3] / 2 < 545


def test_type_is_as_large_at_720_as_at_1080_for_its_frame():
    large = lettering.set_type("Coffee at dawn", "headline", "lower", HD, LIGHT)
    small = lettering.set_type("Coffee at dawn", "headline", "lower", Size(1280, 720), LIGHT)
    assert small.size / 720 == pytest.approx(large.size / 1080, rel=0.02)
    assert small.lines == large.lines


def test_long_text_is_set_smaller_and_what_cannot_be_read_is_refused():
    short = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    long = lettering.set_type("Coffee, slowly roasted and shared " * 6, "headline", "lower", HD, LIGHT)
    assert long.size < short.size
    assert inside(long.box, long.area)
    with pytest.raises(ProducerError, match="cannot be read") as refused:
        lettering.set_type("Coffee, slowly roasted and shared " * 20, "headline", "lower", HD, LIGHT)
    assert "shorten" in refused.value.cure
    with pytest.raises(ProducerError, match="3059 letters"):
        lettering.set_type("Coffee, slowly roasted and shared " * 90, "legal", "lower", HD, LIGHT)
    with pytest.raises(ProducerError, match="without letters"):
        lettering.set_type(" \n\u200b ", "caption", "lower", HD, LIGHT)


def test_a_word_is_broken_only_when_it_alone_is_too_wide():
    narrow = Size(360, 640)
    made = lettering.set_type(
        "https://kohi.example/autumn-collection/twenty-twenty-six/all", "caption", "centre", narrow, LIGHT
    )
    assert len(made.lines) > 1
    assert {line[-1] for line in made.lines[:-1]} <= set("/-")
    assert inside(made.box, made.area)


def test_text_stays_inside_the_picture_between_bars():
    picture = Size(1920, 804)
    for place in ("upper", "centre", "lower"):
        box = lettering.set_type("Coffee at dawn", "headline", place, HD, LIGHT, picture).box
        assert box[1] > 138
        assert box[1] + box[3] < 1080 - 138
    tall = lettering.set_type("Coffee at dawn", "headline", "lower", HD, LIGHT, Size(608, 1080))
    assert tall.box[0] > 656
    assert tall.box[0] + tall.box[2] < 1264


def test_letters_are_kerned_and_japanese_punctuation_is_drawn_in():
    bold = Type(None, 700)
    assert kern("A", "V", bold) < -0.05 < kern("H", "H", bold) <= 0 == kern("1", "7", bold)
    assert kern("、", "「", bold) < -0.5 < kern("門", "」", bold) < 0 == kern("夜", "明", bold)
    assert places("夜明", bold, 0.0)[-1] == pytest.approx(2 * 1.067, abs=0.01)


def test_the_house_zero_has_no_slash_and_japanese_headlines_are_bold():
    def mask(text, role):
        return lettering.letter_mask(lettering.set_type(text, role, "centre", HD, LIGHT))

    zero = (mask("0", "headline") > 127).astype(np.uint8)
    holes = cv2.connectedComponents(1 - zero, connectivity=4)[0] - 1
    assert holes == 2  # around it, and one within
    bold, plain = (
        np.count_nonzero(mask("門", role) > 127) / lettering.set_type("門", role, "centre", HD, LIGHT).size ** 2
        for role in ("headline", "legal")
    )
    assert bold > 1.2 * plain


@pytest.mark.parametrize("role", ROLES)
def test_the_ink_of_every_line_is_centred_or_ends_flush(role):
    made = lettering.set_type("「夜明けに。\nAVA", role, "centre", HD, LIGHT)
    columns = np.flatnonzero((lettering.letter_mask(made) > 40)[: made.baselines[0] - made.box[1] + 2].any(axis=0))
    left, right = columns[0], made.box[2] - 1 - columns[-1]
    assert abs(left - right) <= 3 if made.align == "centre" else right < left + 3


def marks(*asked):
    return [(lettering.set_type(text, role, place, HD, LIGHT), start, stop) for text, role, place, start, stop in asked]


def apart(one, other):
    a, b = one.box, other.box
    return a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1] or a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0]


def test_what_stands_at_one_time_does_not_overlap():
    asked = marks(
        ("A headline at the foot", "headline", "lower", 0, 100),
        ("Something is said", "subtitle", "lower", 20, 60),
        ("And something else, a little longer", "subtitle", "lower", 50, 120),
        ("Terms apply", "legal", "lower", 0, 200),
        ("A caption there too", "caption", "lower", 90, 140),
        ("AI-generated", "label", "upper", 0, 200),
    )
    made = lettering.arrange(asked)
    assert [one.lines for one in made] == [one.lines for one, _, _ in asked]
    assert all(inside(one.box, one.area) for one in made)
    for i, one in enumerate(made):
        for j, other in enumerate(made[:i]):
            together = asked[i][1] < asked[j][2] and asked[j][1] < asked[i][2]
            assert not together or apart(one, other)
    assert made[3].box == asked[3][0].box  # legal text stays at the very foot


def test_what_is_alone_stays_where_it_was_set():
    asked = marks(("One", "headline", "lower", 0, 50), ("Two", "headline", "lower", 50, 90))
    assert lettering.arrange(asked) == [one for one, _, _ in asked]


def test_no_room_names_the_text():
    asked = marks(*((f"A headline of three lines\n{n}\nagain", "headline", "centre", 0, 9) for n in range(4)))
    with pytest.raises(ProducerError, match="no room for `A headline"):
        lettering.arrange(asked)


@pytest.mark.parametrize("level", [0, 1, 90, 119, 180, 255])
def test_light_is_the_luminance_of_the_picture(level):
    made = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    expected = (level / 255 / 12.92) if level < 11 else ((level / 255 + 0.055) / 1.055) ** 2.4
    assert lettering.light(grey(level), made) == pytest.approx((expected, expected), abs=1e-4)


def test_light_sees_both_ends_and_only_under_the_letters():
    made = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    frame = grey(0)
    frame[:400] = 255
    assert lettering.light(frame, made)[1] == 0
    frame[:, :960] = 255
    assert lettering.light(frame, made) == pytest.approx((0.0, 1.0), abs=0.01)


COLOURS = [(255, 255, 255), (0, 0, 0), (118, 118, 118), (232, 62, 40), (20, 60, 200), (250, 240, 90), (120, 140, 20)]


@pytest.mark.parametrize("ink", COLOURS)
@pytest.mark.parametrize("ground", COLOURS)
@pytest.mark.parametrize(("darkest", "brightest"), [(0.0, 1.0), (0.0, 0.05), (0.7, 1.0), (0.18, 0.2), (0.3, 0.3)])
def test_the_plate_is_enough_for_every_colour_between(ink, ground, darkest, brightest):
    made = lettering.set_type("A", "caption", "lower", HD, replace(LIGHT, ink=ink, ground=ground))
    opacity = lettering.plate(made, darkest, brightest)
    assert opacity * 20 == pytest.approx(round(opacity * 20))
    grid = np.stack(np.meshgrid(*[np.arange(0, 256, 15)] * 3), axis=-1).reshape(-1, 3)
    shown = grid[[darkest - 1e-3 <= lettering.luminance(tuple(one)) <= brightest + 1e-3 for one in grid.tolist()]]
    mixed = shown * (1 - opacity) + np.array(lettering.plate_colour(made.style)) * opacity
    ratios = [lettering.contrast(lettering.luminance(ink), lettering.luminance(tuple(one))) for one in mixed.tolist()]
    assert not ratios or min(ratios) >= 4.5
    levels = [lettering.luminance(tuple(one)) for one in mixed.tolist()]
    assert not levels or not min(levels) < lettering.luminance(ink) < max(levels)


def test_no_plate_where_the_ink_alone_is_enough_and_a_denser_one_for_a_brighter_picture():
    made = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    found = [lettering.plate(made, 0.0, bright) for bright in (0.05, 0.15, 0.3, 0.6, 1.0)]
    assert found[0] == found[1] == 0
    assert found == sorted(found)
    assert 0.4 < found[-1] < 0.8


def test_painting_leaves_the_frame_given_and_all_outside_the_box():
    made = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    frame = grey(60)
    drawn = lettering.paint(frame, made, 0.5, 1.0, 0.0)
    assert (frame == 60).all()
    assert drawn.flags.c_contiguous
    x, y, width, height = made.box
    assert tuple(drawn[y : y + height, x : x + width].max(axis=(0, 1))) == (255, 255, 255)
    drawn[y : y + height, x : x + width] = 60
    assert (drawn == 60).all()


def test_text_comes_and_goes_evenly():
    made = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    frame = grey(60)
    assert lettering.paint(frame, made, 0.5, 0.0, 0.0) is frame
    whole, half = (lettering.paint(frame, made, 0.5, shown, 0.0).astype(int) for shown in (1.0, 0.5))
    assert np.abs(half - (whole + frame) / 2).max() <= 2


def test_text_rises_to_its_place_by_parts_of_a_pixel_and_stays_in_the_safe_area():
    made = lettering.set_type("Coffee", "headline", "lower", HD, LIGHT)
    frame = grey(60)

    def middle(lift):
        light = (lettering.paint(frame, made, 0.0, 1.0, lift)[..., 0].astype(float) - 60).clip(0)
        return (light.sum(axis=1) * np.arange(1080)).sum() / light.sum()

    rest = middle(0.0)
    assert middle(10.0) - rest == pytest.approx(10.0, abs=0.05)
    assert middle(2.5) - rest == pytest.approx(2.5, abs=0.1)
    assert middle(-4.25) - rest == pytest.approx(-4.25, abs=0.1)
    low = lettering.paint(frame, made, 1.0, 1.0, 500.0)
    assert np.flatnonzero((low != frame).any(axis=(1, 2)))[-1] < 1026


def test_a_brand_font_is_drawn_as_large_as_the_house_one(tmp_path):
    brand = build(tmp_path / "brand.ttf")
    made = lettering.set_type("AB 門", "headline", "lower", HD, replace(LIGHT, font=brand))
    ink = lettering.letter_mask(made)[: made.baselines[0] - made.box[1]]
    assert ink.any()
    assert lettering.set_type("ABC", "caption", "lower", HD, replace(LIGHT, font=brand)).lines == ("ABC",)


def test_values_tell_all_that_decides_the_pixels(tmp_path):
    brand = build(tmp_path / "brand.ttf")
    made = lettering.set_type("AB", "headline", "lower", HD, LIGHT)
    others = [
        lettering.set_type("AB", "caption", "lower", HD, LIGHT),
        lettering.set_type("AB", "headline", "upper", HD, LIGHT),
        lettering.set_type("AB", "headline", "lower", HD, replace(LIGHT, ink=(9, 9, 9))),
        lettering.set_type("AB", "headline", "lower", HD, replace(LIGHT, font=brand)),
    ]
    known = [lettering.values(one) for one in (made, *others)]
    assert all(one not in known[:place] for place, one in enumerate(known))
    first = known[-1]["font"]
    build(brand, upright=2000)
    assert lettering.values(others[-1])["font"] != first


def test_two_threads_paint_the_same():
    made = [lettering.set_type(f"Coffee {n} 夜明け", "headline", "lower", HD, LIGHT) for n in range(4)]
    found = {}

    def work(name):
        found[name] = [lettering.paint(grey(60), one, 0.3, 1.0, 0.0) for one in made]

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert all(np.array_equal(a, b) for a, b in zip(found["a"], found["b"], strict=True))
