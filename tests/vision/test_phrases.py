"""Runs that no break may split, and lines as even as they can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vision.phrases import NO_END, NO_START, balanced_lines, letters, phrases, pieces, unbroken, wide
from tests.vision.film_texts import ENGLISH, JAPANESE

WRITTEN = st.text(st.sampled_from("ab 1,.!-/'\"()“”夜明けに、。「」カー々ッ（）%￥$　\u00a0…—"), max_size=40)


def columns(text):
    return sum(2 if wide(one) else 1 for one in text)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Only $ 5 to “much more” — now.", ["Only ", "$ 5 ", "to ", "“much ", "more” — ", "now."]),
        ("夜明けに、「門」がひらく。", ["夜", "明けに、", "「門」が", "ひらく。"]),
        ("東京のNeonStreetを歩く", ["東京の", "NeonStreetを", "歩く"]),
        ('今だけ、"特別"な価格', ["今だけ、", '"特別"な', "価格"]),
        ("rock 'n' roll isn't dead", ["rock ", "'n' ", "roll ", "isn't ", "dead"]),
        ("Mr.\u00a0Sato came", ["Mr.\u00a0Sato ", "came"]),
        ("もしもし、だれか", ["もしもし、", "だれか"]),
        ("서울의 밤", ["서울의 ", "밤"]),
        ("", []),
    ],
)
def test_runs_are_words_with_their_space_and_japanese_phrases(text, runs):
    assert phrases(text) == runs


@given(WRITTEN)
def test_the_runs_are_the_text_and_none_begins_or_ends_wrong(text):
    runs = phrases(text)
    assert "".join(runs) == text
    assert not [run for run in runs[1:] if run[0] in NO_START or run[0].isspace()]
    assert not [run for run in runs[:-1] if run.rstrip() and run.rstrip()[-1] in NO_END]


@given(WRITTEN, st.integers(1, 30))
def test_no_line_is_wider_than_asked_unless_it_cannot_be_divided(text, width):
    lines = balanced_lines(text, width, columns)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns(line) <= width or len(letters(line.strip("\u3000 "))) == 1 or not unbroken(line, width, columns)


@pytest.mark.parametrize("width", [12, 20, 33, 42])
def test_lines_are_as_few_as_can_be(width):
    for _, text in ENGLISH + JAPANESE:
        for part in text.split("\n"):
            greedy, line = 1, ""
            if not unbroken(part, width, columns):
                continue
            for run in phrases(part):
                if columns((line + run).rstrip()) > width:
                    greedy, line = greedy + 1, ""
                line += run
            assert len(balanced_lines(part, width, columns)) == greedy


def test_lines_are_even_and_break_where_the_sense_does():
    assert balanced_lines("A woman in a red raincoat walks on", 30, len) == ["A woman in a red", "raincoat walks on"]
    assert balanced_lines("ゆっくり、目を覚まそう。", 16, columns) == ["ゆっくり、", "目を覚まそう。"]
    assert balanced_lines("Cold milk and the warm bread", 20, len) == ["Cold milk", "and the warm bread"]
    assert balanced_lines("第三章　遠い家路、そしてふたたび", 26, columns)[0] == "第三章"


def test_a_last_line_is_no_single_short_word():
    lines = balanced_lines("Nothing here was ever meant to last so long as it", 30, len)
    assert len(lines[-1].split()) > 1


def test_line_feeds_stay_and_other_white_space_is_one_space():
    assert balanced_lines("one\n\n two \t three\r\nfour", 40, len) == ["one", "", "two three", "four"]
    assert balanced_lines("", 40, len) == [""]


def test_only_what_is_wider_than_the_line_is_broken_and_first_at_its_joints():
    address = "https://kohi.example/autumn-collection/2026"
    lines = balanced_lines(f"See {address} now", 22, len)
    assert " ".join(lines).replace("/ ", "/").replace("- ", "-") == f"See {address} now"
    assert {line[-1] for line in lines[:-1]} <= set("/-")
    assert balanced_lines(f"See {address} now", 43, len) == ["See", address, "now"]
    assert "".join(pieces(address)) == address
    assert pieces("1,980.00") == ["1,980.00"]
    assert balanced_lines("Donaudampfschiff", 6, len) == ["Donau", "dampf", "schiff"]


def test_a_long_text_is_broken_soon():
    assert len(balanced_lines("夜明けに、門がひらく。" * 300, 40, columns)) > 100
