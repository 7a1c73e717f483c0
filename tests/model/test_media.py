"""Frame rates and sizes as people type them."""

from fractions import Fraction

import pytest

from pipeline.model import Size, frame_rate, parse_rate, parse_size


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("60", Fraction(60)),
        (" 25 ", Fraction(25)),
        ("12.5", Fraction(25, 2)),
        ("24.0", Fraction(24)),
        ("24000/1001", Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("119.88", Fraction(120000, 1001)),
    ],
)
def test_rates_are_exact(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "0", "-24", "nan", "1e9", "24/0", "241", "24fps", "２４", "1/2", "24/1001.5", "9" * 40]
)
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match=r"frame rate|cannot be"):
        parse_rate(text)


def test_a_number_means_the_same_rate_as_its_text():
    assert frame_rate(Fraction("29.97")) == parse_rate("29.97") == Fraction(30000, 1001)
    assert frame_rate(Fraction(25)) == 25


def test_a_rate_finer_than_any_clock_is_refused():
    with pytest.raises(ValueError, match="1 to 240"):
        frame_rate(Fraction("24.0000001"))


@pytest.mark.parametrize("text", ["1920x1080", " 1920 X 1080 ", "1920×1080"])
def test_sizes_are_read(text):
    assert parse_size(text) == Size(1920, 1080)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("big", "no size"),
        ("1920", "no size"),
        ("-1920x1080", "no size"),
        ("9x9", "16 to 8192"),
        ("9000x1080", "16 to 8192"),
        ("1919x1080", "write 1920x1080"),
    ],
)
def test_a_size_that_cannot_be_is_told(text, words):
    with pytest.raises(ValueError, match=words):
        parse_size(text)
