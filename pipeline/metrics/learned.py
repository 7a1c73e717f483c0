"""Trained models that look at frames: loaded once, kept in this process, on the GPU only while they look.

A model that draws wants the GPU for itself; one that looks needs it for a moment a take, so it waits in the machine's
memory. All in float32; torch rounds more on a GPU (TF32 in convolutions), so its last digits are not a processor's.
"""

import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import ToolFailed
from pipeline.model import Weights
from pipeline.ports import Frame
from pipeline.trained.libraries import mended

KINDS = {
    "alignment": {"clip": "CLIPModel", "siglip": "SiglipModel"},
    "consistency": {"dinov2": "Dinov2Model"},
}
"""By feature: the `model_type` in config.json, and the class of transformers that such weights are loaded as."""

LIBRARIES = ("torch", "transformers", "PIL")
INSTALL = "pip install 'dailies[alignment]'"

ROOM = 6_000_000_000
"""Bytes of GPU memory that must stay free beside a model: a take may be drawn there at the same time."""

Vectors = npt.NDArray[np.float64]
"""(n, d), every row of length 1: the dot product of two is the cosine between them."""


class Unusable(ToolFailed):
    """Weights that cannot be loaded, or give no numbers."""

    def __init__(self, weights: Weights, failure: Exception) -> None:
        told = f"{type(failure).__name__}: {str(failure).strip().partition(chr(10))[0][:200]}"
        super().__init__(f"{weights.folder} cannot be used: {told}", cure="put whole weights there, or remove them")
        self.weights = weights


@dataclass(frozen=True, slots=True)
class _Eye:
    """A model in memory, what makes pictures ready for it, and its tokenizer if it reads."""

    weights: Weights
    model: Any
    ready: Any
    tokens: Any


loads: Counter[str] = Counter()
"""How often weights were loaded in this process, by their identity."""

_kept: dict[Path, _Eye] = {}
_at_work = threading.Lock()


def is_here(weights: Weights) -> bool:
    """Tell whether these weights are in memory."""
    kept = _kept.get(weights.folder)
    return kept is not None and kept.weights == weights


def look(weights: Weights, frames: Sequence[Frame], words: Sequence[str] = ()) -> tuple[Vectors, Vectors]:
    """Give the embeddings of frames and of words, by weights of a class of `KINDS`; one thread at a time.

    Words beyond what the model reads (CLIP 77 tokens, SigLIP 64) are cut off.

    Raises:
        Unusable: the weights cannot be loaded, are not what their config.json says, or give no numbers.
    """
    with _at_work:
        try:
            return _seen(_eye(weights), frames, words)
        except Exception as failure:
            raise Unusable(weights, failure) from failure


def load(weights: Weights) -> None:
    """Load weights unless they are in memory; nothing else may load with transformers or diffusers meanwhile.

    These set torch's default dtype for the whole process while they load, and two at once put back a wrong one.

    Raises:
        Unusable: they cannot be loaded.
    """
    with _at_work:
        try:
            _eye(weights)
        except Exception as failure:
            raise Unusable(weights, failure) from failure


def forget() -> None:
    """Let go of every model; the next look loads its own afresh."""
    with _at_work:
        _kept.clear()


def _eye(weights: Weights) -> _Eye:
    here = _kept.get(weights.folder)
    if here is None or here.weights != weights:
        _kept.pop(weights.folder, None)
        loads[weights.identity] += 1
        here = _kept[weights.folder] = _loaded(weights)
    return here


def _loaded(weights: Weights) -> _Eye:
    torch = mended()
    import transformers
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = str(weights.folder)
    model, told = getattr(transformers, weights.made_as).from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, local_files_only=True, output_loading_info=True
    )
    if lacking := sorted(told["missing_keys"]):
        raise ValueError(f"{len(lacking)} of its tensors are missing, {lacking[0]} is the first")
    kept = {"local_files_only": True, "trust_remote_code": False}
    ready = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil", **kept)
    reads = hasattr(model, "get_text_features")
    return _Eye(weights, model.eval(), ready, _tokens(folder, model, kept) if reads else None)


def _tokens(folder: str, model: Any, kept: Mapping[str, Any]) -> Any:
    """Load a tokenizer; where its files are missing, transformers makes one that knows no word."""
    from transformers import AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(folder, **kept)
    if len(tokens) < model.config.text_config.vocab_size / 2:
        raise ValueError(f"its tokenizer knows {len(tokens)} of {model.config.text_config.vocab_size} words")
    return tokens


def _seen(eye: _Eye, frames: Sequence[Frame], words: Sequence[str]) -> tuple[Vectors, Vectors]:
    """Look where it is fastest: on a GPU with room, else, or if that was too little after all, on the processor."""
    import torch

    with suppress(RuntimeError):  # torch's word for a GPU that is full after all, or another process's own
        if _fits(torch, eye.model):
            return _vectors(torch, eye, frames, words, "cuda")
    return _vectors(torch, eye, frames, words, "cpu")


def _fits(torch: Any, model: Any) -> bool:
    if os.environ.get("DAILIES_DEVICE", "auto") not in {"auto", "cuda"} or not torch.cuda.is_available():
        return False
    free, _ = torch.cuda.mem_get_info()
    return bool(free >= sum(one.nbytes for one in model.parameters()) + ROOM)


def _vectors(
    torch: Any, eye: _Eye, frames: Sequence[Frame], words: Sequence[str], place: str
) -> tuple[Vectors, Vectors]:
    try:
        eye.model.to(place)
        with torch.inference_mode():
            pictures = _units(_of_pictures(eye, frames, place))
            return pictures, _units(_of_words(eye, words, place)) if words else np.empty((0, pictures.shape[1]))
    finally:
        eye.model.to("cpu")
        if place == "cuda":
            torch.cuda.empty_cache()


def _of_pictures(eye: _Eye, frames: Sequence[Frame], place: str) -> Any:
    from PIL import Image

    pictures = [Image.fromarray(frame) for frame in frames]
    pixels = eye.ready(images=pictures, return_tensors="pt")["pixel_values"].to(place)
    look = eye.model if eye.tokens is None else eye.model.get_image_features
    return look(pixel_values=pixels).pooler_output


def _of_words(eye: _Eye, words: Sequence[str], place: str) -> Any:
    """Read words padded to full length and unmasked: SigLIP learned it so, and CLIP looks at nothing past the end."""
    most = eye.model.config.text_config.max_position_embeddings
    found = eye.tokens(list(words), padding="max_length", truncation=True, max_length=most, return_tensors="pt")
    return eye.model.get_text_features(input_ids=found["input_ids"].to(place)).pooler_output


def _units(found: Any) -> Vectors:
    rows = found.float().cpu().numpy().astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(rows).all():
        raise ValueError("what it makes of a picture or a text is not a number")
    return np.asarray(rows)
