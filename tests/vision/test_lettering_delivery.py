"""Sixty texts in three shapes over seven busy pictures: whole words, right line ends, contrast and safe areas."""

import os
from functools import cache
from pathlib import Path

import budoux
import cv2
import numpy as np
import pytest

from pipeline.model import Margins, Size
from pipeline.vision import lettering
from tests.vision.film_texts import ENGLISH, JAPANESE, WHOLE

SHAPES = {
    "landscape": (Size(1920, 1080), Margins(0.05, 0.05, 0.05, 0.05)),
    "square": (Size(1080, 1080), Margins(0.05, 0.05, 0.05, 0.05)),
    "vertical_feed": (Size(1080, 1920), Margins(0.14, 0.12, 0.35, 0.06)),
}
PICTURES = ("bright", "dark", "grey", "noise", "gradient", "halves", "stripes")
INKS = [((255, 255, 255), (16, 16, 18)), ((29, 21, 18), (244, 237, 228)), ((232, 62, 40), (220, 70, 50))]
FORBIDDEN_STARTS = "。、．，・：；？！?!,.:;)]}）」』】〉》〕］｝”’ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々〜…％%"
FORBIDDEN_ENDS = "([{（「『【〈《〔［｛“‘￥＄$"


@cache
def picture(kind, size):
    noise = np.random.default_rng(7).integers(0, 256, (size.height, size.width, 3)).astype(np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 6).astype(np.float32)
    texture = (soft - soft.mean()) * 6
    across = np.linspace(0, 255, size.width, dtype=np.float32)[None, :, None]
    left = np.arange(size.width)[None, :, None] < size.width // 2
    striped = np.arange(size.width)[None, :, None] // 24 % 2 == 0
    made = {
        "bright": 225 + texture, "dark": 25 + texture, "grey": 118 + texture, "noise": noise,
        "gradient": across + 0 * texture, "halves": np.where(left, 12, 246) + 0 * texture,
        "stripes": np.where(striped, (250, 220, 40), (20, 60, 160)) + 0 * texture,
    }[kind]  # fmt: skip
    return np.clip(made, 0, 255).astype(np.uint8)


def luminance(pixels):
    shown = pixels.astype(np.float64) / 255
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def measured_contrast(drawn, made):
    """Give the contrast of whole ink with the brightest and the darkest of what lies around the strokes.

    From the pixels alone: around is what lies one to a few pixels from any ink, averaged over a stroke's width.
    """
    x, y, width, height = made.box
    part, ink = drawn[y : y + height, x : x + width], lettering.letter_mask(made)
    reach = max(2, made.size // 14)
    near = cv2.dilate((ink > 0).astype(np.uint8), np.ones((3, 3)))
    around = (cv2.dilate(near, np.ones((2 * reach + 1,) * 2)) - near).astype(bool)
    levels = luminance(part)
    weight = cv2.boxFilter(around.astype(np.float64), -1, (reach, reach), normalize=False)
    mean = cv2.boxFilter(levels * around, -1, (reach, reach), normalize=False) / np.maximum(weight, 1)
    text = np.median(levels[ink >= 250]) if (ink >= 250).any() else np.median(levels[ink >= ink.max() - 8])
    bright, dark = np.percentile(mean[around], [99, 1])
    ratios = [(max(text, one) + 0.05) / (min(text, one) + 0.05) for one in (bright, dark)]
    return 1.0 if dark < text < bright else min(ratios)


def breaks(lines, text):
    """Give the places in a text where lines end, white space not counted."""
    lengths = np.cumsum([len("".join(one.split())) for one in lines])[:-1]
    assert "".join("".join(lines).split()) == "".join(text.replace("〜", "～").split())
    return set(lengths.tolist())


def allowed(text):
    """Give the places where BudouX begins a phrase, or where white space stands."""
    found, place = set(), 0
    for part in text.split():
        for phrase in budoux.load_default_japanese_parser().parse(part):
            found.add(place)
            place += len(phrase)
    return found


def every(shape, texts):
    size, margins = SHAPES[shape]
    for number, (role, text) in enumerate(texts):
        ink, ground = INKS[number % 3] if number % 2 else INKS[0]
        style = lettering.Style(None, ink, ground, margins)
        place = ("lower", "centre", "upper")[number % 3] if role in {"headline", "caption"} else "lower"
        yield number, text, lettering.set_type(text, role, "upper" if role == "label" else place, size, style)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_english_word_is_broken_and_no_line_begins_or_ends_wrong(shape):
    for _, text, made in every(shape, ENGLISH):
        assert " ".join(made.lines).split() == text.split()
        ends_right(made.lines)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_japanese_phrase_is_broken_and_no_line_begins_or_ends_wrong(shape):
    for _, text, made in every(shape, JAPANESE):
        assert breaks(made.lines, text) <= allowed(text), made.lines
        assert all(any(word in line for line in made.lines) for word in WHOLE if word in text), made.lines
        ends_right(made.lines)


def ends_right(lines):
    assert not [line for line in lines[1:] if line[0] in FORBIDDEN_STARTS]
    assert not [line for line in lines[:-1] if line[-1] in FORBIDDEN_ENDS]
    assert all(line == line.strip() and line for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("texts", [ENGLISH, JAPANESE], ids=["en", "ja"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_text_can_be_read_and_stays_inside_the_safe_area(shape, texts):
    size, margins = SHAPES[shape]
    top, left = margins.top * size.height - 0.5, margins.left * size.width - 0.5
    bottom, right = size.height * (1 - margins.bottom) + 0.5, size.width * (1 - margins.right) + 0.5
    sheet = []
    for number, text, made in every(shape, texts):
        for kind in (PICTURES[number % 7], PICTURES[(number * 3 + 2) % 7]):
            before = picture(kind, size)
            drawn = lettering.paint(before, made, lettering.plate(made, *lettering.light(before, made)), 1.0, 0.0)
            assert measured_contrast(drawn, made) >= 4.5, (text, kind, made.style.ink)
            rows, columns = (np.flatnonzero((drawn != before).any(axis=(axis, 2))) for axis in (1, 0))
            assert top <= rows[0] < rows[-1] + 1 <= bottom, text
            assert left <= columns[0] < columns[-1] + 1 <= right, text
        sheet.append(drawn)
    keep_sheet(sheet, f"{shape}_{'en' if texts is ENGLISH else 'ja'}")


def keep_sheet(frames, name):
    """Leave a contact sheet where DAILIES_SHEETS says, for people to look at."""
    if folder := os.environ.get("DAILIES_SHEETS"):
        height = 300
        width = frames[0].shape[1] * height // frames[0].shape[0]
        small = [cv2.resize(one, (width, height), interpolation=cv2.INTER_AREA) for one in frames]
        rows = [np.hstack(small[first : first + 6]) for first in range(0, 30, 6)]
        cv2.imwrite(str(Path(folder) / f"sheet_{name}.png"), np.vstack(rows)[..., ::-1])
