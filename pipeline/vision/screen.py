"""What lies over the finished picture besides text: film grain, and bars around a wider or taller picture."""

from fractions import Fraction
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.model import Size
from pipeline.ports import Frame

TILE = 512
STRIP = 32
LUMA = np.array([[0.2126, 0.7152, 0.0722]], dtype=np.float32)
GRAIN_LEVELS = 14.0
"""Standard deviation of luma, in levels, of full grain in the middle tones."""


def inside(size: Size, picture: Fraction | None) -> tuple[int, int, int, int]:
    """Give left, top, width and height, all even, of the picture of shape `picture` within the bars of a film."""
    if picture is None:
        return 0, 0, size.width, size.height
    if picture >= Fraction(size.width, size.height):
        height = min(size.height, 2 * round(size.width / picture / 2))
        return 0, (size.height - height) // 4 * 2, size.width, height
    width = min(size.width, 2 * round(size.height * picture / 2))
    return (size.width - width) // 4 * 2, 0, width, size.height


def bars(frame: Frame, picture: Fraction | None) -> Frame:
    """Draw black bars around the picture, in place; give the frame."""
    height, width = frame.shape[:2]
    left, top, across, down = inside(Size(width, height), picture)
    frame[:top] = 0
    frame[top + down :] = 0
    frame[:, :left] = 0
    frame[:, left + across :] = 0
    return frame


@lru_cache(maxsize=1)
def _tile() -> npt.NDArray[np.float32]:
    """Make one tile of grain, the same on every machine: noise a little softer than a pixel, spread 1."""
    random = np.random.Generator(np.random.PCG64(20_260))
    noise = random.standard_normal((TILE, TILE)).astype(np.float32)
    wrapped = cv2.copyMakeBorder(noise, 8, 8, 8, 8, cv2.BORDER_WRAP)
    soft = cv2.GaussianBlur(wrapped, (0, 0), 0.7)[8:-8, 8:-8]
    return np.asarray(soft / soft.std(), dtype=np.float32)


@lru_cache(maxsize=4)
def _field(height: int, width: int, strength: float) -> tuple[Frame, Frame]:
    """Give grain for more than a frame, (H, W) levels that brighten and that darken: every frame cuts out its part."""
    times = (-(-(height + TILE) // TILE), -(-(width + TILE) // TILE))
    levels = np.tile(np.clip(np.rint(_tile() * GRAIN_LEVELS * strength), -127, 127).astype(np.int8), times)
    return np.maximum(levels, 0).astype(np.uint8), np.maximum(-levels, 0).astype(np.uint8)


def grain(frame: Frame, strength: float, k: int) -> Frame:
    """Lay film grain over a frame; frames of one number `k` have the same grain, always.

    Strongest in the middle tones, none in black and white, alike in red, green and blue. It is laid strip by strip, so
    that what is made on the way stays in the processor's cache.
    """
    height, width = frame.shape[:2]
    down, across = (k * 197) % TILE, (k * 331) % TILE
    brighter, darker = (one[down : down + height, across : across + width] for one in _field(height, width, strength))
    made = np.empty_like(frame)
    for top in range(0, height, STRIP):
        rows = slice(top, top + STRIP)
        share = np.asarray(cv2.LUT(cv2.transform(frame[rows], LUMA), _response()), dtype=np.uint8)
        cv2.add(frame[rows], _shown(brighter[rows], share), dst=made[rows])
        cv2.subtract(made[rows], _shown(darker[rows], share), dst=made[rows])
    return made


def _shown(levels: Frame, share: Frame) -> Frame:
    """Give levels (H, W) by their share, 0..255, alike in three channels."""
    return np.asarray(cv2.cvtColor(cv2.multiply(levels, share, scale=1 / 255), cv2.COLOR_GRAY2RGB), dtype=np.uint8)


@lru_cache(maxsize=1)
def _response() -> npt.NDArray[np.uint8]:
    level = np.arange(256) / 255
    return np.asarray(np.rint(255 * np.sqrt(4 * level * (1 - level))), dtype=np.uint8)
