"""From a clip to its card: one decode, every feature, the gates, one number, colours and thumbnails."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from os import cpu_count
from pathlib import Path

from pipeline.choose import ranked as rank
from pipeline.errors import MediaInvalid
from pipeline.media.clock import clock
from pipeline.media.planes import Planes, planes
from pipeline.metrics.learned import Unusable
from pipeline.model import Amount, Card, Rejection, Spec
from pipeline.ports import Frame
from pipeline.score.cards import card_from_json, card_to_json, card_values
from pipeline.score.combination import combine, total, weighed
from pipeline.score.curves import curves
from pipeline.score.ends import ends
from pipeline.score.gates import USUAL, Limits, gates, unlike
from pipeline.score.locate import spots
from pipeline.score.optional import Learned, learned, unusable
from pipeline.score.optional import features as seen
from pipeline.score.parameters import usual
from pipeline.score.readings import Readings, Strip, read
from pipeline.score.window import best_window
from pipeline.stages import ahead
from pipeline.vision.colour import Colours

__all__ = [
    "VERSION",
    "Learned",
    "Measured",
    "Unusable",
    "best_window",
    "card_from_json",
    "card_to_json",
    "card_values",
    "combine",
    "learned",
    "measure",
    "measure_frames",
    "rank",
    "reweighed",
    "total",
    "undecodable",
    "unusable",
]

VERSION = 7
"""Goes up whenever a number on a card may change: cards are then measured again, takes are kept."""


AHEAD = 8
"""Frames decoded before they are measured: 11 MB at 720p, 100 MB at 2160p. With fewer one waits for the other."""

NOTABLE = 0.25
"""What a term must cost for its places to be marked: about 3 % of the score."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A clip's card, and its strip: 8 thumbnails from first to last frame side by side, each 160 wide."""

    card: Card
    strip: Frame


def measure(
    path: Path,
    motion: Amount | None = None,
    allow: Collection[str] = (),
    more: Sequence[Learned] = (),
    limits: Limits = USUAL,
    promised: Spec | None = None,
) -> Measured:
    """Measure a clip in one decode; `motion` is what the shot asked for, and None asks for nothing.

    `allow` names gates whose fault is meant: they reject nothing, and what they find costs nothing. `limits` say where
    gates begin to reject; a clip that is not what was `promised` is rejected too. `more` are features by trained
    models, which weigh nothing in the score; 8 frames are decoded a second time for them.

    Raises:
        MediaInvalid: no clip, or one that cannot be decoded.
        Unusable: the weights of one of `more` cannot be loaded.
    """
    time = clock(path)
    found = seen(path, time.frames, more)
    decoded = partial(planes, path, cores=max(1, (cpu_count() or 1) - 1))  # one is left for what measures
    with closing(ahead(decoded, "planes", AHEAD)) as given:
        readings = read(given, float(time.rate))
    if readings is None:
        raise MediaInvalid(f"{path.name} holds no picture", cure="give a video file")
    card = _card(readings, Spec(readings.size, time.rate, readings.frames), motion, allow, limits)
    struck = unlike(card.spec, promised) if promised else ()
    whole = replace(card, features=dict(card.features) | found, rejected=(*struck, *card.rejected))
    return Measured(whole, readings.strip)


def measure_frames(
    frames: Iterable[Planes],
    rate: Fraction = Fraction(24),
    motion: Amount | None = None,
    allow: Collection[str] = (),
    limits: Limits = USUAL,
) -> Measured:
    """Measure a stream of planes, as `measure` does a file.

    Raises:
        MediaInvalid: the stream is empty.
    """
    readings = read(frames, float(rate))
    if readings is None:
        raise MediaInvalid("there is no frame to measure", cure="give at least one")
    card = _card(readings, Spec(readings.size, rate, readings.frames), motion, allow, limits)
    return Measured(card, readings.strip)


def undecodable(promised: Spec, why: str) -> Measured:
    """Give the card of a clip that cannot be decoded, and an empty strip: rejected, and nothing is known of it."""
    struck = Rejection("undecodable", 0, promised.frames, why)
    return Measured(Card(promised, 0.0, {}, {}, (struck,), Colours().stats()), Strip().picture())


def reweighed(card: Card, weights: Mapping[str, float]) -> Card:
    """Give a card as other weights judge it; nothing is measured again."""
    costs = weighed(card.terms, weights)
    told = {name: weights[name] for name, cost in costs.items() if cost >= NOTABLE}
    return replace(card, costs=costs, score=total(costs), worst=spots(card.curves, told))


def _card(readings: Readings, spec: Spec, motion: Amount | None, allow: Collection[str], limits: Limits) -> Card:
    found = gates(readings, spec.rate, motion, limits)
    card = Card(
        spec=spec,
        score=0.0,
        terms=combine(readings, motion, allow),
        features=_features(readings),
        rejected=tuple(one for one in found if one.gate not in allow),
        colours=readings.colours,
        curves=curves(readings, motion, allow),
        ends=ends(readings.tints, readings.flows, readings.edges, spec.rate),
    )
    return reweighed(card, usual())


def _features(readings: Readings) -> dict[str, float]:
    """Give the mean of every feature over the clip, in its own unit, and the mean level, spread and detail."""
    means = {name: float(series.mean()) if len(series) else 0.0 for name, series in readings.features.items()}
    frame = {"level": readings.level, "spread": readings.spread, "detail": readings.detail}
    return means | {name: float(series.mean()) for name, series in frame.items()}
