"""The takes of a whole film chosen together: the best sum of scores less what is seen at the cuts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.choose.joins import WORDS, join
from pipeline.model import Card, Choice


@dataclass(frozen=True, slots=True)
class Candidate:
    """A shot in film order: the choice made for it alone, and the cards of the takes it may have instead.

    Only its own where it is fixed: picked by the producer, shown again, or gone on from by another shot.
    """

    shot: str
    alone: Choice
    cards: Mapping[int, Card]


@dataclass(frozen=True, slots=True)
class Cut:
    """How a shot joins the one before it: by a hard cut, or gone on from its last frame (`chained`).

    In a transition nothing of this is seen.
    """

    hard: bool = True
    chained: bool = False


def together(shots: Sequence[Candidate], cuts: Sequence[Cut], weights: Mapping[str, float]) -> dict[str, Choice]:
    """Choose the takes of neighbouring shots together, by `weights` of what is seen at their cuts.

    `cuts` lie between the shots, one fewer than these. Scores add up, joins are taken away (Viterbi, IEEE Trans. Inf.
    Theory 13, 1967: time grows with shots x takes^2). Of equal sums the one with the lowest numbers is taken. A shot
    whose take stays keeps its reason.
    """
    if not shots:
        return {}
    paths: dict[int, tuple[float, tuple[int, ...]]] = {
        take: (card.score, (take,)) for take, card in sorted(shots[0].cards.items())
    }
    for before, after, cut in zip(shots[:-1], shots[1:], cuts, strict=True):
        paths = {take: _best(before, after, take, cut, paths, weights) for take in sorted(after.cards)}
    chosen = min(paths.values(), key=lambda one: (-one[0], one[1]))[1]
    takes = dict(zip((one.shot for one in shots), chosen, strict=True))
    return {
        one.shot: one.alone if takes[one.shot] == one.alone.take else _told(place, shots, cuts, takes, weights)
        for place, one in enumerate(shots)
    }


def _best(
    before: Candidate,
    after: Candidate,
    take: int,
    cut: Cut,
    paths: Mapping[int, tuple[float, tuple[int, ...]]],
    weights: Mapping[str, float],
) -> tuple[float, tuple[int, ...]]:
    card = after.cards[take]
    sums = [
        (worth + card.score - sum(_join(before.cards[end], card, cut, weights).values()), (*path, take))
        for end, (worth, path) in paths.items()
    ]
    return min(sums, key=lambda one: (-one[0], one[1]))


def _join(before: Card, after: Card, cut: Cut, weights: Mapping[str, float]) -> dict[str, float]:
    if not cut.hard or before.ends is None or after.ends is None:
        return {}
    return join(before.ends[1], after.ends[0], weights, chained=cut.chained)


def _told(
    place: int, shots: Sequence[Candidate], cuts: Sequence[Cut], takes: Mapping[str, int], weights: Mapping[str, float]
) -> Choice:
    """Say what a take gains at its cuts over the one that scores best."""
    one = shots[place]
    mine, alone = takes[one.shot], one.alone.take
    gains: dict[tuple[str, str], float] = {}
    for other in (place - 1, place + 1):
        if 0 <= other < len(shots):
            beside = shots[other]
            card, cut = beside.cards[takes[beside.shot]], cuts[min(place, other)]
            two = [(card, one.cards[take]) if other < place else (one.cards[take], card) for take in (alone, mine)]
            before, after = (_join(*cards, cut, weights) for cards in two)
            gains |= {(name, beside.shot): cost - after[name] for name, cost in before.items()}
    name, neighbour = max(gains, key=lambda key: gains[key])
    scores = f"score {one.cards[mine].score:.2f}; take {alone} alone has {one.cards[alone].score:.2f}"
    return Choice(mine, "score", f"take {mine}: joins '{neighbour}' better, {WORDS[name]} ({scores})")
