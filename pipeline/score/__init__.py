"""From a clip to its card: one decode, every feature, the gates, one number, colours and thumbnails."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from pipeline.choose import ranked as rank
from pipeline.errors import MediaInvalid
from pipeline.media.planes import Planes, planes
from pipeline.media.probe import probe
from pipeline.metrics.learned import Unusable
from pipeline.model import Amount, Card, Spec
from pipeline.ports import Frame
from pipeline.score.cards import card_from_json, card_to_json, card_values
from pipeline.score.combination import combine, total
from pipeline.score.curves import curves
from pipeline.score.gates import gates
from pipeline.score.optional import Learned, learned, unusable
from pipeline.score.optional import features as seen
from pipeline.score.readings import Readings, read
from pipeline.score.window import best_window

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
    "total",
    "unusable",
]

VERSION = 3
"""Goes up whenever a number on a card may change: cards are then measured again, takes are kept."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A clip's card, and its strip: 8 thumbnails from first to last frame side by side, each 160 wide."""

    card: Card
    strip: Frame


def measure(
    path: Path, motion: Amount | None = None, allow: Collection[str] = (), more: Sequence[Learned] = ()
) -> Measured:
    """Measure a clip in one decode; `motion` is what the shot asked for, and None asks for nothing.

    `allow` names gates whose fault is meant: they reject nothing, and what they find costs nothing. `more` are features
    by trained models, which weigh nothing in the score; 8 frames are decoded a second time for them.

    Raises:
        MediaInvalid: no clip, or one that cannot be decoded.
        Unusable: the weights of one of `more` cannot be loaded.
    """
    spec = probe(path).spec
    found = seen(path, spec.frames, more) if spec else {}
    readings = None if spec is None else read(planes(path))
    if spec is None or readings is None:
        raise MediaInvalid(f"{path}: there is no picture in this file", cure="give a video file")
    card = _card(readings, replace(spec, frames=readings.frames), motion, allow)
    return Measured(replace(card, features=dict(card.features) | found), readings.strip)


def measure_frames(
    frames: Iterable[Planes],
    rate: Fraction = Fraction(24),
    motion: Amount | None = None,
    allow: Collection[str] = (),
) -> Measured:
    """Measure a stream of planes, as `measure` does a file.

    Raises:
        MediaInvalid: the stream is empty.
    """
    readings = read(frames)
    if readings is None:
        raise MediaInvalid("there is no frame to measure", cure="give at least one")
    return Measured(_card(readings, Spec(readings.size, rate, readings.frames), motion, allow), readings.strip)


def _card(readings: Readings, spec: Spec, motion: Amount | None, allow: Collection[str]) -> Card:
    terms = combine(readings, motion, allow)
    return Card(
        spec=spec,
        score=total(terms),
        terms=terms,
        features=_features(readings),
        rejected=tuple(one for one in gates(readings, spec.rate, motion) if one.gate not in allow),
        colours=readings.colours,
        curves=curves(readings, motion, allow),
    )


def _features(readings: Readings) -> dict[str, float]:
    """Give the mean of every feature over the clip, in its own unit, and the mean level, spread and detail."""
    means = {name: float(series.mean()) if len(series) else 0.0 for name, series in readings.features.items()}
    frame = {"level": readings.level, "spread": readings.spread, "detail": readings.detail}
    return means | {name: float(series.mean()) for name, series in frame.items()}
