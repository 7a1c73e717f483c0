"""Lengths as people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.importing.times import seconds

FILM, NTSC = Fraction(24), Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5", 5),
        ("5s", 5),
        ("5 sec.", 5),
        ("約5秒", 5),
        ("１０秒", 10),
        ("1.5", Fraction(3, 2)),
        ("1,5 s", Fraction(3, 2)),
        ("00:05", 5),
        ("0:01:05", 65),
        ("00:00:05.500", Fraction(11, 2)),
        ("00:00:05:12", Fraction(11, 2)),
        ("5+12", Fraction(11, 2)),
        ("36f", Fraction(3, 2)),
        ("36コマ", Fraction(3, 2)),
        ("1分30秒", 90),
        ("1m30s", 90),
        ("1'30\"", 90),
        ("500ms", Fraction(1, 2)),
    ],
)
def test_a_length_is_read_exactly(text, length):
    assert seconds(text, FILM) == length


@pytest.mark.parametrize(
    "text", ["", "abc", "5 apples", "1:99", "00:00:00:24", "=SUM(A1)", "-3", "1e9", "9" * 9, "5s,", ":", "1::2"]
)
def test_what_is_no_length_is_none(text):
    assert seconds(text, FILM) is None


def test_a_bare_number_counts_what_the_column_says():
    assert seconds("48", FILM, bare="f") == 2


def test_drop_frame_numbers_leave_out_two_a_minute_but_not_in_the_tenth():
    assert seconds("00:01:00;02", NTSC) * NTSC == 1800
    assert seconds("00:10:00;00", NTSC) * NTSC == 17982
    assert seconds("00:01:00:02", NTSC) * NTSC == 1802


@given(st.text(alphabet="0123456789:;.+,sm秒分f '\"", max_size=20))
def test_every_text_is_a_length_or_none(text):
    found = seconds(text, NTSC)
    assert found is None or found >= 0
