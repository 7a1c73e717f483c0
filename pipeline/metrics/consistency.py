"""How much what is seen stays the same thing."""

from collections.abc import Sequence

import numpy as np

from pipeline.metrics.learned import Vectors, look
from pipeline.model import Weights
from pipeline.ports import Frame


def consistency(frames: Sequence[Frame], weights: Weights) -> float:
    """Say how much frames look like the first and the one before, by DINOv2: 0..1, 1 where nothing changes.

    VBench's "subject consistency" (Huang et al., CVPR 2024; subject_consistency.py), which asks DINO, not DINOv2, and
    every frame: the numbers do not compare with VBench's.
    """
    return steadiness(look(weights, frames)[0])


def steadiness(seen: Vectors) -> float:
    """Average the cosines, 0 at least, to the first and to the one before, over all but the first; 1 for one alone."""
    if len(seen) < 2:
        return 1.0
    first, before = seen[1:] @ seen[0], (seen[1:] * seen[:-1]).sum(axis=1)
    return float((np.maximum(first, 0.0) + np.maximum(before, 0.0)).mean() / 2)
