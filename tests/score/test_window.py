"""The best run of a take that is longer than its shot."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.faults import plant
from pipeline.model import Card, ColourStats, Rejection, Size, Spec
from pipeline.score import best_window, measure_frames

STRUCK = {"frozen": lambda a, b: {(k, k + 1) for k in range(a, b - 1)}, "cut": lambda a, _: {(a - 1, a)}}
"""What a gate strikes between frames; the others strike the frames themselves."""


def card(curves, rejected=(), frames=None):
    count = frames or max((len(one) for one in curves.values()), default=0) + 1
    spec = Spec(Size(160, 90), Fraction(24), count)
    return Card(spec, 1.0, {}, {}, tuple(rejected), ColourStats((0.0, 0.0, 0.0), (0.0,) * 9), curves)


def cost(one, start, frames):
    """Cost of a window, reckoned the slow way: struck frames first, then mean and worst of every curve."""
    shown = set(range(start, start + frames))
    places = set()
    for struck in one.rejected:
        if struck.gate in STRUCK:
            places |= {p for p in STRUCK[struck.gate](struck.start, struck.stop) if set(p) <= shown}
        else:
            places |= shown & set(range(struck.start, struck.stop))
    inside = [[round(1000 * v) for v in curve[start : start + frames - 1]] for curve in one.curves.values()]
    return len(places), sum(Fraction(sum(values), len(values)) + max(values) for values in inside if values)


def test_nothing_wrong_means_from_the_beginning():
    assert best_window(card({"shake": (0.5,) * 40}), 20, 20) == 0
    assert best_window(card({}, frames=41), 20, 21) == 0
    assert best_window(card({"shake": (0.5,) * 40}), 41, 0) == 0


@pytest.mark.parametrize(("place", "right"), [(0, range(1, 13)), (4, range(5, 13)), (38, [0])])
def test_a_peak_is_avoided_wherever_it_is(place, right):
    curve = [0.1] * 39
    curve[place] = 3.0
    found = best_window(card({"flicker": tuple(curve)}), 28, 12)
    assert found in right
    assert found == right[0], "the earliest of equals"


def test_what_a_gate_struck_is_avoided_above_all():
    curve = tuple([0.0] * 20 + [5.0] * 19)
    struck = [Rejection("dark", 3, 4, "black")]
    assert best_window(card({"shake": curve}, struck), 20, 20) == 4


@pytest.mark.parametrize(
    ("gate", "start", "stop", "found"), [("cut", 10, 11, 10), ("frozen", 0, 10, 9), ("dark", 0, 10, 10)]
)
def test_a_window_may_begin_at_a_cut_and_with_the_last_frame_of_a_freeze(gate, start, stop, found):
    assert best_window(card({}, [Rejection(gate, start, stop, "")], frames=40), 25, 15) == found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_other_window_is_better(data):
    frames, room = data.draw(st.integers(1, 12)), data.draw(st.integers(0, 12))
    values = st.floats(0, 5).map(lambda value: float(f"{value:.3g}"))
    count = frames + room - 1
    curves = data.draw(st.dictionaries(st.sampled_from("abc"), st.lists(values, min_size=count, max_size=count)))
    gates = st.tuples(st.sampled_from(["frozen", "dark", "cut", "still"]), st.integers(0, 24), st.integers(1, 8))
    struck = [
        Rejection(g, max(s, g == "cut"), max(s, g == "cut") + (1 if g == "cut" else n), "")
        for g, s, n in data.draw(st.lists(gates, max_size=3))
    ]
    one = card({name: tuple(curve) for name, curve in curves.items()}, struck, frames + room)
    every = [cost(one, start, frames) for start in range(room + 1)]
    assert best_window(one, frames, room) == every.index(min(every))


@given(st.lists(st.floats(0, 5), min_size=30, max_size=30), st.integers(0, 29), st.floats(0, 5))
def test_a_fault_outside_the_window_never_moves_it(curve, place, more):
    before = best_window(card({"shake": tuple(curve)}), 16, 15)
    if not before <= place < before + 15:
        worse = [*curve[:place], curve[place] + more, *curve[place + 1 :]]
        assert best_window(card({"shake": tuple(worse)}), 16, 15) == before


@pytest.mark.parametrize("fault", ["flicker", "noise", "jitter", "morph"])
@pytest.mark.parametrize(("start", "stop"), [(0, 8), (11, 17), (32, 40)])
def test_a_planted_fault_is_left_out_as_far_as_it_can_be(moving, fault, start, stop):
    clip = moving(40, 2)
    clip[start:stop] = plant(fault, clip[start:stop], 3)
    found = best_window(measure_frames(clip).card, 20, 20)
    seen = len(set(range(found, found + 20)) & set(range(start, stop)))
    assert seen <= (fault == "morph"), "the first frame of a morph is still whole"
