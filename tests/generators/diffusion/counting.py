"""Counts the steps that are really taken: every call of a scheduler, by the take it belongs to."""

import inspect
from collections import Counter
from contextlib import contextmanager

from pipeline.generators.diffusion import drawing
from pipeline.generators.diffusion import race as racing


@contextmanager
def counted_steps():
    steps = Counter()
    made = drawing.scheduler

    def counting(saved, asked):
        scheduler = made(saved, asked)
        step = scheduler.step

        def told(*given, **named):
            steps[id(scheduler)] += 1
            return step(*given, **named)

        told.__signature__ = inspect.signature(step)
        scheduler.step = told
        kept.append(scheduler)
        return scheduler

    kept = []
    drawing.scheduler = counting
    try:
        yield steps
    finally:
        drawing.scheduler = made


def planned_steps(race, takes, steps):
    """Count the steps that a race of so many takes comes to, previews not counted."""
    total, before, left = 0, 0, takes
    for stop, keep in racing.stops(race, steps).items():
        total += left * (stop - before)
        before, left = stop, min(left, keep)
    return total + left * (steps - before)
