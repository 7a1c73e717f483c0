"""Motion between two frames to be interpolated, both ways: found coarsely, then placed on every pixel."""

from functools import lru_cache
from math import sqrt
from threading import get_ident
from typing import Any, cast

import cv2
import numpy as np

from pipeline.vision.flow import Flow, Luma
from pipeline.vision.interpolation_path import resized

FEWEST = 16
"""Lines or columns that hold two patches of 8 pixels: below, there is no flow."""

LARGE = 46
"""Pixels of the longer side from which OpenCV has a second scale; asked for one, a smaller picture changes an engine's
settings for all that follow."""

FLOW_PIXELS = 320 * 180
"""Up to this many, flow is estimated on half the frame's sides; larger frames get as many, but a quarter at least."""

HUGE_PIXELS = 4_000_000
"""Frames above this size are seen at half these scales."""


def working_size(width: int, height: int) -> tuple[int, int]:
    """Give the (width, height) at which paths are chosen: half the frame's."""
    return _reduced(width, height, 0.25 if width * height > HUGE_PIXELS else 0.5)


def flow_size(width: int, height: int) -> tuple[int, int]:
    """Give the (width, height) at which flow is estimated, at most the working size."""
    pixels = width * height
    scale = min(0.5, max(0.25, sqrt(FLOW_PIXELS / pixels)))
    return _reduced(width, height, 0.125 if pixels > HUGE_PIXELS else scale)


def flows(first: Luma, second: Luma) -> tuple[Flow, Flow]:
    """Estimate motion from the first to the second and back, by DIS (Kroeger et al., ECCV 2016) in two passes.

    What takes time is the averaging of patches into pixels. On the last two scales patches that hardly overlap are
    enough where each starts from motion found with overlapping ones on the scales before, where that costs little.
    Variational refinement would smooth paths over thin objects; the choice among candidates that follows does its work.
    """
    height, width = first.shape
    coarse, fine = _engines((width, height), get_ident())
    size = _reduced(width, height, 0.5)
    one, two = (np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8) for luma in (first, second))

    def motion(before: Luma, after: Luma, start: Luma, end: Luma) -> Flow:
        guess = np.asarray(coarse.calc(start, end, cast("Any", None)), dtype=np.float32)
        return np.asarray(fine.calc(before, after, resized(guess, width, height)), dtype=np.float32)

    return motion(first, second, one, two), motion(second, first, two, one)


@lru_cache(maxsize=16)
def _engines(size: tuple[int, int], thread: int) -> tuple[cv2.DISOpticalFlow, cv2.DISOpticalFlow]:  # noqa: ARG001 - they keep state
    """Keep the engines of a size and thread: the coarse, for pictures of about half that size, and the fine."""
    coarse = _engine(finest=1 if max(_reduced(*size, 0.5)) >= LARGE else 0, stride=3, steps=25)
    fine = _engine(finest=0, stride=6, steps=8)
    fine.setCoarsestScale(1)
    return coarse, fine


def _engine(finest: int, stride: int, steps: int) -> cv2.DISOpticalFlow:
    """Set up patches of 8x8 pixels, one every `stride`; a stride above 8 would have OpenCV write past its arrays."""
    engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    engine.setFinestScale(finest)
    engine.setPatchStride(stride)
    engine.setGradientDescentIterations(steps)
    engine.setVariationalRefinementIterations(0)
    return engine


def _reduced(width: int, height: int, scale: float) -> tuple[int, int]:
    """Scale a size, but neither side below FEWEST."""
    scale = max(scale, min(1.0, FEWEST / min(width, height)))
    return max(1, round(width * scale)), max(1, round(height * scale))
