"""Banding: few levels of brightness where there should be many."""

from typing import ClassVar

from pipeline.ports import Pair


class Banding:
    """How unevenly levels of luma are used: 0 evenly, towards 2 where few are."""

    name: ClassVar[str] = "banding"
    unit: ClassVar[str] = "share"
    lower_is_better: ClassVar[bool] = True

    def __call__(self, pair: Pair) -> float:
        """Measure the first frame of a pair."""
        return pair.stills[1].bands
