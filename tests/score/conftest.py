"""Clips made in memory, at the size they are measured at."""

import numpy as np
import pytest

from pipeline.media.planes import Planes


def _texture(seed, height, width):
    """Draw smooth random shapes, uint8, by summing waves of random direction."""
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[0:height, 0:width]
    waves = [np.sin(xs * a + ys * b + c) for a, b, c in rng.uniform(-0.3, 0.3, (24, 3)) * [1, 1, 20]]
    total = np.sum(waves, axis=0)
    return np.rint(127 + 100 * total / np.abs(total).max()).astype(np.uint8)


@pytest.fixture(scope="session")
def texture():
    """Give a function of seed, height and width that draws a picture."""
    return _texture


@pytest.fixture(scope="session")
def plane_of():
    """Give a function that makes planes of a luma picture, without colour."""

    def make(luma):
        height, width = luma.shape
        grey = np.full((-(-height // 2), -(-width // 2)), 128, np.uint8)
        return Planes(luma, grey, grey, full=True)

    return make


@pytest.fixture(scope="session")
def moving(plane_of):
    """Give a function that makes a clip of `count` frames of a picture moved `step` pixels a frame."""

    def make(count=20, step=2, seed=0, size=(90, 160)):
        height, width = size
        whole = _texture(seed, height, width + step * count)
        return [plane_of(np.ascontiguousarray(whole[:, step * k : step * k + width])) for k in range(count)]

    return make
