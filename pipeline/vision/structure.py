"""How alike two pictures are in structure."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]

WINDOW = (4, 4)
"""Of means over 2x2 pixels: 8x8 pixels, as in the paper."""

PATCH = 20

C1 = (0.01 * 255) ** 2
C2 = (0.03 * 255) ** 2


def likeness(first: Luma, second: Luma) -> Map:
    """Give the SSIM map of two uint8 (H, W) planes, 1 where they are equal, down to -1; its sides are half of theirs.

    Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment", IEEE TIP 13(4), 2004, eq. 13, with uniform 8x8 windows
    at every second pixel: half the work of every pixel, the same mean.
    """
    one, two = first.astype(np.float32), second.astype(np.float32)
    mean_a, mean_b = _mean(one), _mean(two)
    product = mean_a * mean_b
    squares = mean_a * mean_a + mean_b * mean_b
    powers = _mean(one * one) + _mean(two * two)
    covariance = _mean(one * two) - product
    top = (2.0 * product + C1) * (2.0 * covariance + C2)
    bottom = (squares + C1) * (powers - squares + C2)
    return np.asarray(top / bottom, dtype=np.float32)


def detail(luma: Luma) -> float:
    """Measure fine structure: the mean |Laplacian| of a uint8 (H, W) plane, 0 for a flat one."""
    edges = cv2.Laplacian(luma, cv2.CV_16S)
    return float(cv2.norm(edges, cv2.NORM_L1) / luma.size)


def bands(luma: Luma) -> float:
    """Say how uneven the levels of a uint8 (H, W) plane are used: 0 evenly, towards 2 where few are.

    The sum over all levels of |share - mean share of the 9 levels around|.
    """
    counts = np.bincount(luma.ravel(), minlength=256) / luma.size
    padded = np.concatenate([np.zeros(4), counts, np.zeros(4)])
    around = np.convolve(padded, np.full(9, 1 / 9), "valid")
    return float(np.abs(counts - around).sum())


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
    """Average a (H, W) map, over the pixels marked in `where` if given; 0 where none is marked."""
    mask = None if where is None else where.view(np.uint8)
    return float(cv2.mean(plane, mask)[0])


def patches(plane: npt.NDArray[Any]) -> Map:
    """Average a (H, W) map over patches of about 20x20 pixels, float32 (rows, columns); at least one."""
    height, width = plane.shape
    size = (max(1, width // PATCH), max(1, height // PATCH))
    return np.asarray(cv2.resize(plane.astype(np.float32), size, interpolation=cv2.INTER_AREA))


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
    return float(np.partition(values.ravel(), -count)[-count:].mean())


def _mean(plane: Map) -> Map:
    height, width = plane.shape
    half = cv2.resize(plane, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.boxFilter(half, cv2.CV_32F, WINDOW, borderType=cv2.BORDER_REPLICATE))
