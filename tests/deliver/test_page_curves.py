"""Curves as scores.json keeps them and the page draws them: small, the worst kept, whatever a file says."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver import page_curves
from pipeline.deliver.page_curves import in_words, plots, read, told, worst_ranges
from pipeline.deliver.report import report
from pipeline.model import Card, ColourStats, Size, Spec


def card(**curves) -> Card:
    frames = max((len(one) for one in curves.values()), default=0) + 1
    spec = Spec(Size(160, 90), Fraction(24), frames)
    return Card(spec, 1.0, {}, {}, (), ColourStats((0.0,) * 3, (0.0,) * 9), {k: tuple(v) for k, v in curves.items()})


def test_three_curves_that_cost_most_are_kept_and_one_in_any_case() -> None:
    found = told(
        card(flicker=[0.3] * 9, shake=[0.5] * 9, dark=[0.0] * 9, warp_error=[0.0] * 8 + [4.0], still=[0.9] * 9)
    )
    assert [one["name"] for one in found] == ["warp_error", "still", "shake"]
    assert [one["name"] for one in told(card(shake=[0.1] * 9, dark=[0.0] * 9))] == ["shake"]
    assert told(card()) == []


@given(st.lists(st.floats(0, 5), min_size=1, max_size=600))
def test_a_curve_of_any_length_has_few_points_and_keeps_its_peak(curve) -> None:
    (one,) = told(card(shake=curve))
    assert len(one["points"]) <= page_curves.POINTS
    assert (len(one["points"]) - 1) * one["step"] < len(curve) <= len(one["points"]) * one["step"]
    assert max(one["points"]) == one["peak"] == round(max(curve), 2)
    assert all(0 <= start < stop <= len(curve) + 1 for start, stop in one["worst"])
    assert json.loads(json.dumps(one)) == one


def test_worst_ranges_are_frames_where_it_is_clearly_visible_and_stands_out() -> None:
    quiet = [0.1] * 30
    assert worst_ranges(quiet) == []
    assert worst_ranges([1.6] * 30) == [], "the same all through: no place is the worst"
    assert worst_ranges([*quiet[:10], 2.0, 2.0, *quiet[:5]]) == [(10, 13)]
    assert worst_ranges([*quiet, 2.0, 0.1, 0.1, 2.0, *quiet]) == [(30, 35)], "a short gap does not part them"
    many = [2.0 + k / 10 if k % 8 == 0 else 0.1 for k in range(48)]
    assert worst_ranges(many) == [(24, 26), (32, 34), (40, 42)], "the heaviest, in the order of the film"


def test_a_plot_is_told_in_words() -> None:
    (one,) = read(told(card(shake=[0.1] * 10 + [2.0] * 5 + [0.1] * 10)))
    worst = "unsteady motion, frame by frame: worst in frames 10 to 15 (0.4 to 0.7 s)"
    assert in_words(one, Fraction(24)) == f"{worst}; 2.0 at most, where 1 is clearly visible."
    (even,) = read(told(card(shake=[1.5] * 10)))
    assert (
        in_words(even, None) == "unsteady motion, frame by frame: all through; 1.5 at most, where 1 is clearly visible."
    )
    assert "hardly visible" in in_words(read(told(card(shake=[0.2] * 10)))[0], None)


def test_a_plot_is_as_wide_as_the_clip_is_long() -> None:
    html = plots(read(told(card(shake=[0.1] * 100 + [2.0] * 50 + [0.1] * 90))), 241, Fraction(24))
    assert 'viewBox="0 0 120.0 40"' in html, "two pairs a point"
    assert re.findall(r'<rect x="([\d.]+)" width="([\d.]+)"', html) == [("50.0", "25.0")]
    assert html.count("<path") == 2


ODD = [
    None,
    5,
    [7, None, {}],
    [{"name": 5, "points": "x"}],
    [{"points": [None]}],
    [{"points": [1e999, 2]}],
    [{"name": "<b>", "points": [1, 2], "step": -4, "worst": [[5, 2], ["a", 1], 3], "peak": "x"}],
    [{"name": "a", "points": [1.0] * 100_000, "step": 10**30, "worst": [[0, 10**18]] * 50}] * 50,
]


@pytest.mark.parametrize("curves", ODD)
def test_odd_curves_leave_gaps_not_failures(film: Path, desk, curves: object) -> None:
    desk.lay_takes(film / "shots/gate", [desk.take(1) | {"curves": curves}], chosen=1)
    page = report(film)
    assert page.stat().st_size < 150_000
    assert "<b>" not in page.read_text("utf-8")
