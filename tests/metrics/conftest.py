"""Clips and courses whose measures are known."""

import numpy as np
import pytest

from pipeline.media.planes import Planes
from pipeline.ports import Course, Still, Track
from pipeline.score.readings import read
from pipeline.vision.sight import glance, pairs


def _texture(seed=0, height=180, width=400):
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[0:height, 0:width]
    waves = [np.sin(xs * a + ys * b + c) for a, b, c in rng.uniform(-0.3, 0.3, (24, 3)) * [1, 1, 20]]
    total = np.sum(waves, axis=0)
    return np.rint(127 + 90 * total / np.abs(total).max()).astype(np.uint8)


def _planes(luma, blue=128, red=128):
    shape = (luma.shape[0] // 2, luma.shape[1] // 2)
    luma = np.ascontiguousarray(luma, np.uint8)
    return Planes(luma, np.full(shape, blue, np.uint8), np.full(shape, red, np.uint8), full=True)


@pytest.fixture(scope="session")
def texture():
    """Give a function of seed, height and width that draws smooth shapes."""
    return _texture


@pytest.fixture(scope="session")
def planes():
    """Give a function that makes planes of luma and the levels of Cb and Cr."""
    return _planes


@pytest.fixture(scope="session")
def measured():
    """Give a function that reads a feature off every pair of a clip."""

    def measure(feature, clip):
        return [feature(pair) for pair in pairs(glance(frame) for frame in clip)]

    return measure


@pytest.fixture(scope="session")
def told():
    """Give a function that reads a feature of the whole course off a clip."""

    def tell(feature, clip, rate=24.0):
        return read(clip, rate).features[feature.name]

    return tell


@pytest.fixture(scope="session")
def course():
    """Give a function that makes a course of frames' facts, of readings, or of points followed."""

    def make(frames=25, rate=24.0, tracks=(), series=None, activity=(), **facts):
        still = {"level": 100.0, "spread": 40.0, "detail": 10.0, "fine": 10.0, "saturation": 20.0}
        stills = tuple(
            Still(
                chroma=(128.0, 128.0),
                tint_detail=2.0,
                bands=0.1,
                **{name: float(facts[name][k]) if name in facts else value for name, value in still.items()},
            )
            if "tint_detail" not in facts
            else Still(chroma=(128.0, 128.0), tint_detail=float(facts["tint_detail"][k]), bands=0.1, **still)
            for k in range(frames)
        )
        return Course(rate, stills, series or {}, tuple(tracks), activity=tuple(activity))

    return make


@pytest.fixture(scope="session")
def followed():
    """Give a function that makes a track of 13 frames: paths (T, P, 2) or None for still points, and what is seen."""

    def make(own=None, places=None, luma=None, detail=None, start=0, count=30, frames=13):
        rest = np.zeros((frames, count, 2), np.float32)
        own = rest if own is None else np.asarray(own, np.float32)
        places = own if places is None else np.asarray(places, np.float32)
        count = own.shape[1]
        seen = np.full((frames, count, 2), 5.0, np.float32)
        seen[..., 0] = 100.0 if luma is None else luma
        if detail is not None:
            seen[..., 1] = detail
        return Track(start, places, own, seen, 0.0)

    return make
