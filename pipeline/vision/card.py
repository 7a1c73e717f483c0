"""A card: a plain ground and a picture in its middle."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.model import Size
from pipeline.ports import Frame
from pipeline.vision.text import Colour

SHARE = 0.42
"""Of the short side: as wide and high as a picture may be, so that a crop to another shape (16:9 to 1:1 or 9:16,
filled) never reaches it: filling the tallest shape from the widest leaves 9/16 of the short side."""

_LARGER = 2.0


def plain(size: Size, ground: Colour) -> Frame:
    """Draw the ground alone."""
    return np.full((size.height, size.width, 3), ground, np.uint8)


def card(size: Size, ground: Colour, picture: Frame, opacity: npt.NDArray[np.uint8], middle: float = 0.5) -> Frame:
    """Draw a picture, with `opacity` uint8 (H, W), on a plain ground, its middle at `middle` of the height, 0..1.

    It fills at most SHARE of the short side in both directions; a small picture is enlarged at most twice.
    """
    made = plain(size, ground)
    scale = min(_LARGER, SHARE * min(size.width, size.height) / max(opacity.shape))
    height, width = (max(1, round(side * scale)) for side in opacity.shape)
    cover = opacity.astype(np.float32)[..., None] / 255
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    layers = cv2.resize(np.dstack([picture * cover, cover]), (width, height), interpolation=kind)
    light, cover = np.clip(layers[..., :3], 0, 255), np.clip(layers[..., 3:], 0, 1)
    top, left = round(size.height * middle - height / 2), (size.width - width) // 2
    top = min(max(top, 0), size.height - height)
    part = made[top : top + height, left : left + width]
    part[:] = np.rint(np.clip(light + part * (1 - cover), 0, 255)).astype(np.uint8)
    return made
