"""Noise: how much of it is in a frame, and a frame without it."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.steady import Settled, shown

BLOCK = 16

CALM = 10
"""Percent of the blocks, the calmest, that hold nothing but noise."""

BIAS = 1.08
"""By how much the calmest blocks of pure noise are calmer than all of them."""

UNSEEN, SEEN = 0.7, 1.4
"""Standard deviation of luma, in levels, up to which no noise is seen, and from which on all of it is to go."""

LAPLACIAN_PAIR = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""The difference of two Laplacians: 0 on steps and ramps, six times the deviation of noise."""


def noise_of(frame: Frame) -> float:
    """Estimate the standard deviation of the noise in a frame's luma, in levels.

    Immerkær, "Fast noise variance estimation", Computer Vision and Image Understanding 64(2), 1996, eq. 5, over the
    calmest tenth of the blocks of 16x16 pixels, where there is no texture that would be taken for noise.
    """
    found = cv2.filter2D(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.CV_32F, LAPLACIAN_PAIR)
    height, width = frame.shape[:2]
    size = (max(1, width // BLOCK), max(1, height // BLOCK))
    blocks = cv2.resize(np.abs(found), size, interpolation=cv2.INTER_AREA)
    return BIAS * float(np.sqrt(np.pi / 2) / 6 * np.percentile(blocks, CALM))


def cleaned(settled: Settled, noise: float, strength: float) -> Frame:
    """Round a frame and take the noise out that averaging over time left: the less, the longer a place was averaged.

    Tomasi and Manduchi, "Bilateral filtering for gray and color images", ICCV 1998, over 5x5 pixels.
    """
    frame = shown(settled)
    visible = strength * min(1.0, (noise - UNSEEN) / (SEEN - UNSEEN))
    if visible <= 0.0:
        return frame
    smooth = cv2.bilateralFilter(frame, 5, 6.0 * noise, 2.0)
    height, width = frame.shape[:2]
    share = cv2.resize(_left(settled.age, visible), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.blendLinear(smooth, frame, share, 1.0 - share), np.uint8)


def _left(age: npt.NDArray[np.float32], visible: float) -> npt.NDArray[np.float32]:
    """Give the share of the noise that an average of `age` frames keeps."""
    return np.asarray(visible / np.sqrt(age), np.float32)
