"""Weights fitted to pairs of original and degraded, and what they are worth on sources that they never saw."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from bench.scoring.agreement import Trial, originals
from pipeline.score import learning
from pipeline.score.combination import total, weighed
from pipeline.score.parameters import KIND, parameters

OURS, SHIPPED = NAMES = ("ours", "ours as shipped")
HOLD = 30.0
"""Undecided pairs that it takes to move a weight by about 1."""

EVEN = 1.0
"""What every term weighs before anything was fitted."""


def fitted(trials: Sequence[Trial]) -> dict[str, float]:
    """Fit weights to pairs: each of the originals of a shot against each of its degraded copies."""
    best, terms = originals(trials), list(parameters())
    rows = [[one.terms[name] - best[one.shot].terms[name] for name in terms] for one in trials if one.fault]
    found = learning.fit(np.array(rows), np.full(len(terms), EVEN), HOLD)
    return dict(zip(terms, found.tolist(), strict=True))


def judged(trials: Sequence[Trial], tuned: Collection[str]) -> list[Trial]:
    """Add our score to every trial: by weights that never saw its source, and as shipped."""
    shipped = {name: one.weight for name, one in parameters().items()}
    by_source = {
        name: fitted([one for one in trials if one.source in tuned and one.source != name])
        for name in dict.fromkeys(one.source for one in trials)
    }
    return [
        replace(one, scores={OURS: _score(one, by_source[one.source]), SHIPPED: _score(one, shipped), **one.scores})
        for one in trials
    ]


def _score(trial: Trial, weights: Mapping[str, float]) -> float:
    """Give our judgement as choosing uses it: what a gate rejects comes after all that none does."""
    return total(weighed(trial.terms, weights)) - float(trial.rejected)


def written(trials: Sequence[Trial]) -> str:
    """Give parameters.yaml anew: what is visible stays, weights are fitted to trials."""
    weights = fitted(trials)
    names = sorted({one.source for one in trials})
    pairs = sum(1 for one in trials if one.fault)
    head = [
        "# Written by `python bench/score.py --fit pipeline/score/parameters.yaml`.",
        f"# Fitted to {pairs} pairs of {len(names)} sources: {', '.join(names)}.",
        f"kind: {KIND}",
        "terms: # natural: what good footage has; visible: how much more is clearly seen; weight: what it counts",
    ]
    known = parameters()
    lines = [
        f"  {name}: {{natural: {one.natural:g}, visible: {one.visible:g}, weight: {weights[name]:.3f}}}"
        for name, one in known.items()
    ]
    return "\n".join([*head, *lines]) + "\n"
