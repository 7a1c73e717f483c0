"""Dense optical flow, warping, visibility. Flow is float32 (H, W, 2) in pixels: x goes to x + flow(x)."""

from functools import lru_cache
from threading import get_ident
from typing import Any, Literal, cast

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Flow = npt.NDArray[np.float32]
Preset = Literal["quarter", "ultrafast", "fast", "medium"]
"""OpenCV's own; `quarter`: ultrafast for pictures of a quarter of the size, whose every place is told, with a third
fewer patches: the same field for less than half of the time."""

_PRESETS = {
    "quarter": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "back": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
}


@lru_cache(maxsize=16)
def _engine(way: str, shape: tuple[int, ...], thread: int) -> cv2.DISOpticalFlow:  # noqa: ARG001 - it keeps state
    """Keep one engine a kind, size and thread: it keeps the scales of a small picture, and a flow it ever began at."""
    engine = cv2.DISOpticalFlow.create(_PRESETS[way])
    if way in {"quarter", "back"}:
        engine.setFinestScale(0)
        engine.setPatchStride(6)
    if way == "back":
        engine.setCoarsestScale(0)
        engine.setGradientDescentIterations(6)
        engine.setUseSpatialPropagation(False)
    return engine


def flow(first: Luma, second: Luma, preset: Preset = "ultrafast") -> Flow:
    """Estimate motion from `first` to `second`, uint8 (H, W), by DIS (Kroeger et al., ECCV 2016)."""
    one, two = np.ascontiguousarray(first), np.ascontiguousarray(second)  # parts of a larger picture are refused
    found = _engine(preset, one.shape, get_ident()).calc(one, two, cast("Any", None))
    return np.asarray(found, dtype=np.float32)


def flow_back(first: Luma, second: Luma, onward: Flow) -> Flow:
    """Estimate motion from `second` back to `first` beside the one `onward`, both of a quarter of the size.

    The search begins at its opposite, on one scale, and leaves that where there is better: two thirds of the time.
    """
    one, two = np.ascontiguousarray(first), np.ascontiguousarray(second)
    return np.asarray(_engine("back", one.shape, get_ident()).calc(two, one, -onward), np.float32)


@lru_cache(maxsize=16)
def grid(height: int, width: int) -> Flow:
    """Give the pixel coordinates (H, W, 2), x then y."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.ascontiguousarray(np.stack([xs, ys], axis=-1))


def warp(image: npt.NDArray[Any], motion: Flow, scale: float = 1.0) -> npt.NDArray[Any]:
    """Fetch `image` at x + motion(x), bilinear, borders repeated; same dtype as `image`.

    The field may be smaller than the image; its vectors times `scale` are in pixels of the image.
    """
    height, width = image.shape[:2]
    wide = motion if motion.shape[:2] == (height, width) else cv2.resize(motion, (width, height))
    return fetched(image, np.asarray(cv2.scaleAdd(wide, scale, grid(height, width)), np.float32))


def visible(forward: Flow, backward: Flow, every: int = 1) -> npt.NDArray[np.bool_]:
    """Mark pixels of the first frame that are seen in the second, by forward-backward consistency.

    With `every` > 1 only each such pixel of each such line is asked, and the mask is that much smaller.
    """
    asked = np.ascontiguousarray(forward[::every, ::every])
    return _leads_back(asked, fetched(backward, grid(*forward.shape[:2])[::every, ::every] + asked))


def found_again(forward: Flow, backward: Flow, scale: float) -> npt.NDArray[np.bool_]:
    """Mark the same in fields that are smaller than the picture: `scale` places a pixel, vectors in its pixels."""
    where = np.asarray(cv2.scaleAdd(forward, scale, grid(*forward.shape[:2])), np.float32)
    return _leads_back(forward, fetched(backward, where))


def _leads_back(forward: Flow, back: Flow) -> npt.NDArray[np.bool_]:
    """Mark where a vector and the one at its goal cancel out.

    |F + B(x+F)|^2 <= 0.01 (|F|^2 + |B(x+F)|^2) + 0.5 (Sundaram, Brox, Keutzer, ECCV 2010, eq. 5).
    """
    sizes = speed(forward) ** 2 + speed(back) ** 2
    return np.asarray(speed(forward + back) ** 2 <= 0.01 * sizes + 0.5)


def speed(motion: Flow) -> npt.NDArray[np.float32]:
    """Give the length of every flow vector, (H, W), in pixels."""
    return np.asarray(np.abs(motion.view(np.complex64)[..., 0]))  # many times faster than a sum over the last axis


def fetched(image: npt.NDArray[Any], where: Flow) -> npt.NDArray[Any]:
    """Fetch `image` at places in pixels, (H, W, 2), bilinear, borders repeated; same dtype as `image`."""
    return np.asarray(cv2.remap(image, where, cast("Any", None), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
