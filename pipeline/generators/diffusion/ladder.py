"""How a model is fitted into memory: rungs from the fastest down, each slower and smaller than the one before."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import OperatorError
from pipeline.generators import weights
from pipeline.trained.device import Device, free_bytes

RUNGS = ("whole", "tiled", "offload", "layers")
"""All on the GPU; the same with a picture decoded in tiles; one component at a time; a few layers at a time."""

WORKSPACE = 6_000_000_000
"""Bytes left for what is drawn, beside the weights: where it is too little, the next rung is taken."""

DRAWING = ("transformer", "transformer_2", "unet")
BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
"""Of one number."""

ENCODERS = ("text_encoder", "text_encoder_2", "text_encoder_3")


def component_bytes(
    folder: Path, dtype: str, float32: Sequence[str] = (), *, stored_fp8: bool = False
) -> dict[str, int]:
    """Sum the bytes of weights by component, as they are loaded; encoders of words are not kept with the rest."""
    found: dict[str, int] = {}
    for part in weights.components(folder):
        files = [] if part in ENCODERS else weights.files_of(folder / part)
        size = 1 if stored_fp8 and part in DRAWING else BYTES["float32" if part in float32 else dtype]
        if files:
            found[part] = sum(map(weights.numbers, files)) * size
    return found


def first_rung(place: Device, parts: dict[str, int]) -> str:
    """Choose where to begin: the fastest rung whose weights fit into what is free."""
    free = free_bytes(place)
    if free is None:
        return RUNGS[0]
    whole, largest = sum(parts.values()), max(parts.values(), default=0)
    fits = {"whole": whole + WORKSPACE <= free, "tiled": whole + WORKSPACE // 2 <= free, "offload": largest <= free}
    return next((rung for rung in RUNGS if fits.get(rung, True)), RUNGS[-1])


def below(place: Device, rung: str) -> str | None:
    """Give the next rung down; None where there is none. Without a GPU there is nothing to move weights out of."""
    last = RUNGS if place.is_gpu else RUNGS[:2]
    at = last.index(rung) + 1 if rung in last else len(last)
    return last[at] if at < len(last) else None


def settle(pipe: Any, place: Device, rung: str) -> None:
    """Put a pipeline that was just loaded onto a rung."""
    if rung != "whole":
        for kind in ("tiling", "slicing"):
            if hasattr(pipe.vae, f"use_{kind}"):  # others have the method all the same, and it raises
                getattr(pipe.vae, f"enable_{kind}")()
    if rung in ("whole", "tiled"):
        pipe.to(place.name)
    elif rung == "offload":
        pipe.enable_model_cpu_offload(device=place.name)
    else:
        pipe.enable_sequential_cpu_offload(device=place.name)


def too_small(place: Device, model: str, needs_gb: float | None) -> OperatorError:
    """Say that nothing helps: not even the lowest rung is small enough."""
    needs = f"; it is said to need about {needs_gb:g} GB" if needs_gb else ""
    cure = "ask for a smaller `size` or a shorter shot, free the GPU (see `nvidia-smi`), or name another model"
    return OperatorError(f"{model} does not fit into the memory of {place.title}{needs}", cure=cure)
