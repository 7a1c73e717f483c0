"""What is written down of a model's take: enough to make it again, and to tell why another machine's differs."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pipeline.generators.diffusion.options import LEVERS
from pipeline.trained import device

if TYPE_CHECKING:
    from pipeline.generators.diffusion.drawing import Drawing

LIBRARIES = ("torch", "diffusers", "transformers", "accelerate", "safetensors")
PLAIN = (str, int, float, bool, type(None))


def told(drawn: "Drawing", tried: Sequence[str], seconds: float) -> dict[str, Any]:
    """Give the record of a take; `tried` are rungs on which memory was too small, `seconds` those of drawing it."""
    plan, model = drawn.plan, drawn.model
    levers, peak = plan.levers, device.peak_bytes(model.need.place)
    return {
        "tool": plan.generator,
        "task": plan.task,
        "model": levers["model"],
        "weights": model.need.weights.identity,
        "class": levers["call"],
        "scheduler": _scheduler(drawn.pipe.scheduler),
        "dtype": model.need.dtype,
        "device": model.need.place.title,
        "arguments": dict(levers["arguments"]),
        "seed": drawn.order.seed,
        "size": str(plan.spec.size),
        "frames": {"made": levers["frames"], "kept": plan.spec.frames},
        "prompt": plan.prompt,
        "negative": plan.negative,
        "words_sha256": words_hash(drawn.material.words),
        "tokens_not_read": drawn.material.cut,
        "levers": {key: levers[key] for key in LEVERS if key in levers},
        "rung": model.rung,
        "rungs_too_high": list(tried),
        "libraries": libraries(),
        "seconds": {"loading": round(model.seconds, 3), "drawing": round(seconds, 3)},
        "peak_memory_gb": None if peak is None else round(peak / 1e9, 3),
    }


def words_hash(words: Mapping[str, Any]) -> str | None:
    """Hash encoded words: names, shapes and numbers."""
    if not words:
        return None
    import torch

    whole = hashlib.sha256()
    for name in sorted(words):
        numbers = words[name].contiguous()
        whole.update(f"{name}\0{tuple(numbers.shape)}\0{numbers.dtype}\0".encode())
        whole.update(numbers.view(torch.uint8).numpy().tobytes())
    return whole.hexdigest()


@lru_cache(maxsize=1)
def libraries() -> Mapping[str, str]:
    """Give the versions of the libraries that decide pixels."""
    return {name: version(name) for name in LIBRARIES}


def _scheduler(one: Any) -> dict[str, Any]:
    """Give a scheduler's class and every setting of it that is a plain value."""
    kept = {key: value for key, value in one.config.items() if isinstance(value, PLAIN) and not key.startswith("_")}
    return {"class": type(one).__name__, **kept}
