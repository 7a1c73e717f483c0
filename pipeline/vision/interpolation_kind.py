"""Is there motion between two frames, a cut, or nothing that a warp could mend."""

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.flow import Flow, Luma, visible, warp
from pipeline.vision.scale import resize_luma

Kind = Literal["moving", "still", "cut"]

LINES = 180
WINDOW = (15, 15)
FLAT = 3.0
"""Luma spread (levels) under which a frame is one colour: fades begin and end there, and nothing is doubled."""

Map = npt.NDArray[np.float32]


def kind_of(first: Luma, second: Luma, forward: Flow, backward: Flow) -> Kind:
    """Tell a cut (nothing of the picture is found again) and a still pair (its flow explains next to nothing).

    Dissolves, fades and flashes keep their structure in place, so they are not cuts; their flow explains no change
    of brightness, so unless things move clearly they count as still.
    """
    moved = np.asarray(warp(second, forward), dtype=np.uint8)
    if _is_cut(first, second, moved, forward, backward):
        return "cut"
    return "still" if _unlike(first, moved) > 0.85 * _unlike(first, second) else "moving"


def _is_cut(first: Luma, second: Luma, moved: Luma, forward: Flow, backward: Flow) -> bool:
    """Ask whether most structure is lost, in place as along the flow, and the flows there and back disagree."""
    if min(float(first.std()), float(second.std())) < FLAT:
        return False
    if float(visible(forward, backward).mean()) > 0.35:
        return False
    return lost(first, second, moved) > 0.3


def lost(first: Luma, second: Luma, moved: Luma) -> float:
    """Measure the share (0..1) of textured places whose structure is found neither in place nor along the flow.

    Found is a correlation coefficient of at least one half in a window, which changes of brightness leave alone.
    """
    a, b, c = (resize_luma(plane, LINES).astype(np.float32) for plane in (first, second, moved))
    alike = np.maximum(_correlation(a, b), _correlation(a, c))
    textured = np.maximum(_variance(a), _variance(b)) > FLAT**2
    return float((alike[textured] < 0.5).mean()) if textured.sum() > 50 else 0.0


def _mean(plane: Map) -> Map:
    return np.asarray(cv2.blur(plane, WINDOW), dtype=np.float32)


def _variance(plane: Map) -> Map:
    return np.asarray(np.maximum(_mean(plane * plane) - _mean(plane) ** 2, 0.0), dtype=np.float32)


def _correlation(a: Map, b: Map) -> Map:
    together = _mean(a * b) - _mean(a) * _mean(b)
    noise = 2.0  # levels squared: flat places agree
    return np.asarray((together + noise) / np.sqrt((_variance(a) + noise) * (_variance(b) + noise)), dtype=np.float32)


def _unlike(a: Luma, b: Luma) -> float:
    """Mean absolute difference without fine noise, in levels."""
    return float(cv2.norm(cv2.blur(a, (7, 7)), cv2.blur(b, (7, 7)), cv2.NORM_L1)) / a.size
