"""Prompts, encoded once and kept: a model's encoder is often larger than what draws, and goes before that comes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.generators.diffusion.calls import CALLS
from pipeline.model import GenerationPlan, Recipe
from pipeline.ports import WORDS

VERSION = 1
CUT = "cut"
"""Metadata of a file of words: how many tokens of the prompt were too many to be read."""


def recipe(plan: GenerationPlan) -> Recipe | None:
    """Give the recipe of a plan's words; None where the model reads none."""
    way = CALLS[plan.levers["call"]].reads
    if not way:
        return None
    values = {
        "weights": plan.levers["weights"],
        "prompt": plan.prompt,
        "negative": plan.negative,
        "guided": guided(plan),
        "tokens": plan.levers["arguments"].get("max_sequence_length"),
        "dtype": plan.levers["dtype"],
    }
    return Recipe("words/1", f"{way}@{VERSION}", values)


def guided(plan: GenerationPlan) -> bool:
    """Tell whether what is drawn is pulled away from the negative prompt."""
    return float(plan.levers["arguments"].get("guidance_scale", 0)) > 1 and plan.levers["call"] not in {
        "FluxPipeline",
        "FluxImg2ImgPipeline",
    }


def encoded(pipe: Any, plan: GenerationPlan, device: Any) -> tuple[dict[str, Any], int]:
    """Encode a plan's prompt with a pipeline that has its encoders; give tensors on the CPU, and tokens cut off."""
    import torch

    with torch.no_grad():
        made = _WAYS[CALLS[plan.levers["call"]].reads](pipe, plan, device)
    return {key: one.detach().cpu().contiguous() for key, one in made.items() if one is not None}, cut_off(pipe, plan)


def cut_off(pipe: Any, plan: GenerationPlan) -> int:
    """Count the tokens of a prompt that are not read, by the tokenizer that reads most."""
    tokenizer = getattr(pipe, "tokenizer_2", None) or pipe.tokenizer
    most = _tokens(plan) or int(tokenizer.model_max_length)
    return max(0, len(tokenizer(plan.prompt, truncation=False).input_ids) - most)


def _tokens(plan: GenerationPlan) -> int | None:
    """Give how many tokens a call asks its encoder for; None where the tokenizer alone sets the limit."""
    import inspect

    import diffusers

    asked = inspect.signature(getattr(diffusers, plan.levers["call"]).__call__).parameters.get("max_sequence_length")
    return None if asked is None else int(plan.levers["arguments"].get("max_sequence_length", asked.default))


def write(folder: Path, words: Mapping[str, Any], cut: int) -> None:
    """Write encoded words into a folder of the store."""
    from safetensors.torch import save_file

    save_file(dict(words), folder / WORDS, metadata={CUT: str(cut)})


def read(file: Path) -> tuple[dict[str, Any], int]:
    """Read encoded words, and how many tokens of the prompt they lack."""
    from safetensors import safe_open

    with safe_open(file, "pt") as stream:
        return {key: stream.get_tensor(key) for key in stream.keys()}, int((stream.metadata() or {}).get(CUT, 0))  # noqa: SIM118 - no mapping


# ---------------------------------------------------------------- one function a way


def _wan(pipe: Any, plan: GenerationPlan, device: Any) -> dict[str, Any]:
    positive, negative = pipe.encode_prompt(
        plan.prompt, plan.negative, guided(plan), max_sequence_length=_tokens(plan), device=device
    )
    return {"prompt_embeds": positive, "negative_prompt_embeds": negative}


def _ltx(pipe: Any, plan: GenerationPlan, device: Any) -> dict[str, Any]:
    names = (
        "prompt_embeds",
        "prompt_attention_mask",
        "negative_prompt_embeds",
        "negative_prompt_attention_mask",
    )
    made = pipe.encode_prompt(
        plan.prompt, plan.negative, guided(plan), max_sequence_length=_tokens(plan), device=device
    )
    return dict(zip(names, made, strict=True))


def _sd(pipe: Any, plan: GenerationPlan, device: Any) -> dict[str, Any]:
    positive, negative = pipe.encode_prompt(plan.prompt, device, 1, guided(plan), plan.negative)
    return {"prompt_embeds": positive, "negative_prompt_embeds": negative}


def _sdxl(pipe: Any, plan: GenerationPlan, device: Any) -> dict[str, Any]:
    names = ("prompt_embeds", "negative_prompt_embeds", "pooled_prompt_embeds", "negative_pooled_prompt_embeds")
    made = pipe.encode_prompt(
        plan.prompt, device=device, do_classifier_free_guidance=guided(plan), negative_prompt=plan.negative
    )
    return dict(zip(names, made, strict=True))


def _flux(pipe: Any, plan: GenerationPlan, device: Any) -> dict[str, Any]:
    positive, pooled, _ = pipe.encode_prompt(plan.prompt, device=device, max_sequence_length=_tokens(plan))
    return {"prompt_embeds": positive, "pooled_prompt_embeds": pooled}


_WAYS: Mapping[str, Callable[[Any, GenerationPlan, Any], dict[str, Any]]] = {
    "wan": _wan,
    "ltx": _ltx,
    "sd": _sd,
    "sdxl": _sdxl,
    "flux": _flux,
}
