"""The one model this process keeps: loaded once, taken up by every take that needs it, out when another comes.

Weights stay on one device and work on one take at a time, so whoever uses them holds `at_work`.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

from pipeline.errors import OperatorError, ToolFailed
from pipeline.generators import weights as known
from pipeline.generators.diffusion import dressing, ladder
from pipeline.generators.diffusion.dressing import Dress
from pipeline.model import Weights
from pipeline.ports import Tell
from pipeline.trained import device
from pipeline.trained.device import Device
from pipeline.trained.libraries import at_work

READERS = frozenset({"tokenizer", "tokenizer_2", "tokenizer_3", *ladder.ENCODERS})
"""Components that only read words."""

UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError, MemoryError)
"""What diffusers and safetensors raise over folders that hold no model of theirs, or half of one."""

PAUSE = 0.5
"""Seconds between two looks whether the model is free."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a take needs of its model: which weights, on what, in which numbers; `levers` are those set at loading.

    `title` is what people call it, `needs_gb` the GPU memory it is said to need.
    """

    title: str
    weights: Weights
    place: Device
    dtype: str
    float32: tuple[str, ...] = ()
    levers: tuple[tuple[str, Any], ...] = ()
    needs_gb: float | None = None


@dataclass(slots=True)
class Resident:
    """A model in memory: its pipeline as it was saved, the rung it stands on, and what it wears."""

    need: Need
    pipe: Any
    rung: str
    seconds: float
    dress: Dress = field(default_factory=Dress)

    def called(self, name: str, instead: Mapping[str, str]) -> Any:
        """Give a pipeline of class `name` over the same weights; `instead` names components that stand in for others.

        What the take sets in it (its scheduler, for one) stays its own.
        """
        import diffusers

        parts = dict(self.pipe.components)
        parts |= {part: parts[other] for part, other in instead.items() if parts.get(other) is not None}
        config = self.pipe.config
        kind = getattr(diffusers, name)
        wanted = signature(kind.__init__).parameters
        values = {one: parts.get(one, config.get(one)) for one in wanted if one in parts or one in config}
        optional = {one: None for one in kind._optional_components if one in wanted and one not in values}  # noqa: SLF001 - diffusers tells it nowhere else
        made = kind(**values | optional)
        made.set_progress_bar_config(disable=True)
        made.maybe_free_model_hooks = lambda: None  # the weights stay where they are until the next take
        return made


loads: Counter[str] = Counter()
"""How often each model was loaded in this process, and under `words of ...` its encoders."""

_kept: list[Resident] = []


@contextmanager
def to_itself(tell: Tell) -> Iterator[None]:
    """Have the device to oneself; a stopped render does not wait for it."""
    while not at_work.acquire(timeout=PAUSE):
        tell(0.0)
    try:
        yield
    finally:
        at_work.release()


def model(need: Need, dress: Dress, rung: str | None) -> Resident:
    """Give a model, loaded if it is not here, on `rung` or below; what was here before goes first.

    Raises:
        ToolFailed: the weights are damaged, or no pipeline can be made of them.
        OperatorError: not even the lowest rung is small enough.
    """
    here = next((one for one in _kept if one.need == need), None)
    if here is not None and (rung is None or here.rung == rung) and _dressed(here, dress):
        return here
    drop(need.place)
    started = time.monotonic()
    loads[need.weights.identity] += 1
    pipe, settled = _settled(need, dress, rung)
    made = Resident(need, pipe, settled, time.monotonic() - started, dress)
    _kept.append(made)
    return made


def _dressed(here: Resident, dress: Dress) -> bool:
    """Change what a model wears; one that is left half dressed goes, or the next take would wear it."""
    try:
        changed = dressing.change(here.pipe, here.dress, dress, here.rung)
    except BaseException:
        drop(here.need.place)
        raise
    here.dress = dress if changed else here.dress
    return changed


def drop(place: Device) -> None:
    """Let the model go that is here."""
    _kept.clear()
    device.forget(place)


def forget_all() -> None:
    """Let go of everything, whatever it runs on; the next take loads its model afresh."""
    while _kept:
        drop(_kept[-1].need.place)


def _settled(need: Need, dress: Dress, rung: str | None) -> tuple[Any, str]:
    """Load a model and put it on the first rung that holds it."""
    rung = rung or ladder.first_rung(need.place, _bytes(need))
    while True:
        try:
            pipe = _loaded(need)
            dressing.put_on(pipe, dress)
            ladder.settle(pipe, need.place, rung)
        except UNUSABLE as failure:
            if not device.is_full(failure):
                raise unusable(need, failure) from failure
            pipe = None
            device.forget(need.place)
            lower = ladder.below(need.place, rung)
            if lower is None:
                raise ladder.too_small(need.place, need.title, need.needs_gb) from failure
            rung = lower
        else:
            return pipe, rung


def _bytes(need: Need) -> dict[str, int]:
    fp8 = dict(need.levers).get("store") == "fp8"
    return ladder.component_bytes(need.weights.folder, need.dtype, need.float32, stored_fp8=fp8)


def _loaded(need: Need) -> Any:
    """Load all but the encoders of words, in the numbers asked for."""
    pipe = _from_folder(need, {name: None for name in known.components(need.weights.folder) if name in READERS})
    _pull_levers(pipe, dict(need.levers), need)
    return pipe


def encoders(need: Need) -> Any:
    """Load the encoders of words alone.

    Raises:
        ToolFailed: they are damaged, or no pipeline can be made of them.
    """
    loads[f"words of {need.weights.identity}"] += 1
    try:
        return _from_folder(need, {name: None for name in known.components(need.weights.folder) if name not in READERS})
    except UNUSABLE as failure:
        raise unusable(need, failure) from failure


def _from_folder(need: Need, absent: Mapping[str, None]) -> Any:
    import diffusers
    import torch
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for logging in (of_diffusers, of_transformers):
        logging.set_verbosity_error()
        logging.disable_progress_bar()
    dtype = getattr(torch, need.dtype)
    dtypes = {"default": dtype, **dict.fromkeys(need.float32, torch.float32)}
    pipe = getattr(diffusers, need.weights.made_as).from_pretrained(
        str(need.weights.folder),
        dtype=dtypes if need.float32 else dtype,
        use_safetensors=True,
        local_files_only=True,
        variant=known.variant(need.weights.folder),
        **absent,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _pull_levers(pipe: Any, levers: Mapping[str, Any], need: Need) -> None:
    """Set what makes a model faster or smaller and changes its pixels a little.

    Raises:
        OperatorError: this machine has not what a lever needs.
    """
    import torch

    drawing = [one for name in ladder.DRAWING if (one := getattr(pipe, name, None)) is not None]
    for lever, value in levers.items():
        try:
            for one in drawing:
                if lever == "store":
                    one.enable_layerwise_casting(
                        storage_dtype=torch.float8_e4m3fn, compute_dtype=getattr(torch, need.dtype)
                    )
                elif lever == "attention":
                    one.set_attention_backend(value)
                elif lever == "compile" and getattr(one, "_repeated_blocks", None):
                    one.compile_repeated_blocks(fullgraph=True)
                elif lever == "compile":
                    one.compile()
        except (RuntimeError, ValueError, ImportError, AttributeError) as failure:
            told = str(failure).partition("\n")[0]
            message = f"`{lever}: {value}` cannot be had for {need.title} on this machine: {told}"
            raise OperatorError(message, cure=f"leave `{lever}` out") from failure


def unusable(need: Need, failure: Exception) -> ToolFailed:
    """Say that a model's files are here and cannot be used."""
    told = f"{type(failure).__name__}: {str(failure).strip().partition(chr(10))[0][:200]}"
    name = need.weights.folder.name.replace("--", "/")
    return ToolFailed(
        f"{need.title} cannot be loaded from {need.weights.folder}: {told}", cure=f"dailies models pull {name}"
    )
