"""How takes are judged: faults that are meant, limits of the gates, weights of the score, and what cuts cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.storyboard.settings import section


@dataclass(frozen=True, slots=True)
class Judging:
    """What the nearest `score` says, of each of its keys."""

    allow: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    weights: str | Mapping[str, float] = ""

    def values(self) -> dict[str, Any]:
        """Give it by field of Shot."""
        return {"allow": self.allow, "limits": self.limits, "weights": self.weights}


def judging(data: Mapping[str, Any], above: Judging) -> Judging:
    """Read a `score`; what it does not say is as above it. Limits add up, faults and weights replace."""
    said = section(data, "score")
    allow, limits, weights = (said.get(key) for key in ("allow", "limits", "weights"))
    return Judging(
        tuple(dict.fromkeys(one for one in allow if one)) if isinstance(allow, list) else above.allow,
        {**above.limits, **numbers(limits)},
        weights if isinstance(weights, str) else numbers(weights) or above.weights,
    )


def numbers(data: object) -> dict[str, float]:
    """Give the numbers of a mapping; none where it is none."""
    known = data.items() if isinstance(data, dict) else ()
    return {str(name): float(value) for name, value in known if value is not None}
