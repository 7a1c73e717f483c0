"""Cards as JSON, and back without a loss."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pipeline.errors import ToolFailed
from pipeline.model import Card, ColourStats, End, Rejection, Size, Spec, Spot

KIND = "card/3"
BEFORE = {"card/1", "card/2"}
"""The first had no curves; both had no costs, worst places or ends."""


def card_to_json(card: Card) -> str:
    """Write a card as JSON, `kind` `card/3`; numbers come back bit for bit."""
    return json.dumps({"kind": KIND} | card_values(card), ensure_ascii=False, allow_nan=False)


def card_values(card: Card) -> dict[str, Any]:
    """Give a card as plain values: the rate as `a/b`, the size as [width, height]."""
    spec = card.spec
    return {
        "size": [spec.size.width, spec.size.height],
        "rate": f"{spec.rate.numerator}/{spec.rate.denominator}",
        "frames": spec.frames,
        "score": card.score,
        "terms": dict(card.terms),
        "features": dict(card.features),
        "rejected": [
            {"gate": one.gate, "start": one.start, "stop": one.stop, "reason": one.reason} for one in card.rejected
        ],
        "colours": {"mean": list(card.colours.mean), "covariance": list(card.colours.covariance)},
        "curves": {name: list(values) for name, values in card.curves.items()},
        "costs": dict(card.costs),
        "worst": [[one.term, one.start, one.stop, one.peak] for one in card.worst],
        "ends": card.ends and [[one.colour, one.motion, one.picture] for one in card.ends],
    }


def card_from_json(text: str) -> Card:
    """Read a card that `card_to_json` wrote, now or at a version before.

    Raises:
        ToolFailed: no card, or one of a kind that this version does not read.
    """
    try:
        values = json.loads(text)
        kind = values["kind"]
        if kind in {KIND, *BEFORE}:
            return _card({"curves": {}, "costs": {}, "worst": [], "ends": None} | values)
    except (ValueError, KeyError, TypeError, AttributeError) as failure:
        raise ToolFailed(
            f"a stored card cannot be read: {failure}", cure="delete it; it is measured again"
        ) from failure
    raise ToolFailed(f"a stored card is of a kind this version does not read: {kind}", cure="delete it, or update")


def _card(values: Mapping[str, Any]) -> Card:
    width, height = values["size"]
    red, green, blue = values["colours"]["mean"]
    first, last = values["ends"] or (None, None)
    return Card(
        spec=Spec(Size(width, height), Fraction(values["rate"]), values["frames"]),
        score=values["score"],
        terms=values["terms"],
        features=values["features"],
        rejected=tuple(Rejection(**one) for one in values["rejected"]),
        colours=ColourStats((red, green, blue), tuple(values["colours"]["covariance"])),
        curves={name: tuple(curve) for name, curve in values["curves"].items()},
        costs=values["costs"],
        worst=tuple(Spot(*one) for one in values["worst"]),
        ends=(_end(first), _end(last)) if first and last else None,
    )


def _end(values: Sequence[Any]) -> End:
    (red, green, blue), (x, y), picture = values
    return End((red, green, blue), (x, y), tuple(picture))
