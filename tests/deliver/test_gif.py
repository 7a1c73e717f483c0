"""The GIF of a film: its length, its limit, its repeats."""

from fractions import Fraction
from itertools import pairwise

import av
import pytest

from pipeline.deliver import gif
from pipeline.errors import ProducerError
from pipeline.media import gif as maker
from pipeline.model import Size
from tests.deliver.handout import finished


def test_a_gif_repeats_for_ever_and_is_as_long_as_the_film_to_the_hundredth(tmp_path):
    made = finished(tmp_path)
    (path,) = gif.write(made, {})
    found = maker.facts(path)
    assert path == made.cut / "film.gif"
    assert (found.size, found.frames, found.centiseconds, found.loops) == (Size(192, 108), 24, 200, 0)
    assert gif.describe(path) == f"192x108, 12 frames a second, 2.00 s, {found.bytes / 1e6:.2f} MB"


@pytest.mark.parametrize("rate", ["7", "11", "12.5", "15", "24"])
def test_frames_begin_at_the_hundredth_nearest_to_their_time(tmp_path, rate):
    made = finished(tmp_path, counts=(25,), sound=False)
    (path,) = gif.write(made, {"fps": rate})
    with av.open(str(path)) as container:
        packets = [one for one in container.demux(container.streams.video[0]) if one.size]
    starts = [packet.pts for packet in packets]
    assert all(abs(start - 100 * k / Fraction(rate)) <= Fraction(1, 2) for k, start in enumerate(starts))
    assert maker.facts(path).centiseconds == 104
    assert len(starts) == round(25 / 24 * float(rate))


def test_a_part_of_the_film_begins_and_ends_where_it_was_asked(tmp_path):
    made = finished(tmp_path)
    (path,) = gif.write(made, {"from": 1, "seconds": 0.5, "width": 96, "fps": 12})
    found = maker.facts(path)
    assert (found.size, found.frames, found.centiseconds) == (Size(96, 54), 6, 50)
    with av.open(str(path)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert abs(int(first[25, 6, 0]) - 100) < 16, "the second shot's box, at its left edge"


@pytest.mark.parametrize("share", [0.8, 0.4, 0.1])
def test_a_gif_never_passes_its_limit_and_uses_most_of_it(tmp_path, share):
    made = finished(tmp_path, sound=False)
    (path,) = gif.write(made, {})
    limit = int(path.stat().st_size * share)
    gif.write(made, {"max_mb": limit / 1e6})
    found = maker.facts(path)
    assert 0.5 * limit < found.bytes <= limit
    assert (found.centiseconds, found.loops) == (200, 0)


def test_what_cannot_be_made_small_enough_names_the_setting(tmp_path):
    made = finished(tmp_path, sound=False)
    (path,) = gif.write(made, {})
    before = path.read_bytes()
    with pytest.raises(ProducerError, match=r"max_mb") as told:
        gif.write(made, {"max_mb": 0.0005})
    assert told.value.exit_code == 2
    assert path.read_bytes() == before, "the one before is kept"
    assert not list(made.cut.glob(".film.gif*")), "nothing is left behind"


def test_a_gif_that_would_begin_after_the_film_is_refused(tmp_path):
    with pytest.raises(ProducerError, match=r"2\.00 s long"):
        gif.write(finished(tmp_path, sound=False), {"from": 5})


def test_the_search_comes_down_in_steps_nobody_would_swap():
    tried = maker.qualities(480, Fraction(12))
    assert tried[0] == maker.Quality(480, Fraction(12))
    assert tried[-1].width == 64
    orders = [(one.width, one.rate, one.colours) for one in tried]
    assert all(a[0] >= b[0] and a[1] >= b[1] and a[2] >= b[2] for a, b in pairwise(orders))
    assert {one.rate for one in tried if one.width == 480} == {Fraction(12), Fraction(10), Fraction(8)}
    assert max(one.width for one in tried if one.rate == 5) == 240


def test_asked_settings_are_ceilings_even_below_the_usual_floors():
    tried = maker.qualities(64, Fraction(2))
    assert {(one.width, one.rate) for one in tried} == {(64, Fraction(2))}
