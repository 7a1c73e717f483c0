"""Where a clip is worst: the card says it, heaviest first."""

from bench.faults import plant
from pipeline.model import Spot
from pipeline.score import measure_frames
from pipeline.score.locate import spots

QUIET = (0.1,) * 20


def test_the_heaviest_place_comes_first_by_what_its_term_counts():
    curves = {"flicker": (*QUIET, 2.0, 2.0, *QUIET), "shake": (*QUIET, 1.5, *QUIET), "dark": QUIET}
    assert spots(curves, {"flicker": 1.0, "shake": 1.0, "dark": 1.0}) == (
        Spot("flicker", 20, 23, 2.0),
        Spot("shake", 20, 22, 1.5),
    )
    assert [one.term for one in spots(curves, {"flicker": 0.1, "shake": 1.0})] == ["shake", "flicker"]
    assert spots(curves, {"flicker": 0.0}) == ()
    assert spots({"shake": ()}, {"shake": 1.0}) == ()


def test_a_planted_fault_is_found_where_it_is(moving):
    clip = moving(48, 3)
    hurt = [*clip[:20], *plant("flicker", clip[20:28], 3), *clip[28:]]
    worst = measure_frames(hurt).card.worst
    assert "flicker" in {one.term for one in worst}
    assert all(one.start < 28 and one.stop > 20 for one in worst)


def test_a_clean_clip_has_no_place_that_stands_out(moving):
    assert measure_frames(moving(48, 3)).card.worst == ()
