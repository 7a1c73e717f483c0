"""Names to tools: a table of strings, imported on first use."""

import importlib
import os
import platform
import sys
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.util import find_spec
from typing import Any

from pipeline.errors import ProducerError, ToolMissing
from pipeline.finishers import catalog as finishing
from pipeline.generators import catalog, weights
from pipeline.media.gpus import gpus
from pipeline.model import Weights
from pipeline.ports import Generator

BUILT_IN = {
    "generators": {"animatic": "pipeline.generators.animatic:Animatic", "card": "pipeline.generators.card:Card"},
    "finishers": {
        "flow": "pipeline.finishers.interpolate:FlowInterpolation",
        "lanczos": "pipeline.finishers.upscale:Lanczos",
        "grade": "pipeline.finishers.grade:Graded",
        "rife": "pipeline.finishers.rife:Rife",
        "realesrgan": "pipeline.finishers.realesrgan:RealEsrgan",
        "stabilise": "pipeline.finishers.stabilise:Stabilise",
        "denoise": "pipeline.finishers.denoise:Denoise",
        "deflicker": "pipeline.finishers.deflicker:Deflicker",
        "sharpen": "pipeline.finishers.sharpen:Sharpen",
        "grain": "pipeline.finishers.grain:Grain",
        "letterbox": "pipeline.finishers.letterbox:Letterbox",
    },
}
"""Entry points do not refresh in an editable install, hence a table for the tools of the house."""


LOCAL = "pipeline.generators.diffusion:Diffusion"
"""Makes the takes of every model of the catalog."""

LIBRARIES = ("torch", "diffusers", "transformers", "accelerate")
"""What a model of the catalog needs besides its weights."""


def names(kind: str) -> dict[str, str]:
    """Give every registered tool of a kind (`generators`, `finishers`): name -> `module:attribute`."""
    outside = {point.name: point.value for point in entry_points(group=f"dailies.{kind}")}
    local = dict.fromkeys(catalog.models(), LOCAL) if kind == "generators" else {}
    return {**outside, **local, **BUILT_IN[kind]}


def at_hand() -> tuple[frozenset[str], Callable[[str], Weights | None]]:
    """Give the generators that can make takes on this machine, and its weights by name, each looked for once.

    Of the catalog's models those can make takes whose weights are here.
    """
    find = cache(weights.find)
    able = all(find_spec(library) for library in LIBRARIES)
    local = {name for name in catalog.models() if able and find(name) is not None}
    return frozenset((names("generators").keys() - catalog.models().keys()) | local), find


def between(method: str) -> str:
    """Give the way in which frames are made between frames: `auto` is RIFE where its weights and a GPU are here."""
    if method != "auto":
        return method
    able = finishing.find(finishing.RIFE) is not None and find_spec("torch") is not None and has_gpu()
    return "rife" if able else "flow"


def has_gpu() -> bool:
    """Tell whether this machine has a GPU that models may run on, without loading what drives it."""
    if os.environ.get("DAILIES_DEVICE") == "cpu" or _without_cuda():
        return False
    return bool(_gpus(os.environ.get("CUDA_VISIBLE_DEVICES"))) or (
        sys.platform == "darwin" and platform.machine() == "arm64"
    )


@cache
def _without_cuda() -> bool:
    """Tell whether the torch that is installed was built for processors alone, by its own version."""
    try:
        return version("torch").endswith("+cpu")
    except PackageNotFoundError:
        return False


@cache
def _gpus(_: str | None) -> tuple[str, ...]:
    """Ask once for what is visible: the answer decides recipes, and must not change from shot to shot."""
    return gpus()


@cache
def generator(name: str) -> Generator:
    """Give a generator by name; constructing it loads nothing.

    Raises:
        ProducerError: no such name; says which are near.
        ToolMissing: its library is not installed.
    """
    tool = load("generators", name)
    made: Generator = tool(name) if name in catalog.models() else tool()
    return made


@cache
def load(kind: str, name: str) -> Any:
    """Import the class of a tool.

    Raises:
        ProducerError: no such name; says which are near.
        ToolMissing: its library is not installed.
    """
    known = names(kind)
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(sorted(known))}"
        raise ProducerError(f"no {kind[:-1]} is called `{name}`", cure=hint)
    module, _, attribute = known[name].partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ImportError as failure:
        message = f"{kind[:-1]} `{name}` needs a library that is not here: {failure.name or failure}"
        raise ToolMissing(message, cure=f"install it: pip install {failure.name or name}") from failure
