"""Weights of the score from pairs of which one was preferred: few numbers, never negative, near what they were.

A pair is a row of differences: the terms of the clip left behind less those of the one preferred. It is judged right
where the weighted sum is above 0.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Pairs = npt.NDArray[np.float64]
"""float64 (pairs, terms)."""

Vector = npt.NDArray[np.float64]

FOLDS = 5

SHARPNESS = 2.0
"""How sure a difference of 1 in the weighted sum makes: preferred with odds of e^2."""


def fit(pairs: Pairs, usual: Vector, hold: float, counts: Vector | None = None) -> Vector:
    """Fit weights >= 0 by logistic regression on differences (Bradley and Terry, Biometrika 39, 1952).

    Minimises sum counts x ln(1 + exp(-SHARPNESS pairs @ w)) + hold x |w - usual|^2 / 2; `hold` is how many undecided
    pairs it takes to move a weight by about 1. `counts` says how much each pair counts, 1 if not given.
    """
    from scipy.optimize import minimize

    shares = np.ones(len(pairs)) if counts is None else counts
    sharp = SHARPNESS * pairs

    def loss(weights: Vector) -> tuple[float, Vector]:
        margins = sharp @ weights
        away = weights - usual
        value = float(shares @ np.logaddexp(0.0, -margins)) + hold * float(away @ away) / 2.0
        doubt = shares * np.exp(-np.logaddexp(0.0, margins))
        return value, hold * away - sharp.T @ doubt

    found = minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(usual))
    return np.asarray(found.x)


def agreement(pairs: Pairs, weights: Vector, counts: Vector | None = None) -> float:
    """Say how much of the pairs weights judge right, 0..1; NaN without any."""
    if not len(pairs):
        return float("nan")
    right = (pairs @ weights > 0.0).astype(np.float64)
    return float(np.average(right, weights=counts))


def held_out(
    pairs: Pairs, groups: Sequence[int], usual: Vector, hold: float, counts: Vector | None = None
) -> tuple[float, float]:
    """Give the agreement of `usual` and of fitted weights, each pair judged by weights that never saw its group.

    Groups (a shot's picks) are dealt to at most five folds in turn.
    """
    fold = np.asarray(groups) % FOLDS
    shares = np.ones(len(pairs)) if counts is None else counts
    right = np.zeros(len(pairs))
    for one in np.unique(fold):
        here = fold == one
        weights = fit(pairs[~here], usual, hold, shares[~here])
        right[here] = pairs[here] @ weights > 0.0
    return agreement(pairs, usual, shares), float(np.average(right, weights=shares))
