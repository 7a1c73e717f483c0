"""Line breaking, measuring, and glyphs that are really there."""

import numpy as np
import pytest

from pipeline.vision import phrases, text

JAPANESE = "夜明けに、「門」がひらく。キャー、と叫んだ（霧の中）、ドリーインでゆっくり近づいていく。"
ENGLISH = "A woman in a red raincoat walks up to a small wooden temple"


@pytest.mark.parametrize("width", range(150, 420, 19))
def test_no_japanese_line_begins_or_ends_with_what_may_not_stand_there(width):
    found = text.lines(JAPANESE, width, 24)
    assert "".join(found) == JAPANESE
    assert not [line for line in found[1:] if line[0] in phrases.NO_START]
    assert not [line for line in found if line[-1] in phrases.NO_END]


@pytest.mark.parametrize("width", [200, 300, 420])
def test_lines_fit_and_words_stay_whole(width):
    found = text.lines(ENGLISH, width, 24)
    assert " ".join(found) == ENGLISH
    assert all(text.measure(line, 24) <= width for line in found)


def test_only_a_word_wider_than_the_line_is_broken():
    found = text.lines("See Donaudampfschifffahrtsgesellschaft sail", 120, 24)
    assert found[0] == "See"
    assert "".join(found[1:-1]).startswith("Donaudampf")
    assert all(text.measure(line, 24) <= 120 for line in found)


def test_japanese_breaks_beside_english_words_but_not_inside_them():
    found = text.lines("東京のNeonStreetを歩く", 180, 24)
    assert any("NeonStreet" in line for line in found)


def test_too_many_lines_end_in_an_ellipsis():
    found = text.lines(ENGLISH, 200, 24, most=2)
    assert len(found) == 2
    assert found[-1].endswith("…")
    assert text.measure(found[-1], 24) <= 200


def test_line_feeds_are_kept_and_empty_text_is_one_empty_line():
    assert text.lines("a\n\nb", 100, 24) == ["a", "", "b"]
    assert text.lines("", 100, 24) == [""]


def drawn(words, weight=text.REGULAR):
    frame = np.zeros((60, 400, 3), np.uint8)
    end = text.draw(frame, words, (10, 40), 28, (255, 200, 100), weight=weight)
    return frame, end


@pytest.mark.parametrize("character", "Aéñß夜ひカー漢。→…")
def test_latin_and_japanese_glyphs_are_no_question_marks(character):
    frame, _ = drawn(character)
    assert frame.any()
    assert not np.array_equal(frame, drawn("?")[0])


def test_what_no_font_has_becomes_a_box_or_nothing():
    assert text.drawable("a\tb\U0001f600c") == "a bc"
    assert text.drawable("हि").startswith("□")


def test_drawing_gives_where_it_ends_in_the_colour_asked_for():
    frame, end = drawn("Gate 夜明け", text.BOLD)
    inked = np.flatnonzero(frame.any(axis=(0, 2)))
    assert 10 <= inked[0] < inked[-1] <= end
    assert tuple(frame.reshape(-1, 3).max(axis=0)) == (255, 200, 100)


def test_right_and_centred_text_ends_where_it_should():
    right, centred = np.zeros((2, 60, 400, 3), np.uint8)
    text.draw(right, "Kyoto", (390, 40), 28, (255, 255, 255), align="right")
    text.draw(centred, "Kyoto", (200, 40), 28, (255, 255, 255), align="centre")
    columns = np.flatnonzero(right.any(axis=(0, 2)))
    assert 380 <= columns[-1] <= 390
    columns = np.flatnonzero(centred.any(axis=(0, 2)))
    assert abs((columns[0] + columns[-1]) / 2 - 200) < 4


def test_a_block_goes_on_below_itself():
    frame = np.zeros((200, 300, 3), np.uint8)
    below = text.block(frame, ENGLISH, (10, 40), 24, (255, 255, 255), width=280)
    assert below == 40 + len(text.lines(ENGLISH, 280, 24)) * text.line_height(24)
    assert frame[below - text.line_height(24) - 20 : below - text.line_height(24)].any()


def test_half_a_surrogate_pair_is_left_out():
    assert text.drawable("a\ud83d b\udc00") == "a b"
    assert text.measure("a\ud83d", 20) == text.measure("a", 20)
    assert text.lines("\ud83d", 100, 24) == [""]
    frame, _ = drawn("A\ud83d")
    assert np.array_equal(frame, drawn("A")[0])
