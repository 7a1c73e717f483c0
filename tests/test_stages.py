"""Stages side by side: order, memory, failures, and an early end."""

import threading
import time
from fractions import Fraction

import numpy as np
import pytest

from pipeline.finishers.upscale import Lanczos
from pipeline.model import Size, Spec
from pipeline.stages import ROOM, ahead, through


def threads():
    return [one for one in threading.enumerate() if one.name == "a stage"]


def test_items_come_in_order_and_the_thread_ends():
    assert list(ahead(lambda: iter(range(100)), "a stage")) == list(range(100))
    assert not threads()


def test_a_stage_works_ahead_and_no_further_than_there_is_room():
    made = []

    def source():
        for k in range(50):
            made.append(k)
            yield k

    stream = ahead(source, "a stage")
    assert next(stream) == 0
    deadline = time.monotonic() + 10
    while len(made) < ROOM + 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.2)
    assert len(made) == ROOM + 2  # one was read, ROOM wait, one is in hand
    stream.close()
    assert not threads()


def test_two_stages_work_at_the_same_time():
    def slow(items):
        for item in items:
            time.sleep(0.05)
            yield item

    began = time.monotonic()
    first = ahead(lambda: slow(range(10)), "a stage")
    assert list(slow(ahead(lambda: slow(first), "a stage"))) == list(range(10))
    assert time.monotonic() - began < 3 * 10 * 0.05 * 0.75


def test_what_a_stage_raises_is_raised_where_it_is_read():
    def source():
        yield 1
        raise ValueError("no second frame")

    stream = ahead(source, "a stage")
    assert next(stream) == 1
    with pytest.raises(ValueError, match="no second frame"):
        next(stream)
    assert not threads()


class Failing:
    """A step that breaks on its third frame."""

    name = "failing"

    def spec(self, before):
        return before

    def frames(self, frames, before):
        for k, frame in enumerate(frames):
            if k == 2:
                raise OSError("the third frame")
            yield frame


def test_a_step_that_fails_ends_every_stage_before_it():
    frames = (np.zeros((48, 64, 3), np.uint8) for _ in range(100))
    before = Spec(Size(64, 48), Fraction(24), 100)
    known = set(threading.enumerate())
    stream, _ = through([Lanczos(Size(96, 72)), Lanczos(Size(64, 48)), Failing()], frames, before)
    with pytest.raises(OSError, match="the third frame"):
        list(stream)
    deadline = time.monotonic() + 5
    while set(threading.enumerate()) - known and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not set(threading.enumerate()) - known


def test_a_stage_that_cannot_begin_says_so():
    def source():
        raise OSError("no file")

    with pytest.raises(OSError, match="no file"):
        list(ahead(source, "a stage"))


def test_a_reader_that_stops_closes_the_stream_in_its_own_thread():
    told = []

    def source():
        try:
            while True:
                yield threading.get_ident()
        finally:
            told.append(threading.get_ident())

    stream = ahead(source, "a stage")
    thread = next(stream)
    stream.close()
    assert told == [thread]
    assert thread != threading.get_ident()


def test_steps_in_threads_give_the_frames_they_give_one_after_the_other():
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(9)]
    steps = [Lanczos(Size(96, 72)), Lanczos(Size(32, 24))]
    before = Spec(Size(64, 48), Fraction(24), 9)
    made, spec = through(steps, iter(frames), before)
    expected = iter(frames)
    for step in steps:
        expected = step.frames(expected, before)
    assert spec == Spec(Size(32, 24), Fraction(24), 9)
    for one, other in zip(made, expected, strict=True):
        assert np.array_equal(one, other)
