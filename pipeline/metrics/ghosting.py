"""Ghosting: an earlier picture that shines through a later one."""

from typing import ClassVar

from pipeline.ports import Pair


class Ghosting:
    """How much likelier a change comes back after some frames than after one fewer or more: the largest such excess.

    A double exposure repeats what changed `lag` frames ago in the same places, so the correlation of changes has a
    peak at that lag; of what merely moves slowly it falls evenly.
    """

    name: ClassVar[str] = "ghosting"
    unit: ClassVar[str] = "correlation"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure one pair, 0..1; 0 while fewer than three pairs lie before it."""
        lags = pair.echoes
        peaks = [here - max(before, after) for before, here, after in zip(lags, lags[1:], lags[2:], strict=False)]
        return max(0.0, *peaks) if peaks else 0.0
