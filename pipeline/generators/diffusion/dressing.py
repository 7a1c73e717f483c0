"""What a model wears for a shot: LoRAs, and the adapter that looks at pictures of the cast."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ToolFailed, ToolMissing
from pipeline.generators.catalog import References
from pipeline.trained import device

OF_ENCODERS = ("text_encoder", "lora_te", "te_", "conditioner.")
"""How the names of weights begin that belong to encoders of words, which are not in memory then."""


@dataclass(frozen=True, slots=True)
class Lora:
    """Extra weights of a producer's: the file, what tells it from any other, and how strongly they count."""

    path: Path
    sha256: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Dress:
    """Everything a model wears; `references` is where its adapter for pictures lies, None = it looks at none."""

    loras: tuple[Lora, ...] = ()
    references: References | None = None
    folder: Path | None = None
    scale: float = 0.0


def change(pipe: Any, before: Dress, after: Dress, rung: str) -> bool:
    """Change what a model wears where it can be done in place; False where it must be loaded afresh."""
    if before == after:
        return True
    if rung not in {"whole", "tiled"}:
        return False
    if before.loras != after.loras:
        if before.loras:
            pipe.unload_lora_weights()
        _wear(pipe, after.loras)
    if before.references != after.references:
        if before.references is not None:
            pipe.unload_ip_adapter()
        _look(pipe, after)
    elif after.references is not None:
        pipe.set_ip_adapter_scale(after.scale)
    return True


def put_on(pipe: Any, dress: Dress) -> None:
    """Dress a model that was just loaded.

    Raises:
        ToolMissing: its adapter for pictures, or a library, is not here.
        ToolFailed: a LoRA does not fit it.
    """
    _wear(pipe, dress.loras)
    _look(pipe, dress)


def _wear(pipe: Any, loras: Sequence[Lora]) -> None:
    names = [f"lora_{place}" for place in range(len(loras))]
    for name, one in zip(names, loras, strict=True):
        try:
            numbers = _numbers(one)
            pipe.load_lora_weights(dict(numbers), adapter_name=name)
            if getattr(pipe, "transformer_2", None) is not None:  # the second expert draws the finer half
                pipe.load_lora_weights(dict(numbers), adapter_name=name, load_into_transformer_2=True)
            pipe.set_adapters([name], [one.scale])  # where nothing fits, there is none of this name
        except ImportError as failure:
            told = f"LoRAs need a library that is not here: {failure.name or failure}"
            raise ToolMissing(told, cure="pip install peft") from failure
        except (ValueError, KeyError, RuntimeError, OSError, AttributeError) as failure:
            if device.is_full(failure):
                raise
            told = str(failure).strip().partition("\n")[0][:200]
            message = f"the LoRA {one.path.name} does not fit {type(pipe).__name__}: {told}"
            raise ToolFailed(message, cure="use one that was trained for this very model") from failure
    if names:
        pipe.set_adapters(names, [one.scale for one in loras])


def _numbers(lora: Lora) -> dict[str, Any]:
    """Read a LoRA in the form it is written in, which diffusers knows; what changes encoders of words is left out."""
    from safetensors.torch import load_file

    return {key: value for key, value in load_file(lora.path).items() if not key.startswith(OF_ENCODERS)}


def _look(pipe: Any, dress: Dress) -> None:
    where = dress.references
    if where is None or dress.folder is None:
        return
    place = dress.folder / where.folder
    if not (place / where.subfolder / where.weights).is_file():
        told = f"the adapter for pictures of the cast is not in {place}"
        raise ToolMissing(
            told,
            cure="lay it there, or leave `references` out of the cast; a pull by the catalog's name brings it",
        )
    pipe.load_ip_adapter(str(place), subfolder=where.subfolder, weight_name=where.weights, local_files_only=True)
    pipe.set_ip_adapter_scale(dress.scale)
