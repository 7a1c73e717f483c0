"""What colours do: how saturated a frame is, how fine its tints are, and how they turn along the motion."""

from math import atan2

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.vision.flow import Flow, fetched, grid

Tints = npt.NDArray[np.float32]
"""float32 (H, W, 2): Cb and Cr, 0 = grey."""

GREY = 60.0
"""Squared chroma, in levels, that is counted as a colour that stays: noise on grey has no hue."""


def tints(blue: npt.NDArray[np.uint8], red: npt.NDArray[np.uint8]) -> Tints:
    """Lay both chroma planes, uint8 (H, W), side by side, grey at 0."""
    return np.subtract(cv2.merge([blue, red]), np.float32(128))


def saturation(of: Tints) -> float:
    """Give the mean distance from grey, in levels."""
    squares = of * of
    return float(cv2.mean(np.sqrt(squares[..., 0] + squares[..., 1]))[0])  # OpenCV's has other bits by where arrays lie


def turned(first: Tints, second: Tints, motion: Flow, scale: float) -> float:
    """Give the angle in radians by which the colours of `first` turn on their way along `motion` into `second`.

    The angle of the sum over all places of b times a conjugate, colours as complex numbers Cb + i Cr: saturated places
    tell most, and grey ones nothing. `motion` may be of another size; `scale` is how many places make a pixel of it.
    """
    height, width = first.shape[:2]
    small = motion if motion.shape[:2] == (height, width) else cv2.resize(motion, (width, height))
    there = fetched(second, np.asarray(cv2.scaleAdd(small, scale, grid(height, width)), np.float32))
    along, across = cv2.sumElems(cv2.mulSpectrums(there, first, 0, conjB=True))[:2]
    return atan2(across, abs(along) + GREY * height * width)
