"""The path through every pixel of a frame that lies between two frames: candidates, judged by what they connect."""

from dataclasses import dataclass
from math import sqrt
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.flow import Flow, Luma, flow, grid

WORKING_PIXELS = 640 * 360
"""Up to this size flow is estimated on every pixel, above it at half size at least."""

HUGE_PIXELS = 4_000_000
"""Above this size, a quarter of the side is enough."""

REACH = (16, 8)
"""How far (working pixels) a path may be borrowed: objects thinner than a DIS patch get theirs back."""

DOUBT = 6.0
"""Levels of luma by which the ends of a path must differ before neighbours are asked."""

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
    """Estimate motion from the first to the second and back.

    DIS's variational refinement would cost a third of the time and smooth paths over thin objects; the choice among
    candidates that follows does its work.
    """
    return flow(first, second, "dense"), flow(second, first, "dense")


@dataclass(frozen=True, slots=True)
class _Views:
    """Both frames' luma, and the places (rows of the grid) asked for at time `t`."""

    first: Luma
    second: Luma
    places: Flow
    t: float


def path(first: Luma, second: Luma, forward: Flow, backward: Flow, t: float) -> Path:
    """Choose for every pixel at time `t`, 0..1, the motion whose two ends look most alike.

    Candidates are both flows brought to time t, no motion, and the choices of neighbours (as in PatchMatch, Barnes
    et al., SIGGRAPH 2009); likeness is the mean absolute difference in a window. A median removes single outliers.
    """
    views = _Views(first, second, grid(*first.shape), t)
    held = _brought(forward, t)
    cost = _cost(views, held)
    _prefer(views, held, cost, -_brought(backward, 1.0 - t), 0.0)
    _prefer(views, held, cost, np.zeros_like(held), RELUCTANCE["still"])
    rows = _doubtful(cost)
    if rows.start < rows.stop:
        _borrow(_Views(first, second, views.places[rows], t), held[rows], cost[rows])
    smooth = [cv2.medianBlur(np.ascontiguousarray(part), 5) for part in cv2.split(held)]
    return Path(np.asarray(cv2.merge(smooth), dtype=np.float32), cost)


def _doubtful(cost: npt.NDArray[np.float32]) -> slice:
    """Give the band of rows in which paths connect unlike places; empty where all is well."""
    rows = np.flatnonzero((cost > DOUBT).any(axis=1))
    if not rows.size:
        return slice(0, 0)
    return slice(max(0, int(rows[0]) - max(REACH)), int(rows[-1]) + max(REACH) + 1)


def _borrow(views: _Views, held: Flow, cost: npt.NDArray[np.float32]) -> None:
    for reach in REACH:
        for shift in ((reach, 0), (-reach, 0), (0, reach), (0, -reach)):
            _prefer(views, held, cost, _shifted(held, *shift), RELUCTANCE["borrowed"])


def _brought(motion: Flow, t: float) -> Flow:
    """Bring a flow told at its start to time `t`: u(x) = F(x - t u(x)), two steps of the fixed point."""
    height, width = motion.shape[:2]
    here = motion
    for _ in range(2):
        here = _fetched(motion, cv2.scaleAdd(here, -t, grid(height, width)))
    return here


def _fetched(image: npt.NDArray[Any], where: npt.NDArray[Any]) -> npt.NDArray[Any]:
    nothing = cast("Any", None)
    return np.asarray(cv2.remap(image, where, nothing, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _cost(views: _Views, motion: Flow) -> npt.NDArray[np.float32]:
    start = _fetched(views.first, cv2.scaleAdd(motion, -views.t, views.places))
    end = _fetched(views.second, cv2.scaleAdd(motion, 1.0 - views.t, views.places))
    return np.asarray(cv2.boxFilter(cv2.absdiff(start, end), cv2.CV_32F, _window(views.first)), dtype=np.float32)


def _window(plane: Luma) -> tuple[int, int]:
    """Judge on a 24th of the shorter side: less lets small patches of background show through what moves over it."""
    side = max(7, min(plane.shape) // 48 * 2 + 1)
    return side, side


def _prefer(views: _Views, held: Flow, cost: npt.NDArray[np.float32], candidate: Flow, margin: float) -> None:
    """Put `candidate` into `held` (and its cost into `cost`) wherever it is cheaper by more than `margin`."""
    tried = _cost(views, candidate)
    better = cv2.compare(tried + np.float32(margin), cost, cv2.CMP_LT)
    cv2.copyTo(candidate, better, held)
    cv2.copyTo(tried, better, cost)


def _shifted(motion: Flow, dx: int, dy: int) -> Flow:
    """Let every pixel have the vector of its neighbour at (-dx, -dy), borders repeated."""
    height, width = motion.shape[:2]
    wide = cv2.copyMakeBorder(motion, abs(dy), abs(dy), abs(dx), abs(dx), cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(wide[abs(dy) - dy :, abs(dx) - dx :][:height, :width])
