"""The colours of a clip as a value, and the one affine that brings a clip's colours towards another's."""

from collections.abc import Iterable, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.model import ColourStats, Grade
from pipeline.ports import Frame

GAIN = (0.5, 2.0)
"""A grade never stretches or flattens a colour direction beyond this: stretched noise looks worse than a mismatch."""

FLOOR = 4.0
"""Added to every variance (levels squared): a flat clip has no spread to measure, only rounding."""

PAIRS = ((0, 1), (0, 2), (1, 2))
"""Channels that vary together."""

Matrix = npt.NDArray[np.float64]

RGB = np.eye(3, 4)
"""What makes R, G, B of channels that are just these."""


class Colours:
    """Mean and covariance of three channels, gathered frame by frame in constant memory, in whole numbers."""

    def __init__(self) -> None:
        self._pixels = 0
        self._sum = np.zeros(3)
        self._products = np.zeros(6)

    def add(self, planes: Sequence[npt.NDArray[Any]]) -> Matrix:
        """Count every pixel of three channels, uint8 (H, W) each, and give their means here, (3,).

        Small frames do: the moments hardly change.
        """
        self._pixels += planes[0].size
        here = np.array([cv2.norm(one, cv2.NORM_L1) for one in planes])
        self._sum += here
        squares = [cv2.norm(one, cv2.NORM_L2SQR) for one in planes]
        apart = [cv2.norm(planes[i], planes[j], cv2.NORM_L2SQR) for i, j in PAIRS]
        mixed = [(squares[i] + squares[j] - one) / 2.0 for (i, j), one in zip(PAIRS, apart, strict=True)]
        self._products += [*squares, *mixed]
        return here / planes[0].size

    def stats(self, to_rgb: Matrix = RGB) -> ColourStats:
        """Give the moments of R, G, B so far in levels 0..255, rounded to 1e-4; black without spread before any frame.

        `to_rgb`, (3, 4), is the affine that makes R, G, B of the channels.
        """
        if not self._pixels:
            return ColourStats((0.0, 0.0, 0.0), (0.0,) * 9)
        mean = self._sum / self._pixels
        products = np.diag(self._products[:3])
        for (i, j), mixed in zip(PAIRS, self._products[3:], strict=True):
            products[i, j] = products[j, i] = mixed
        covariance = products / self._pixels - np.outer(mean, mean)
        linear = to_rgb[:, :3]
        red, green, blue = (round(float(value), 4) for value in np.clip(mapped(mean, to_rgb), 0.0, 255.0))
        return ColourStats((red, green, blue), _rounded(np.einsum("rc,cd,sd->rs", linear, covariance, linear)))


def mapped(colours: Matrix, affine: Matrix) -> Matrix:
    """Bring colours (..., 3) through an affine (3, 4)."""
    return np.asarray(np.einsum("...c,rc->...r", colours, affine[:, :3]) + affine[:, 3])


def stats_of(frames: Iterable[Frame]) -> ColourStats:
    """Measure the colours of a whole stream, uint8 (H, W, 3) RGB each, holding one frame at a time."""
    colours = Colours()
    for frame in frames:
        colours.add(cv2.split(frame))
    return colours.stats()


def match(of: ColourStats, towards: ColourStats, strength: float = 1.0) -> Grade:
    """Give the affine that moves the colours `of` a clip `towards` another's: Monge-Kantorovich, `strength` 0..1.

    T = A^-1/2 (A^1/2 B A^1/2)^1/2 A^-1/2, the optimal transport between two Gaussians (Pitié and Kokaram,
    "The linear Monge-Kantorovitch linear colour mapping", CVMP 2007), its gains kept inside `GAIN`. Parts of
    the way are (1 - s) I + s T, the straight path of the transport. Rounded to 1e-4.
    """
    transport = _limited(_transport(_covariance(of), _covariance(towards)))
    linear = (1.0 - strength) * np.eye(3) + strength * transport
    goal = (1.0 - strength) * np.array(of.mean) + strength * np.array(towards.mean)
    offset = goal - linear @ np.array(of.mean)
    return Grade(_rounded(np.column_stack([linear, offset])))


def apply(frame: Frame, grade: Grade) -> Frame:
    """Grade one uint8 (H, W, 3) RGB frame; values are rounded and clipped to 0..255. A neutral grade copies nothing."""
    if grade == Grade():
        return frame
    return np.asarray(cv2.transform(frame, np.array(grade.matrix).reshape(3, 4)), dtype=np.uint8)


def cube(grade: Grade, size: int = 33, title: str = "Dailies grade") -> str:
    """Write the grade as a 3D LUT for other programs: Adobe .cube 1.0, red fastest; `title` in plain ASCII.

    Values below 0 and above 1 are kept: programs clip what they interpolate, as `apply` does. Clipped before, the
    grid would round off every corner between clipped and not by up to a quarter of its step (2 levels).
    """
    steps = np.linspace(0.0, 1.0, size)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    matrix = np.array(grade.matrix).reshape(3, 4)
    graded = colours @ matrix[:, :3].T + matrix[:, 3] / 255.0
    head = [f'TITLE "{title}"', f"LUT_3D_SIZE {size}", "DOMAIN_MIN 0.0 0.0 0.0", "DOMAIN_MAX 1.0 1.0 1.0"]
    return "\n".join([*head, *(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in graded.tolist())]) + "\n"


def _covariance(stats: ColourStats) -> Matrix:
    return np.array(stats.covariance).reshape(3, 3) + FLOOR * np.eye(3)


def _transport(source: Matrix, goal: Matrix) -> Matrix:
    root = _power(source, 0.5)
    back = _power(source, -0.5)
    return np.asarray(back @ _power(root @ goal @ root, 0.5) @ back)


def _power(matrix: Matrix, exponent: float) -> Matrix:
    """Raise a symmetric positive matrix to a power; rounding may leave an eigenvalue a hair under zero."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 1e-6) ** exponent) @ vectors.T)


def _limited(transport: Matrix) -> Matrix:
    values, vectors = np.linalg.eigh((transport + transport.T) / 2)
    return np.asarray((vectors * np.clip(values, *GAIN)) @ vectors.T)


def _rounded(matrix: npt.NDArray[Any]) -> tuple[float, ...]:
    return tuple(round(float(value), 4) + 0.0 for value in matrix.ravel())  # + 0.0 turns -0.0 into 0.0
