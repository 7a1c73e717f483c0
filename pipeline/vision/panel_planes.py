"""Planes in depth: cutting a painted canvas down to what it covers, and laying planes over each other fast.

OpenCV samples four channels bilinearly at exact sub-pixel places in less time than three, so a view is RGBA
throughout; a plane is laid only where it has paint, and nothing is laid where a nearer plane hides it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.camera import Pose
from pipeline.vision.scenery_brush import Canvas, Pixels
from pipeline.vision.scenery_palette import grading

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Premultiplied RGBA pixels at a depth.

    `corner` is the place of the first pixel's corner in view heights, `unit` pixels a height, `nearness` 0 at the
    horizon, 1 at the subject, more before it. `drift` in heights a second, `bob` how far it nods in step. `solid` is
    the pixel row from which on every pixel is opaque. `open` says which sides (left, top, right, bottom) end in
    nothing; the others go on as their last row or column.
    """

    rgba: Pixels
    corner: tuple[float, float]
    unit: float
    nearness: float
    drift: tuple[float, float] = (0.0, 0.0)
    bob: float = 0.0
    solid: int | None = None
    open: tuple[bool, bool, bool, bool] = (False, False, False, False)


def plane(
    canvas: Canvas, nearness: float, style: str = "", drift: tuple[float, float] = (0.0, 0.0), bob: float = 0.0
) -> Plane | None:
    """Cut a painted canvas to its paint and grade it in a style id; None when nothing is painted on it."""
    red, green, blue, alpha = cv2.split(canvas.rgba)
    ink = cv2.max(cv2.max(red, green), cv2.max(blue, alpha))
    ys, xs = (np.flatnonzero(cv2.reduce(ink, axis, cv2.REDUCE_MAX)) for axis in (1, 0))
    if not len(ys):
        return None
    height, width = ink.shape
    top, bottom = max(int(ys[0]) - 2, 0), min(int(ys[-1]) + 3, height)
    left, right = max(int(xs[0]) - 2, 0), min(int(xs[-1]) + 3, width)
    cut = _graded(canvas.rgba[top:bottom, left:right], style)
    ends = (int(xs[0]) > 0, int(ys[0]) > 0, int(xs[-1]) < width - 1, int(ys[-1]) < height - 1)
    _mend(cut, ends)
    corner = (left / canvas.unit - canvas.half[0], top / canvas.unit - canvas.half[1])
    solid = None if any((ends[0], ends[2], ends[3])) else _solid(cut)
    return Plane(cut, corner, canvas.unit, nearness, drift, bob, solid, ends)


def _mend(rgba: Pixels, ends: tuple[bool, bool, bool, bool]) -> None:
    """Replace the half-covered pixels where paint runs out of the canvas by their neighbours, in place."""
    left, top, right, bottom = ends
    if not left:
        rgba[:, :2] = rgba[:, 2:3]
    if not right:
        rgba[:, -2:] = rgba[:, -3:-2]
    if not top:
        rgba[:2] = rgba[2:3]
    if not bottom:
        rgba[-2:] = rgba[-3:-2]


def _solid(rgba: Pixels) -> int | None:
    holes = np.flatnonzero(cv2.reduce(cv2.extractChannel(rgba, 3), 1, cv2.REDUCE_MIN) < 254)
    first = int(holes[-1]) + 1 if len(holes) else 0
    return first if first < rgba.shape[0] - 2 else None


def _graded(rgba: Pixels, style: str) -> Pixels:
    """Grade premultiplied pixels: the matrix acts as it is, its offset on what alpha covers."""
    matrix, offset = grading(style)
    whole = np.eye(4)
    whole[:3, :3], whole[:3, 3] = matrix, offset / 255
    return np.asarray(cv2.transform(rgba, whole), np.uint8)


