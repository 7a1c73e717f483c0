"""How often a judge is right, and how sure that is: pairs, the best of many, and good from bad across clips.

Everything is drawn with fixed seeds: the same trials give the same figures.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from bench.faults import FAMILIES, STRENGTHS

DRAWS = 2000
"""Resamples of sources, and draws of one fault of each family."""

Z = 1.96


@dataclass(frozen=True, slots=True)
class Trial:
    """One clip as the judges saw it, our terms, and whether a gate struck.

    `fault` is empty and `strength` 0 for an original.
    """

    source: str
    segment: str
    coded: bool
    fault: str
    strength: int
    scores: Mapping[str, float]
    terms: Mapping[str, float]
    rejected: bool = False

    @property
    def shot(self) -> tuple[str, bool]:
        """What its takes have in common: the segment, and whether it went through a coder."""
        return self.segment, self.coded


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval of 95 %, and how many were asked."""

    value: float
    low: float
    high: float
    count: int


def originals(trials: Iterable[Trial]) -> dict[tuple[str, bool], Trial]:
    return {one.shot: one for one in trials if not one.fault}


def wins(trials: Sequence[Trial], judge: str) -> list[tuple[Trial, bool]]:
    """Tell of every degraded clip whether its original scores higher; a tie is lost."""
    best = originals(trials)
    return [(one, best[one.shot].scores[judge] > one.scores[judge]) for one in trials if one.fault]


def wilson(won: Sequence[bool]) -> Share:
    """Give a share of independent tries with Wilson's interval (JASA 22, 1927)."""
    n, p = len(won), float(np.mean(won))
    middle, half = (p + Z * Z / (2 * n)), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Share(p, (middle - half) / (1 + Z * Z / n), (middle + half) / (1 + Z * Z / n), n)


def by_source(told: Sequence[tuple[Trial, float]]) -> Share:
    """Average over all trials, with a bootstrap over sources: clips of one source are no independent witnesses."""
    sources = sorted({one.source for one, _ in told})
    sums = np.array([[sum(value for one, value in told if one.source == name) for name in sources]]).ravel()
    counts = np.array([sum(one.source == name for one, _ in told) for name in sources])
    rng = np.random.default_rng(7)
    drawn = rng.integers(0, len(sources), (DRAWS, len(sources)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Share(float(sums.sum() / counts.sum()), float(low), float(high), int(counts.sum()))


def pairwise(trials: Sequence[Trial], judge: str) -> Share:
    """Say how often an original beats its degraded copy."""
    return by_source([(one, float(won)) for one, won in wins(trials, judge)])


def table(trials: Sequence[Trial], judge: str) -> dict[str, dict[int, Share]]:
    """Give the same by fault and strength."""
    told = wins(trials, judge)
    faults = dict.fromkeys(one.fault for one, _ in told)
    return {
        fault: {
            level: wilson([won for one, won in told if (one.fault, one.strength) == (fault, level)])
            for level in STRENGTHS
        }
        for fault in faults
    }


def first_of_all(trials: Sequence[Trial], judge: str, strength: int) -> Share:
    """Say how often the original is first among itself and every fault at a strength."""
    rivals = _by_shot(trials, lambda one: one.strength == strength)
    best = originals(trials)
    return by_source(
        [
            (best[shot], float(all(best[shot].scores[judge] > one.scores[judge] for one in others)))
            for shot, others in rivals.items()
        ]
    )


def first_of_families(trials: Sequence[Trial], judge: str) -> Share:
    """Say how often the original is first among itself and one random fault of each family, of random strength."""
    family_of = {fault.__name__: family for family, faults in FAMILIES.items() for fault in faults}
    best, told = originals(trials), []
    rng = np.random.default_rng(11)
    for shot, others in _by_shot(trials, lambda _: True).items():
        lost = {family: [] for family in FAMILIES}
        for one in others:
            lost[family_of[one.fault]].append(best[shot].scores[judge] <= one.scores[judge])
        drawn = [np.array(each)[rng.integers(0, len(each), DRAWS)] for each in lost.values() if each]
        told.append((best[shot], float(1.0 - np.any(drawn, axis=0).mean())))
    return by_source(told)


def static_first(trials: Sequence[Trial], judge: str) -> int:
    """Count the shots in which a clip that stands still throughout is ranked before the original that moves."""
    best = originals(trials)
    still = [one for one in trials if (one.fault, one.strength) == ("frozen", STRENGTHS[-1])]
    return sum(one.scores[judge] >= best[one.shot].scores[judge] for one in still)


def across(trials: Sequence[Trial], judge: str) -> float:
    """Give the area under the ROC curve: an original of any clip against a degraded copy of any other."""
    good = np.array([one.scores[judge] for one in trials if not one.fault])
    bad = np.array([one.scores[judge] for one in trials if one.fault])
    return float((good[:, None] > bad).mean() + 0.5 * (good[:, None] == bad).mean())


def _by_shot(trials: Sequence[Trial], kept: Callable[[Trial], bool]) -> dict[tuple[str, bool], list[Trial]]:
    found: dict[tuple[str, bool], list[Trial]] = {}
    for one in trials:
        if one.fault and kept(one):
            found.setdefault(one.shot, []).append(one)
    return found
