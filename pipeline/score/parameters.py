"""The fitted parameters of the score, read from parameters.yaml once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

KIND = "score-parameters/1"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a term hangs on: what is `natural` in its measure's unit, how much more is `visible`, and what it weighs."""

    natural: float
    visible: float
    weight: float


@cache
def parameters() -> Mapping[str, Parameter]:
    """Give the parameters by the name of their term, in the order of every card."""
    text = files("pipeline.score").joinpath("parameters.yaml").read_text("utf-8")
    terms = yaml.safe_load(text)["terms"]
    return MappingProxyType(
        {name: Parameter(*(float(one[key]) for key in ("natural", "visible", "weight"))) for name, one in terms.items()}
    )


def usual() -> Mapping[str, float]:
    """Give the weights of all terms as they were fitted, by name."""
    return {name: one.weight for name, one in parameters().items()}