def placed(one: Plane, pose: Pose, seconds: float, size: tuple[int, int], horizon: float) -> Matrix:
    """Give the affine (2x3) from view pixels to the plane's pixels; things grow around the vanishing point."""
    width, height = size
    scale = pose.zoom / max(0.2, 1 - pose.dolly * one.nearness)
    cosine, sine = np.cos(pose.roll) / scale, np.sin(pose.roll) / scale
    nod = one.bob * abs(float(np.sin(seconds * 5.2)))
    shift_x = pose.pan + pose.track * one.nearness - one.drift[0] * seconds
    shift_y = pose.tilt - pose.rise * one.nearness - one.drift[1] * seconds + nod
    turn = np.array([[cosine, -sine], [sine, cosine]])
    centre = np.array([0.0, horizon])
    middle = np.array([width / 2 - 0.5, height / 2 - 0.5]) / height
    place = centre + np.array([shift_x, shift_y]) - turn @ (centre + middle) - one.corner
    return np.hstack([turn * (one.unit / height), (place * one.unit - 0.5)[:, None]])


def _covered(one: Plane, matrix: Matrix, size: tuple[int, int]) -> tuple[int, int, int, int, int]:
    """Find the part of the view that the plane touches: left, top, right, bottom, first row surely opaque."""
    width, height = size
    tall, wide = one.rgba.shape[:2]
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([[x, y, 1.0] for x in (-1, wide) for y in (-1, tall)])
    spots = corners @ back.T
    left, top = np.floor(spots.min(axis=0)).astype(int)
    right, bottom = np.ceil(spots.max(axis=0)).astype(int) + 1
    ends = one.open
    left, right = (left if ends[0] else 0), (right if ends[2] else width)
    top, bottom = (top if ends[1] else 0), (bottom if ends[3] else height)
    hidden = height
    if one.solid is not None:
        # Sides that go on do so level with the plane; the view's own corners tell where its rows lie.
        slope = matrix[1, 0] * width
        low = (one.solid + 1 - matrix[1, 2] - min(slope, 0.0)) / matrix[1, 1]
        hidden = int(np.ceil(low))
    clipped = (max(left, 0), max(top, 0), min(right, width), min(bottom, height))
    return (*clipped, min(max(hidden, clipped[1]), height))


def lay(view: Pixels, planes: Sequence[Plane], matrices: Sequence[Matrix]) -> None:
    """Lay planes over the view from back to front; the first must cover it all."""
    height, width = view.shape[:2]
    parts = [_covered(one, matrix, (width, height)) for one, matrix in zip(planes, matrices, strict=True)]
    floor = height
    limits = []
    for part in reversed(parts):
        limits.append(floor)
        floor = min(floor, part[4])
    for one, matrix, part, limit in zip(planes, matrices, parts, reversed(limits), strict=True):
        left, top, right, bottom, solid = part
        bottom = min(bottom, limit)
        middle = min(max(solid, top), bottom)
        if right > left:
            _blend(view[top:middle, left:right], one.rgba, _moved(matrix, left, top))
            _copy(view[middle:bottom, left:right], one.rgba, _moved(matrix, left, middle))


def _moved(matrix: Matrix, x: int, y: int) -> Matrix:
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, 0] * x + matrix[:, 1] * y
    return shifted


def _sample(rgba: Pixels, matrix: Matrix, shape: tuple[int, int]) -> Pixels:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(rgba, matrix, shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _copy(view: Pixels, rgba: Pixels, matrix: Matrix) -> None:
    if view.size:
        view[:] = _sample(rgba, matrix, view.shape[:2])


def _blend(view: Pixels, rgba: Pixels, matrix: Matrix) -> None:
    """Porter and Duff's `over` on premultiplied pixels: view = plane + view (1 - alpha)."""
    if not view.size:
        return
    sample = _sample(rgba, matrix, view.shape[:2])
    through = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(sample, 3)), cv2.COLOR_GRAY2RGBA)
    through[..., 3] = 255
    under = cv2.multiply(view, through, scale=1 / 255)
    cv2.add(under, sample, dst=under)
    view[:] = under
