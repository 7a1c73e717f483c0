"""The path through every pixel of a frame that lies between two frames: candidates, judged by what they connect."""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from threading import get_ident
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.flow import Flow, Luma, grid

WORKING_PIXELS = 640 * 360
"""Up to this size flow is estimated on every pixel, above it at half size at least."""

HUGE_PIXELS = 4_000_000
"""Above this size, a quarter of the side is enough."""

WINDOW = (7, 7)
REACH = (16, 8)
"""How far (working pixels) a path may be borrowed: objects thinner than a DIS patch get theirs back."""

RELUCTANCE = {"still": 1.0, "borrowed": 0.5}
"""Levels of luma by which such a candidate must beat the flow's own."""


@dataclass(frozen=True, slots=True)
class Path:
    """Motion from the first frame to the second, told at its place between them, and how unlike its two ends are.

    `flow` is float32 (H, W, 2) pixels, `cost` float32 (H, W), mean absolute luma difference in levels.
    """

    flow: Flow
    cost: npt.NDArray[np.float32]


def working_size(width: int, height: int) -> tuple[int, int]:
    """Give the (width, height) at which flow is estimated."""
    pixels = width * height
    scale = 1.0 if pixels <= WORKING_PIXELS else max(0.5, sqrt(WORKING_PIXELS / pixels))
    if pixels > HUGE_PIXELS:
        scale = 0.25
    return max(1, round(width * scale)), max(1, round(height * scale))


def flows(first: Luma, second: Luma) -> tuple[Flow, Flow]:
    """Estimate motion from the first to the second and back: DIS, dense patches, no variational refinement.

    The refinement costs a third of the time and smooths paths over thin objects; the choice among candidates that
    follows does its work.
    """
    engine = _engine(get_ident())
    nothing = cast("Any", None)
    return (
        np.asarray(engine.calc(first, second, nothing), dtype=np.float32),
        np.asarray(engine.calc(second, first, nothing), dtype=np.float32),
    )


@lru_cache(maxsize=16)
def _engine(thread: int) -> cv2.DISOpticalFlow:  # noqa: ARG001 - one engine a thread: it keeps state
    engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    engine.setVariationalRefinementIterations(0)
    return engine


def path(first: Luma, second: Luma, forward: Flow, backward: Flow, t: float) -> Path:
    """Choose for every pixel at time `t`, 0..1, the motion whose two ends look most alike.

    Candidates are both flows brought to time t, no motion, and the choices of neighbours (as in PatchMatch, Barnes
    et al., SIGGRAPH 2009); likeness is the mean absolute difference in a window. A median removes single outliers.
    """
    views = (first, second, t)
    held = _brought(forward, t)
    cost = _cost(views, held)
    _prefer(views, held, cost, -_brought(backward, 1.0 - t), 0.0)
    _prefer(views, held, cost, np.zeros_like(held), RELUCTANCE["still"])
    for reach in REACH:
        for shift in ((reach, 0), (-reach, 0), (0, reach), (0, -reach)):
            _prefer(views, held, cost, _shifted(held, *shift), RELUCTANCE["borrowed"])
    smooth = [cv2.medianBlur(np.ascontiguousarray(part), 5) for part in cv2.split(held)]
    return Path(np.asarray(cv2.merge(smooth), dtype=np.float32), cost)


def _brought(flow: Flow, t: float) -> Flow:
    """Bring a flow told at its start to time `t`: u(x) = F(x - t u(x)), two steps of the fixed point."""
    height, width = flow.shape[:2]
    here = flow
    for _ in range(2):
        here = _fetched(flow, cv2.scaleAdd(here, -t, grid(height, width)))
    return here


def _fetched(image: npt.NDArray[Any], where: npt.NDArray[Any]) -> npt.NDArray[Any]:
    nothing = cast("Any", None)
    return np.asarray(cv2.remap(image, where, nothing, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _cost(views: tuple[Luma, Luma, float], motion: Flow) -> npt.NDArray[np.float32]:
    first, second, t = views
    places = grid(*first.shape[:2])
    start = _fetched(first, cv2.scaleAdd(motion, -t, places))
    end = _fetched(second, cv2.scaleAdd(motion, 1.0 - t, places))
    return np.asarray(cv2.boxFilter(cv2.absdiff(start, end), cv2.CV_32F, WINDOW), dtype=np.float32)


def _prefer(
    views: tuple[Luma, Luma, float], held: Flow, cost: npt.NDArray[np.float32], candidate: Flow, margin: float
) -> None:
    """Put `candidate` into `held` (and its cost into `cost`) wherever it is cheaper by more than `margin`."""
    tried = _cost(views, candidate)
    better = cv2.compare(tried + np.float32(margin), cost, cv2.CMP_LT)
    cv2.copyTo(candidate, better, held)
    cv2.copyTo(tried, better, cost)


def _shifted(flow: Flow, dx: int, dy: int) -> Flow:
    """Let every pixel have the vector of its neighbour at (-dx, -dy), borders repeated."""
    height, width = flow.shape[:2]
    wide = cv2.copyMakeBorder(flow, abs(dy), abs(dy), abs(dx), abs(dx), cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(wide[abs(dy) - dy :, abs(dx) - dx :][:height, :width])
