"""The brand's font: hostile until checked, and the letters it lacks."""

import random
import struct

import cv2
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables.TupleVariation import TupleVariation

from pipeline.errors import MediaInvalid
from pipeline.vision import fonts, outlines

WIDE = {"A": 700, "B": 500, "é": 300, "門": 900}


def box(pen, height):
    for draw, at in (("moveTo", (50, 0)), ("lineTo", (50, height)), ("lineTo", (550, height)), ("lineTo", (550, 0))):
        getattr(pen, draw)(at)
    pen.closePath()


def build(path, *, outlines="glyf", tangled=None, upright=1000):
    """Write a font whose letters are boxes of the heights of WIDE; `tangled` says of which letters B is made."""
    names = [".notdef", "space", *(f"letter{n}" for n in range(len(WIDE)))]
    builder = FontBuilder(upright, isTTF=outlines == "glyf")
    builder.setupGlyphOrder(names)
    known = {32: "space"} | {ord(one): names[2 + n] for n, one in enumerate(WIDE)}
    builder.setupCharacterMap(known)
    drawn = {}
    for name, height in zip(names, [0, 0, *WIDE.values()], strict=True):
        pen = TTGlyphPen(None) if outlines == "glyf" else T2CharStringPen(600, None)
        if height:
            box(pen, height)
        if tangled and name == known[ord("B")]:
            pen = TTGlyphPen(dict.fromkeys(names))
            for part in tangled:
                pen.addComponent(part, (1, 0, 0, 1, 0, 0))
        drawn[name] = pen.glyph() if outlines == "glyf" else pen.getCharString()
    if outlines == "glyf":
        builder.setupGlyf(drawn, calcGlyphBounds=not tangled)
    else:
        builder.setupCFF("Test", {"FullName": "Test"}, drawn, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupNameTable({"familyName": "Test", "styleName": "Regular"})
    builder.setupPost()
    if tangled:
        for one in drawn.values():
            one.xMin = one.yMin = one.xMax = one.yMax = 0
        builder.font.recalcBBoxes = False
        builder.font["maxp"].recalc = lambda _: None
    builder.font.save(path)
    return path


@pytest.fixture
def brand(tmp_path):
    return build(tmp_path / "brand.ttf")


def ink(font, text, weight=400):
    canvas = np.zeros((200, 400), np.uint8)
    cv2.putText(canvas, text, (20, 160), (255,), fonts.face(font, weight, text), 100, weight)
    return canvas


def test_a_missing_glyph_is_found_in_order_and_once(brand):
    assert fonts.missing_glyphs("AB é門\nA", brand) == ""
    assert fonts.missing_glyphs("zA夜Bz夜", brand) == "z夜"
    assert fonts.missing_glyphs("e\u0301A", brand) == ""  # one letter in NFC


def test_the_house_fonts_lack_emoji_and_scripts_that_need_joining():
    assert fonts.missing_glyphs("Kōhī – “夜明けに、〜門” 50％ ㈱ ½ № 1", None) == ""
    assert fonts.missing_glyphs("a😀b", None) == "😀"
    assert fonts.missing_glyphs("שלום", None) == "שלום"
    assert set("नमत") <= set(fonts.missing_glyphs("नमस्ते", None))
    assert fonts.missing_glyphs("a\u200b\t\u00a0\ufe0fb\n", None) == ""


@pytest.mark.parametrize("outlines", ["glyf", "CFF"])
def test_letters_come_out_as_the_font_draws_them(tmp_path, outlines):
    font = build(tmp_path / "brand", outlines=outlines)
    fonts.check_font(font)
    heights = [np.flatnonzero(ink(font, one).any(axis=1)).size for one in "AB門"]
    assert heights[0] / heights[1] == pytest.approx(7 / 5, rel=0.03)
    assert heights[2] / heights[1] == pytest.approx(9 / 5, rel=0.03)


def test_a_font_of_another_em_is_drawn_as_large(tmp_path, brand):
    other = build(tmp_path / "other.ttf", upright=2000)
    assert np.flatnonzero(ink(brand, "A").any(axis=1)).size == pytest.approx(
        2 * np.flatnonzero(ink(other, "A").any(axis=1)).size, abs=2
    )


def test_a_font_that_was_replaced_is_read_again(tmp_path, brand):
    assert fonts.missing_glyphs("z", brand) == "z"
    before = fonts.digest(brand)
    build(tmp_path / "new.ttf", upright=2048).replace(brand)
    assert fonts.digest(brand) != before


@pytest.mark.parametrize(
    ("held", "word"),
    [
        (b"", "no font"),
        (b"ttcf" + bytes(90), "collection"),
        (b"wOF2" + bytes(90), "web font"),
        (b"PK\3\4", "no font"),
        (b"OTTO\x40\0" + bytes(90), "tables"),
    ],
)
def test_what_is_no_plain_font_is_refused_with_a_cure(tmp_path, held, word):
    path = tmp_path / "brand.ttf"
    path.write_bytes(held)
    with pytest.raises(MediaInvalid, match=word) as refused:
        fonts.check_font(path)
    assert "ttf" in refused.value.cure


def test_a_font_that_is_not_there_is_a_folder_or_is_too_large_is_refused(tmp_path):
    with pytest.raises(MediaInvalid):
        fonts.check_font(tmp_path / "none.ttf")
    with pytest.raises(MediaInvalid):
        fonts.check_font(tmp_path)
    large = tmp_path / "large.ttf"
    with large.open("wb") as file:
        file.truncate(fonts.MOST_BYTES + 1)
    with pytest.raises(MediaInvalid, match="64 MB"):
        fonts.check_font(large)


def test_a_font_without_outlines_or_letters_is_refused(tmp_path, brand):
    for table, word in (("glyf", "outlines"), ("cmap", "letters")):
        font = TTFont(brand)
        del font[table]
        if table == "glyf":
            del font["loca"]
        font.save(tmp_path / f"{table}.ttf")
        with pytest.raises(MediaInvalid, match=word):
            fonts.check_font(tmp_path / f"{table}.ttf")


def test_a_letter_without_end_is_refused(tmp_path):
    for parts in (["letter1"], ["letter2"] * 30_000):
        font = build(tmp_path / f"{len(parts)}.ttf", tangled=parts)
        with pytest.raises(MediaInvalid):
            fonts.face(font, 400, "B")


def test_a_table_that_unfolds_to_more_letters_than_there_are_is_refused(tmp_path, brand):
    font = TTFont(brand)
    table = newTable("cmap")
    table.tableVersion = 0
    entry = CmapSubtable.newSubtable(12)
    entry.platformID, entry.platEncID, entry.language, entry.cmap = 3, 10, 0, {65: "letter0"}
    table.tables = [entry]
    font["cmap"] = table
    bomb = tmp_path / "bomb.ttf"
    font.save(bomb)
    held = bomb.read_bytes()
    group = struct.pack(">LLL", 65, 65, 2)
    assert held.count(group) == 1
    bomb.write_bytes(held.replace(group, struct.pack(">LLL", 65, 0xFFFFFFF0, 2)))
    with pytest.raises(MediaInvalid, match="more letters"):
        fonts.check_font(bomb)


@pytest.mark.parametrize("outlines", ["glyf", "CFF"])
def test_a_damaged_font_is_drawn_or_refused_and_nothing_else(tmp_path, outlines):
    held = build(tmp_path / "brand", outlines=outlines).read_bytes()
    dice = random.Random(3)
    refused = 0
    for number in range(150):
        harmed = bytearray(held)
        for _ in range(dice.randrange(1, 8)):
            harmed[dice.randrange(len(harmed))] = dice.randrange(256)
        path = tmp_path / f"{number}.ttf"
        path.write_bytes(harmed[: dice.choice([len(held), len(held), dice.randrange(len(held))])])
        try:
            fonts.check_font(path)
            ink(path, "".join(one for one in "AB門" if fonts.knows(path, one)))
            fonts.missing_glyphs("AB門", path)
        except MediaInvalid:
            refused += 1
    assert 20 < refused < 150


def test_a_variable_font_is_drawn_at_the_weight_asked_for(tmp_path, brand):
    font = TTFont(brand)
    name = font.getBestCmap()[ord("A")]
    builder = FontBuilder(font=font)
    builder.setupFvar([("wght", 100, 400, 900, "Weight")], [])
    wider = [(0, 0), (0, 0), (200, 0), (200, 0), (0, 0), (200, 0), (0, 0), (0, 0)]  # four corners, four phantom points
    builder.setupGvar({name: [TupleVariation({"wght": (0.0, 1.0, 1.0)}, wider)]})
    builder.save(tmp_path / "variable.ttf")
    widths = [np.flatnonzero(ink(tmp_path / "variable.ttf", "A", weight).any(axis=0)).size for weight in (400, 900)]
    assert widths[1] / widths[0] == pytest.approx(700 / 500, rel=0.03)


def test_a_postscript_letter_that_calls_without_end_is_refused(tmp_path, monkeypatch):
    font = build(tmp_path / "brand.otf", outlines="CFF")
    monkeypatch.setattr(outlines, "MOST_PARTS", 0)
    with pytest.raises(MediaInvalid, match="no end"):
        fonts.check_font(font)
