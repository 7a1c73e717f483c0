"""Titles, cards, the brand, and what is said."""

from fractions import Fraction

import pytest

from pipeline.model import CardFace, Margins, Subtitles, Title, ToolChoice

TITLE = "shots:\n  - {{id: a, scene: hills, camera: crane, seconds: 4, titles: [{{{}}}]}}\n"
LINE = "{}shots:\n  - {{id: a, scene: hills, camera: crane, seconds: 20, lines: [{{{}}}]}}\n"


def titles(read, more, before=""):
    return read(before + TITLE.format(more))[0].shots[0].titles


def line(read, more, before=""):
    board, warnings = read(LINE.format(before, more))
    return board.shots[0].lines[0], [one.message for one in warnings]


def test_a_title_has_its_usual_place_and_ways(read):
    assert titles(read, "text: Kyoto") == (Title("Kyoto"),)
    whole = "text: Kyoto, role: legal, place: upper, at: 0.5, seconds: 2, enter: rise, leave: cut"
    assert titles(read, whole) == (Title("Kyoto", "legal", "upper", Fraction(1, 2), Fraction(2), "rise", "cut"),)


@pytest.mark.parametrize(
    ("before", "text", "shown"),
    [
        ("", "{en: Kyoto, ja: 京都}", "Kyoto"),
        ("language: ja\n", "{en: Kyoto, ja: 京都}", "京都"),
        ("language: pt-BR\n", "{pt: Quioto}", "Quioto"),
        ("language: pt\n", "{pt-BR: Quioto}", "Quioto"),
        ("language: ja\n", "Kyoto", "Kyoto"),
    ],
)
def test_a_title_is_in_the_films_language(read, before, text, shown):
    assert titles(read, f"text: {text}", before)[0].text == shown


def test_a_title_that_stands_longer_than_its_shot_is_told(problems):
    (found,) = problems(TITLE.format("text: Kyoto, at: 2, seconds: 2.5"))
    assert found.path == "shots[0].titles[0].seconds"
    assert "at most 2" in found.message
    (found,) = problems(TITLE.format("text: Kyoto, at: 4"))
    assert found.path == "shots[0].titles[0].at"


def test_a_title_may_end_with_its_shot(read):
    assert titles(read, "text: Kyoto, at: 2, seconds: 2")


def test_a_missing_glyph_is_found_at_check(problems):
    text = TITLE.format('text: {en: "Kyoto \U00012000", ja: 京都}')
    (found,) = problems(text)
    assert (found.line, found.path) == (2, "shots[0].titles[0].text.en")
    assert "U+12000" in found.message
    assert found.column == text.splitlines()[1].index('"Kyoto') + 1


def test_letters_are_looked_for_in_the_brands_font(problems, studio):
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    def box():
        pen = TTGlyphPen(None)
        pen.moveTo((0, 0))
        for place in ((0, 700), (600, 700), (600, 0)):
            pen.lineTo(place)
        pen.closePath()
        return pen.glyph()

    names = [".notdef", *"AKyot"]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(one): one for one in names[1:]})
    font.setupGlyf({name: box() for name in names})
    font.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "brand", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(studio / "assets" / "brand.ttf")
    (found,) = problems("brand: {font: assets/brand.ttf}\n" + TITLE.format("text: Kyoto!"))
    assert "the brand's font has no ! (U+0021)" in found.message
    (found,) = problems("brand: {font: assets/theme.wav}\n" + TITLE.format("text: Kyoto"))
    assert found.path == "brand.font"


def test_the_brand(read, studio):
    board, _ = read(
        'brand: {colours: {ink: "#f4ede4", ember: "#B3402A"}, logo: assets/gate.png, safe_area: action}\n'
        "shots:\n  - {id: a, card: {background: ember, image: logo}}\n"
        '  - {id: b, card: {background: "#000080", image: assets/end.png}}\n  - {id: c, card: {}, harmonise: true}\n'
    )
    logo = (studio / "assets" / "gate.png").resolve()
    assert (board.brand.ink, board.brand.logo.path, board.brand.margins.top) == ((244, 237, 228), logo, 0.035)
    assert [one.card.ground for one in board.shots] == [(179, 64, 42), (0, 0, 128), board.brand.ground]
    assert [one.card.image and one.card.image.path.name for one in board.shots] == ["gate.png", "end.png", None]
    card = board.shots[2]
    assert (card.card, card.generator, card.takes) == (CardFace(board.brand.ground), ToolChoice(("card",)), 1)
    assert not card.harmonise


