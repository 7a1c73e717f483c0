"""Sharper edges without halos: unsharp masking of luma that stays within what is around."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.screen import LUMA

AMOUNT = 2.0
"""What full strength adds of the detail that is finer than the radius."""

FLOOR = 1.5
"""Detail up to this, in levels, is noise or a soft ramp and is not added."""

MARGIN = 4
"""Levels by which luma may pass the brightest and the darkest place around."""

RADIUS = (1.0, 3.0)
"""Limits of the standard deviation of the blur, in pixels; up to 720 lines it is the lower, then it grows with them."""

Plane = npt.NDArray[np.uint8]


def sharpened(frame: Frame, strength: float) -> Frame:
    """Steepen the edges of a frame, `strength` 0..1; red, green and blue get the same steps, so chroma stays."""
    luma = np.asarray(cv2.transform(frame, LUMA), np.uint8)
    radius = float(np.clip(min(luma.shape) / 720, *RADIUS))
    steps = _steps(luma, radius, AMOUNT * strength)
    side = 2 * max(1, round(radius)) + 1
    around = np.ones((side, side), np.uint8)
    channels = cv2.split(frame)
    up = cv2.min(_room(cv2.dilate(luma, around), luma), cv2.bitwise_not(cv2.max(cv2.max(*channels[:2]), channels[2])))
    down = cv2.min(_room(luma, cv2.erode(luma, around)), cv2.min(cv2.min(*channels[:2]), channels[2]))
    brighter, darker = (cv2.convertScaleAbs(np.maximum(part, 0.0)) for part in (steps, -steps))
    lifted = cv2.add(frame, cv2.cvtColor(cv2.min(brighter, up), cv2.COLOR_GRAY2RGB))
    return np.asarray(cv2.subtract(lifted, cv2.cvtColor(cv2.min(darker, down), cv2.COLOR_GRAY2RGB)), np.uint8)


def _steps(luma: Plane, radius: float, amount: float) -> npt.NDArray[np.float32]:
    """Give what is added to luma, float32 (H, W) levels: detail beyond the floor."""
    plane = luma.astype(np.float32)
    fine = cv2.subtract(plane, cv2.GaussianBlur(plane, (0, 0), radius))
    return np.asarray(amount * (fine - np.clip(fine, -FLOOR, FLOOR)), np.float32)


def _room(above: Any, below: Any) -> Plane:
    """Give how far luma may go that way, in levels."""
    return np.asarray(cv2.add(cv2.subtract(above, below), np.full(below.shape, MARGIN, np.uint8)), np.uint8)
