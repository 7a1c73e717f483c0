"""How alike two pictures are in structure."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]

WINDOW = 4
"""At half of the scoring size: 8x8 pixels of that, as in the paper."""

PATCH = 10
"""Side of a patch at half of the scoring size: a ninth of the short side."""

C1 = (0.01 * 255) ** 2
C2 = (0.03 * 255) ** 2


def likeness(first: Luma, second: Luma) -> Map:
    """Give the SSIM map of two uint8 (H, W) planes, 1 where they are equal, down to -1: (H/4, W/4).

    Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", IEEE TIP 13(4), 2004, eq. 13, with uniform windows of
    4x4 pixels side by side: a sixteenth of the work of every pixel, and nearly the same mean. What is left over of a
    side that is no multiple of 4 is not asked; every side has 4 at least.
    """
    whole = _whole(first)
    planes = np.empty((5, *whole.shape), np.float32)
    planes[0], planes[1] = whole, _whole(second)
    for place, (one, two) in enumerate(((0, 0), (1, 1), (0, 1)), start=2):
        cv2.multiply(planes[one], planes[two], planes[place])
    mean_a, mean_b, square_a, square_b, both = _windows(planes)
    product = mean_a * mean_b
    squares = mean_a * mean_a + mean_b * mean_b
    top = (2.0 * product + C1) * (2.0 * (both - product) + C2)
    bottom = (squares + C1) * (square_a + square_b - squares + C2)
    return np.asarray(top / bottom, dtype=np.float32)


def edges(luma: Luma) -> npt.NDArray[np.int16]:
    """Give the Laplacian of a uint8 (H, W) plane."""
    return np.asarray(cv2.Laplacian(luma, cv2.CV_16S), np.int16)


def detail(luma: Luma) -> float:
    """Measure fine structure: the mean |Laplacian| of a uint8 (H, W) plane, 0 for a flat one."""
    return fineness(edges(luma))


def fineness(of: npt.NDArray[np.int16]) -> float:
    """Give the mean size of edges."""
    return float(cv2.norm(of, cv2.NORM_L1)) / of.size


def cells(quarter: Luma, lines: npt.NDArray[np.int16]) -> Map:
    """Give mean luma and mean |Laplacian| around every cell of 4x4 pixels, float32 (h, w, 2).

    `quarter` is the picture at a quarter of the size of `lines`, its Laplacian.
    """
    height, width = lines.shape
    fine = cv2.convertScaleAbs(lines)
    if width % 2 == height % 2 == 0:
        fine = cv2.resize(fine, (width // 2, height // 2), interpolation=cv2.INTER_AREA)  # twice half is faster
    small = cv2.resize(fine, quarter.shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(cv2.merge([quarter, small]).astype(np.float32), (3, 3)), np.float32)


def bands(luma: Luma) -> float:
    """Say how uneven the levels of a uint8 (H, W) plane are used: 0 evenly, towards 2 where few are.

    The sum over all levels of |share - mean share of the 9 levels around|.
    """
    counts = cv2.calcHist([luma], [0], None, [256], [0, 256]).reshape(1, -1)
    around = cv2.blur(counts, (9, 1), borderType=cv2.BORDER_CONSTANT)
    return float(cv2.norm(counts, around, cv2.NORM_L1)) / luma.size


def texture(picture: npt.NDArray[np.uint8]) -> float:
    """Measure what motion could be seen by: mean |picture - its surroundings| of uint8 (H, W), 0 for a soft ramp.

    Only the upper 60 % count: titles and labels stand below, and stand still.
    """
    upper = picture[: max(1, round(0.6 * picture.shape[0]))]
    around = cv2.blur(upper, (9, 9), borderType=cv2.BORDER_REFLECT_101)
    return float(cv2.norm(upper, around, cv2.NORM_L1)) / upper.size


def moved(first: Luma, second: Luma) -> float:
    """Say roughly how many pixels apart two uint8 (H, W) pictures of one scene are: their difference by their slope.

    A change of brightness over the whole picture does not count.
    """
    one, two = first.astype(np.float32), second.astype(np.float32)
    two += float(one.mean() - two.mean())
    steps = cv2.spatialGradient(cv2.copyMakeBorder(first, 1, 1, 1, 1, cv2.BORDER_REPLICATE))
    slope = sum(float(cv2.norm(step, cv2.NORM_L1)) for step in steps) / 8.0  # Sobel's kernel weighs 8
    return float(cv2.norm(one, two, cv2.NORM_L1)) / max(slope, 1.0)


def mean(plane: npt.NDArray[Any], where: npt.NDArray[np.bool_] | None = None) -> float:
    """Average a (H, W) map, over the pixels marked in `where` if given, none below 0 then; 0 where none is marked."""
    if where is None:
        return float(cv2.mean(plane)[0])
    mask = where.view(np.uint8)
    return float(cv2.norm(plane, cv2.NORM_L1, mask)) / max(1, cv2.countNonZero(mask))  # faster than the masked mean


def patches(plane: npt.NDArray[Any], side: int = PATCH) -> Map:
    """Average a (H, W) map over patches of about `side` pixels each way, float32 (rows, columns); at least one."""
    height, width = plane.shape
    size = (max(1, width // side), max(1, height // side))
    return np.asarray(cv2.resize(np.asarray(plane, np.float32), size, interpolation=cv2.INTER_AREA))


def middle(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give the median over the last axis; of some hundred values ten times as fast as numpy's."""
    order = np.sort(values, axis=-1)
    count = order.shape[-1]
    return np.asarray((order[..., (count - 1) // 2] + order[..., count // 2]) / order.dtype.type(2))


def average(planes: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Average a (H, W, C) map over its pixels: (C,), C at most 4."""
    return np.array(cv2.mean(planes)[: planes.shape[2]])


def shrunk(luma: Luma) -> Luma:
    """Give a picture as 16x9 means, uint8 (9, 16)."""
    return np.asarray(cv2.resize(luma, (16, 9), interpolation=cv2.INTER_AREA), np.uint8)


def worst_patches(plane: npt.NDArray[Any]) -> float:
    """Average a (H, W) map over the worst tenth of its patches."""
    return worst_tenth(patches(plane))


def worst_tenth(values: npt.NDArray[Any]) -> float:
    """Average the largest tenth of values, at least one."""
    count = -(-values.size // 10)
    return float(np.add.reduce(np.sort(values, axis=None)[-count:])) / count


def _halved(plane: Map) -> Map:
    """Average a float32 (H, W) map over 2x2 pixels, which has a path of its own: 4x in two steps is much faster."""
    height, width = plane.shape
    return np.asarray(cv2.resize(plane, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.float32)


def _whole(plane: Luma) -> Luma:
    """Cut a plane to whole windows around its middle: their means are three times faster than of others."""
    spare = [side % WINDOW for side in plane.shape]
    lines, columns = (slice(one // 2, side - (one + 1) // 2) for one, side in zip(spare, plane.shape, strict=True))
    return plane[lines, columns]


def _windows(planes: Map) -> Map:
    """Average (N, H, W) maps over their windows, all at once, one below the other."""
    count, height, width = planes.shape
    low = _halved(_halved(planes.reshape(count * height, width)))
    return low.reshape(count, height // WINDOW, width // WINDOW)