@pytest.mark.parametrize(
    ("size", "margins", "count"),
    [
        ("portrait-1080p", Margins(0.14, 0.12, 0.35, 0.06), 0),
        ("square-1080p", Margins(0.05, 0.05, 0.05, 0.05), 0),
        ("landscape-1080p", Margins(0.05, 0.05, 0.05, 0.05), 1),
    ],
)
def test_a_vertical_feed_is_upright(read, size, margins, count):
    board, warnings = read(
        f"output: {{size: {size}}}\nbrand: {{safe_area: vertical_feed}}\nshots: [{{id: a, card: {{}}}}]\n"
    )
    assert board.brand.margins == margins
    assert [one.path for one in warnings] == ["brand.safe_area"] * count


def test_a_line_lasts_as_long_as_its_recording(read):
    spoken, doubts = line(read, "who: narrator, file: assets/theme.wav, at: 0.5, text: It rains., gain_db: -3")
    assert (spoken.who, spoken.text, spoken.at, spoken.gain_db) == ("narrator", {"en": "It rains."}, Fraction(1, 2), -3)
    assert (spoken.seconds, spoken.file.name, doubts) == (10, "assets/theme.wav", [])


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ("text: Hm.", 1),
        ("text: Hm., seconds: 3", 3),
        (f"text: {'a' * 34}", 2),
        ("text: 夜明けに門がひらく夜明けに門がひら", 2),
    ],
)
def test_a_line_without_a_recording_lasts_as_long_as_reading_takes(read, more, seconds):
    assert line(read, more)[0].seconds == seconds


def test_words_and_recordings_by_language(read):
    more = "file: {en: assets/theme.wav, ja: assets/dance.mp4}, text: {en: It rains., ja: 雨が降る。}"
    assert line(read, more)[0].file.name == "assets/theme.wav"
    spoken, _ = line(read, more, "language: ja\n")
    assert (spoken.file.name, spoken.text["ja"]) == ("assets/dance.mp4", "雨が降る。")


def test_a_language_nobody_wrote_is_told(problems):
    text = "language: ja\n" + LINE.format("", "file: {en: assets/theme.wav}, text: {en: It rains.}")
    assert [(one.path, "in ja" in one.message) for one in problems(text)] == [
        ("shots[0].lines[0].file", True),
        ("shots[0].lines[0].text", True),
    ]
    (found,) = problems(LINE.format("subtitles: {languages: [en, fr]}\n", "text: It rains."))
    assert "no text in fr" in found.message


@pytest.mark.parametrize("text", [TITLE.format("text: {}"), LINE.format("", "text: {}")])
def test_words_in_no_language_are_told(problems, text):
    (found,) = problems(text)
    assert found.message == "no text in en. Add `en:` to it"


def test_a_line_says_something(problems, read):
    (found,) = problems(LINE.format("", "who: narrator"))
    assert (found.path, "`text`" in found.message) == ("shots[0].lines[0]", True)
    assert line(read, "file: assets/theme.wav")[0].text == {}


def test_words_too_fast_to_be_read_are_doubted(read):
    _, (told,) = line(read, f"text: {'word ' * 10}, seconds: 1")
    assert "49 letters in 1 seconds are 49 a second" in told
    _, told = line(read, f"text: {'word ' * 10}, seconds: 1", "subtitles: {}\n")
    assert told == [], "of subtitles the plan tells"


def test_a_line_cut_off_by_the_films_ends_is_doubted(read):
    _, (early,) = line(read, "text: Hm., at: -0.5")
    assert "0.5 seconds before the film" in early
    _, (late,) = line(read, "text: Hm., at: 19.5")
    assert "0.5 seconds after the film's end" in late


def test_burnt_subtitles_need_letters_too(problems, read):
    more = 'text: "Uruk \U00012000"'
    assert line(read, more)
    (found,) = problems(LINE.format("subtitles: {burn: true}\n", more))
    assert found.path == "shots[0].lines[0].text"


def test_subtitles(read):
    board, _ = read("subtitles: {burn: true, max_chars_per_line: 30}\nshots: [{id: a, card: {}}]\n")
    assert board.subtitles == Subtitles(burn=True, languages=("en",), line=30, pace=17.0)
    assert read("shots: [{id: a, card: {}}]\n")[0].subtitles is None
