"""One take being drawn: one call of diffusers over weights that others share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import ProducerError, ToolFailed
from pipeline.generators.diffusion import calls, seeing
from pipeline.generators.diffusion.calls import Seen
from pipeline.generators.diffusion.resident import Resident
from pipeline.model import GenerationPlan, Order
from pipeline.ports import Frame, Tell


@dataclass(frozen=True, slots=True)
class Material:
    """What all takes of one shot share: encoded words and how many tokens they lack, and what is looked at."""

    words: Mapping[str, Any]
    cut: int
    seen: Seen


class Drawing:
    """One take being drawn: a pipeline over the resident weights with a scheduler of its own.

    A class because a call of diffusers and the callbacks it makes share what is known of the take.
    """

    def __init__(self, model: Resident, order: Order, material: Material) -> None:
        self.model = model
        self.order = order
        self.material = material
        levers = order.plan.levers
        self.pipe = model.called(levers["call"], levers.get("instead", {}))
        asked = {**calls.CALLS[levers["call"]].scheduler, **levers.get("scheduler", {})}
        self.pipe.scheduler = scheduler(self.pipe.scheduler, asked)

    @property
    def plan(self) -> GenerationPlan:
        """What is drawn."""
        return self.order.plan

    def frames(self, tell: Tell, stepped: Callable[[Any], None] = lambda _: None) -> Sequence[Frame]:
        """Draw all frames of the take, before any is cut off; `stepped` is given the latents after each step."""
        if self.plan.task == "frame_by_frame":
            return list(self.each(tell))
        return self._called(self.material.seen, self._stepping(tell, stepped))

    def steps(self, asked: int) -> int:
        """Count the steps that are taken where `asked` are asked for: footage is begun in the middle."""
        strength = self.plan.levers["arguments"].get("strength")
        kept = strength is None or self.plan.levers["call"] == "LTXConditionPipeline"
        return asked if kept else min(int(asked * strength), asked)

    def each(self, tell: Tell) -> Iterator[Frame]:
        """Draw footage picture by picture, each from the same noise, so that what does not move stays."""
        total = int(self.plan.levers["frames"])
        for place, frame in enumerate(seeing.source(self.plan)):
            seen = replace(self.material.seen, pictures={"first_frame": frame})
            yield self._called(seen, self._stepping(share_of(tell, place, total), lambda _: None))[0]

    def _called(self, seen: Seen, stepped: Callable[..., Any]) -> Sequence[Frame]:
        import torch

        plan, place = self.plan, self.model.need.place
        kind = getattr(torch, self.model.need.dtype)
        moved = {
            key: one.to(place.name, kind if one.is_floating_point() else None)
            for key, one in self.material.words.items()
        }
        given = calls.arguments(plan, moved, seen)
        given |= {"generator": self._noise(), "callback_on_step_end": stepped}
        if given.get("guidance_scale_2") is not None and not self.pipe.config.get("boundary_ratio"):
            del given["guidance_scale_2"]  # a model with one expert
        with torch.no_grad(), step_cache(self.pipe, plan.levers.get("cache")):
            found = self.pipe(**given)
        if any(getattr(found, "nsfw_content_detected", None) or ()):
            told = f"the model's own check took a picture of take {self.order.take} for unsafe and blackened it"
            raise ProducerError(told, cure="change the scene or the seed")
        call = calls.CALLS[plan.levers["call"]]
        made = getattr(found, call.made)
        return checked(plan, made[0] if call.made == "frames" else made)

    def _noise(self) -> Any:
        """Give what noise is drawn from: the same on every device, but where a pipeline insists on its own."""
        import torch

        own = self.plan.levers["call"] == "LTXImageToVideoPipeline" and self.pipe.vae.config.timestep_conditioning
        return torch.Generator(self.model.need.place.name if own else "cpu").manual_seed(self.order.seed)

    def _stepping(self, tell: Tell, stepped: Callable[[Any], None]) -> Callable[..., Any]:
        def called(pipe: Any, step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            tell((step + 1) / max(pipe.num_timesteps, 1))
            stepped(values["latents"])
            return values

        return called


def scheduler(saved: Any, asked: Mapping[str, Any]) -> Any:
    """Give a fresh scheduler like the one a model was saved with, with the settings asked for that it knows."""
    import diffusers

    kind = getattr(diffusers, asked["class"]) if "class" in asked else type(saved)
    other = {"flow_shift": "shift"} if "flow_shift" not in saved.config else {}
    wanted = {other.get(key, key): value for key, value in asked.items() if key != "class"}
    return kind.from_config(
        saved.config, **{key: one for key, one in wanted.items() if "class" in asked or key in saved.config}
    )


@contextmanager
def step_cache(pipe: Any, name: str | None) -> Iterator[None]:
    """Have a model skip what hardly changes from step to step, for one take."""
    if name is None:
        yield
        return
    from diffusers import FirstBlockCacheConfig, PyramidAttentionBroadcastConfig

    config = (
        FirstBlockCacheConfig(threshold=0.1)
        if name == "first_block"
        else PyramidAttentionBroadcastConfig(
            spatial_attention_block_skip_range=2,
            spatial_attention_timestep_skip_range=(100, 800),
            current_timestep_callback=lambda: pipe._current_timestep,  # noqa: SLF001 - diffusers' own documentation does
        )
    )
    drawing = [one for one in (pipe.transformer, getattr(pipe, "transformer_2", None)) if one is not None]
    for one in drawing:
        one.enable_cache(config)
    try:
        yield
    finally:
        for one in drawing:
            one.disable_cache()


def checked(plan: GenerationPlan, made: Any) -> Sequence[Frame]:
    """Turn what a call gave (N, H, W, 3; 0..1) into frames.

    Raises:
        ToolFailed: another number or size than was asked for, or numbers that are none.
    """
    values, size = np.asarray(made), plan.spec.size
    wanted = (plan.levers["frames"] if plan.task != "frame_by_frame" else 1, size.height, size.width, 3)
    if values.shape != wanted:
        raise ToolFailed(
            f"{plan.levers['call']} made {values.shape} where {wanted} was asked for", cure="report this model"
        )
    return pictures(plan, values)


def pictures(plan: GenerationPlan, values: npt.NDArray[Any]) -> Sequence[Frame]:
    """Turn numbers (N, H, W, 3; 0..1) into frames.

    Raises:
        ToolFailed: some are none.
    """
    if not np.isfinite(values).all():
        cure = "another `dtype` may help: write `dtype: bfloat16` or `dtype: float32` beside the model's name"
        raise ToolFailed(f"{plan.levers['model']} made pictures without values (NaN)", cure=cure)
    frames: Sequence[Frame] = np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return frames


def share_of(tell: Tell, place: int, count: int) -> Tell:
    """Give what tells the progress of one of `count` parts as that of the whole."""
    return lambda share: tell((place + share) / count)
