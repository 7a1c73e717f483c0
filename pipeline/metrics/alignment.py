"""How well the pictures show what was asked for."""

from collections.abc import Sequence

import numpy as np

from pipeline.metrics.learned import look
from pipeline.model import Weights
from pipeline.ports import Frame

SCALE = 2.5
"""Stretches the cosines of CLIP, which seldom exceed 0.4, to about 0..1."""


def alignment(frames: Sequence[Frame], words: str, weights: Weights) -> float:
    """Average 2.5 x max(cosine, 0) of each frame and the words: 0..2.5, higher is better, CLIP seldom exceeds 1.

    CLIPScore (Hessel et al., EMNLP 2021, section 3) without the "A photo depicts" that it puts before a caption.
    SigLIP is measured by the same cosine, since its probability says whether picture and words belong together at all
    and not how well; its cosines are smaller, so numbers of one model compare with none of another's.
    """
    seen, read = look(weights, frames, [words])
    return float(SCALE * np.maximum(seen @ read[0], 0.0).mean())
