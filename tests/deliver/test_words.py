"""Numbers as people say them."""

from fractions import Fraction

import pytest

from pipeline import choose
from pipeline.deliver import words
from pipeline.model import Rejection


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 s"),
        (4.0, "4 s"),
        (4.44, "4.4 s"),
        (59.4, "59 s"),
        (59.9, "1 min"),
        (74.2, "1 min 14 s"),
        (7260, "2 h 1 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("frame", "rate", "said"),
    [
        (0, "24", "0:00:00"),
        (23, "24", "0:00:23"),
        (24, "24", "0:01:00"),
        (24, "24000/1001", "0:01:00"),
        (1439, "24000/1001", "1:00:00"),
        (1500, "25", "1:00:00"),
        (35, "1/2", "1:10:00"),
    ],
)
def test_timecodes_count_the_frames_of_each_second(frame: int, rate: str, said: str) -> None:
    assert words.timecode(frame, Fraction(rate)) == said


def test_money() -> None:
    assert [words.money(usd) for usd in (0, 0.004, 0.05, 12.5)] == ["nothing", "$0.004", "$0.05", "$12.50"]


def test_dates_keep_their_zone_and_other_words_stay() -> None:
    assert words.when("2026-11-21T06:12:09Z") == "21 November 2026, 06:12 UTC"
    assert words.when("2026-11-21T06:12:09+09:00") == "21 November 2026, 06:12 UTC+09:00"
    assert words.when("last night") == "last night"


def test_rates() -> None:
    assert words.rate(Fraction(24)) == "24 fps"
    assert words.rate(Fraction(24000, 1001)) == "23.976 fps"


def test_blame_names_the_two_heaviest_terms_and_no_trifles() -> None:
    terms = {"flicker": 2.0, "shake": 0.9, "dark": 0.8, "cut": 0.0}
    assert words.blame(terms) == f"Weakest points: {choose.BLAME['flicker']}; {choose.BLAME['shake']}."
    assert words.blame({"flicker": 0.1}) == "No weak point stands out."
    assert words.blame({}) == ""


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Rejection("dark", 12, 24, "it is black"), "It is black: frames 12 to 23 (0.5 to 1.0 s)."),
        (
            Rejection("dark", 12, 24, "it is black from frame 12 to 24"),
            "It is black from frame 12 to 24 (0.5 to 1.0 s).",
        ),
        (Rejection("cut", 12, 13, ""), "Has a cut in it: frame 12 (0.5 s)."),
        (Rejection("still", 0, 48, "nothing moves"), "Nothing moves."),
    ],
)
def test_rejections_say_their_place_once(one: Rejection, said: str) -> None:
    assert words.why(one, 48, Fraction(24)) == said


def test_gates_are_named_once_each() -> None:
    cuts = tuple(Rejection("cut", at, at + 1, "") for at in range(9))
    assert words.gates((*cuts, Rejection("dark", 0, 4, ""))) == "has a cut in it and too dark"
