"""The path through every pixel of a frame that lies between two frames: candidates, judged by what they connect."""

from dataclasses import dataclass, replace
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.flow import Flow, Luma, grid

Cost = npt.NDArray[np.float32]

REACH = (8, 3)
"""How far (working pixels) a path may be borrowed: objects thinner than a DIS patch get theirs back."""

DOUBT = 10.0
"""Levels of luma by which the ends of a path must differ before neighbours are asked."""

RELUCTANCE = {"still": 1.0, "borrowed": 0.5}
"""Levels of luma by which such a candidate must beat the flow's own."""


@dataclass(frozen=True, slots=True)
class Path:
    """Motion from the first frame to the second, told at its place between them, and how unlike its two ends are.

    `flow` is float32 (H, W, 2) pixels, `cost` float32 (H, W), mean absolute luma difference in levels.
    """

    flow: Flow
    cost: Cost


@dataclass(frozen=True, slots=True)
class _Views:
    """Both frames' luma, the places (part of the grid) asked for at time `t`, and the window that judges them."""

    first: Luma
    second: Luma
    places: Flow
    t: float
    window: tuple[int, int]


def path(first: Luma, second: Luma, forward: Flow, backward: Flow, t: float) -> Path:
    """Choose for every pixel at time `t`, 0..1, the motion whose two ends look most alike; flows may be smaller.

    Candidates are both flows brought to time t, no motion, and the choices of neighbours (as in PatchMatch, Barnes
    et al., SIGGRAPH 2009); likeness is the mean absolute difference in a window. A median removes single outliers.
    """
    height, width = first.shape
    views = _Views(first, second, grid(height, width), t, _window(first))
    held = resized(_brought(forward, t), width, height)
    cost = _cost(views, held)
    against = resized(-_brought(backward, 1.0 - t), width, height)
    _prefer(held, cost, against, _cost(views, against), 0.0)
    _prefer(held, cost, np.zeros_like(held), _unlike(first, second, views.window), RELUCTANCE["still"])
    part = _doubtful(cost)
    if part is not None:
        _borrow(views, held, cost, part)
    smooth = [cv2.medianBlur(one, 5) for one in cv2.split(held)]
    return Path(np.asarray(cv2.merge(smooth), dtype=np.float32), cost)


def resized(motion: Flow, width: int, height: int) -> Flow:
    """Bring a flow field to another size, its vectors scaled with it."""
    if motion.shape[:2] == (height, width):
        return motion
    scales: Any = (width / motion.shape[1], height / motion.shape[0], 0.0, 0.0)
    return np.asarray(cv2.resize(cv2.multiply(motion, scales), (width, height)), dtype=np.float32)


def _doubtful(cost: Cost) -> tuple[slice, slice] | None:
    """Give the rows and columns in which paths connect unlike places, and as far around as neighbours are asked."""
    x, y, width, height = cv2.boundingRect(cv2.compare(cost, cast("Any", DOUBT), cv2.CMP_GT))
    if not width:
        return None
    far = max(REACH)
    return slice(max(0, y - far), y + height + far), slice(max(0, x - far), x + width + far)


def _borrow(views: _Views, held: Flow, cost: Cost, part: tuple[slice, slice]) -> None:
    inner, price = np.ascontiguousarray(held[part]), np.ascontiguousarray(cost[part])
    here = replace(views, places=np.ascontiguousarray(views.places[part]))
    for reach in REACH:
        for shift in ((reach, 0), (-reach, 0), (0, reach), (0, -reach)):
            lent = _shifted(inner, *shift)
            _prefer(inner, price, lent, _cost(here, lent), RELUCTANCE["borrowed"])
    held[part], cost[part] = inner, price


def _brought(motion: Flow, t: float) -> Flow:
    """Bring a flow told at its start to time `t`: u(x) = F(x - t u(x)), one step of the fixed point.

    A second step would move little, and none of the footage measured is better for it.
    """
    return _fetched(motion, cv2.scaleAdd(motion, -t, grid(*motion.shape[:2])))


def _fetched(image: npt.NDArray[Any], where: npt.NDArray[Any]) -> npt.NDArray[Any]:
    nothing = cast("Any", None)
    return np.asarray(cv2.remap(image, where, nothing, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _cost(views: _Views, motion: Flow) -> Cost:
    start = _fetched(views.first, cv2.scaleAdd(motion, -views.t, views.places))
    end = _fetched(views.second, cv2.scaleAdd(motion, 1.0 - views.t, views.places))
    return _unlike(start, end, views.window)


def _unlike(start: Luma, end: Luma, window: tuple[int, int]) -> Cost:
    return np.asarray(cv2.boxFilter(cv2.absdiff(start, end), cv2.CV_32F, window), dtype=np.float32)


def _window(plane: Luma) -> tuple[int, int]:
    """Judge on a 24th of the shorter side: less lets small patches of background show through what moves over it."""
    side = max(5, min(plane.shape) // 48 * 2 + 1)
    return side, side


def _prefer(held: Flow, cost: Cost, candidate: Flow, tried: Cost, margin: float) -> None:
    """Put `candidate` into `held` (and its cost into `cost`) wherever it is cheaper by more than `margin`."""
    better = cv2.compare(tried + np.float32(margin), cost, cv2.CMP_LT)
    cv2.copyTo(candidate, better, held)
    cv2.copyTo(tried, better, cost)


def _shifted(motion: Flow, dx: int, dy: int) -> Flow:
    """Let every pixel have the vector of its neighbour at (-dx, -dy), borders repeated."""
    height, width = motion.shape[:2]
    wide = cv2.copyMakeBorder(motion, abs(dy), abs(dy), abs(dx), abs(dx), cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(wide[abs(dy) - dy :, abs(dx) - dx :][:height, :width])
