"""Takes, made: the model, the words, one call of diffusers, and the frames into our own encoder."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.errors import ToolFailed
from pipeline.generators import weights as known
from pipeline.generators.catalog import Entry
from pipeline.generators.diffusion import calls, device, ladder, provenance, resident, seeing, words
from pipeline.generators.diffusion.calls import Seen
from pipeline.generators.diffusion.dressing import Dress, Lora
from pipeline.generators.diffusion.options import LEVERS
from pipeline.generators.diffusion.resident import Need, Resident
from pipeline.model import GenerationPlan, Order, TakeResult
from pipeline.ports import Frame, Tell

DRAWN = 0.95
"""Share of a take's progress that is drawing; the rest is decoding and storing."""


@dataclass(frozen=True, slots=True)
class Material:
    """What all takes of one shot share: encoded words and how many tokens they lack, and what is looked at."""

    words: Mapping[str, Any]
    cut: int
    seen: Seen


def need_of(entry: Entry, plan: GenerationPlan) -> Need:
    """Say what a plan needs of its model.

    Raises:
        ToolMissing: torch or the weights are not here.
        ToolFailed: other weights are here than the plan was made with.
        OperatorError: the device asked for is not here.
    """
    device.library()
    levers = plan.levers
    found = known.here(levers["model"])
    if levers["weights"] not in (None, found.identity):
        message = f"{found.folder} holds other weights than the plan was made with"
        raise ToolFailed(message, cure="the models folder must be the same on every machine; plan again")
    parts = ladder.component_bytes(found.folder)
    place = device.device(levers.get("device", "auto"), sum(parts.values()))
    dtype = "float32" if place.name == "cpu" else levers["dtype"]
    gb = min(entry.memory.values(), default=None)
    chosen = tuple((key, levers[key]) for key in LEVERS if key in levers and key != "cache")
    return Need(entry.title, found, place, dtype, entry.float32 if dtype != "float32" else (), chosen, gb)


def takes(entry: Entry, orders: Sequence[Order], tell: Tell) -> Iterator[TakeResult]:
    """Make the takes of one shot, one after the other."""
    plan = orders[0].plan
    need, dress = need_of(entry, plan), _dress(entry, plan)
    material = _material(orders[0], seeing.seen(plan))
    with resident.to_itself(tell):
        for place, order in enumerate(orders):
            yield _take(need, dress, order, material, _telling(tell, place, len(orders)))


def _telling(tell: Tell, place: int, count: int) -> Tell:
    return lambda share: tell((place + share) / count)


def _dress(entry: Entry, plan: GenerationPlan) -> Dress:
    scales = plan.levers.get("loras", ())
    files = [one for one in plan.inputs if one.role.startswith("lora")]
    loras = tuple(Lora(one.path, one.sha256, float(scale)) for one, scale in zip(files, scales, strict=True))
    if "references" not in plan.levers:
        return Dress(loras)
    return Dress(loras, entry.references, known.folder_of(plan.levers["model"]), float(plan.levers["references"]))


def _material(order: Order, seen: Seen) -> Material:
    if order.words is None:
        return Material({}, 0, seen)
    found, cut = words.read(order.words)
    return Material(found, cut, seen)


def _take(need: Need, dress: Dress, order: Order, material: Material, tell: Tell) -> TakeResult:
    """Make one take, one rung lower each time that memory is too small."""
    started = time.monotonic()
    rung, tried = None, []
    while True:
        model = resident.model(need, dress, rung)
        device.peak_bytes(need.place, reset=True)
        try:
            drawn = Drawing(model, order, material)
            frames = drawn.frames(lambda share: tell(share * DRAWN))
        except (RuntimeError, MemoryError) as failure:
            if not device.is_full(failure):
                raise
            tried.append(model.rung)
            rung = ladder.below(need.place, model.rung)
            del model
            resident.drop(need.place)
            if rung is None:
                raise ladder.too_small(need.place, need.title, need.needs_gb) from failure
        else:
            break
    seconds = time.monotonic() - started
    store(order, frames)
    tell(1.0)
    return TakeResult(order, time.monotonic() - started, provenance=provenance.told(drawn, tried, seconds))


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
        self.pipe.scheduler = scheduler(self.pipe.scheduler, levers.get("scheduler", {}))

    @property
    def plan(self) -> GenerationPlan:
        """What is drawn."""
        return self.order.plan

    def frames(self, tell: Tell) -> Sequence[Frame]:
        """Draw all frames of the take, before any is cut off."""
        if self.plan.task == "frame_by_frame":
            return list(self._each(tell))
        return self._called(self.material.seen, self._stepping(tell))

    def _each(self, tell: Tell) -> Iterator[Frame]:
        """Draw footage picture by picture, each from the same noise, so that what does not move stays."""
        total = int(self.plan.levers["frames"])
        for place, frame in enumerate(seeing.source(self.plan)):
            seen = replace(self.material.seen, pictures={"first_frame": frame})
            yield self._called(seen, self._stepping(_telling(tell, place, total)))[0]

    def _called(self, seen: Seen, stepped: Callable[..., Any]) -> Sequence[Frame]:
        import torch

        plan, place = self.plan, self.model.need.place
        moved = {key: one.to(place.name) for key, one in self.material.words.items()}
        given = calls.arguments(plan, moved, seen)
        given |= {"generator": torch.Generator("cpu").manual_seed(self.order.seed), "callback_on_step_end": stepped}
        if given.get("guidance_scale_2") is not None and not self.pipe.config.get("boundary_ratio"):
            del given["guidance_scale_2"]  # a model with one expert
        with torch.no_grad(), self._cached():
            made = getattr(self.pipe(**given), calls.CALLS[plan.levers["call"]].made)
        return checked(plan, made[0] if calls.CALLS[plan.levers["call"]].made == "frames" else made)

    def _cached(self) -> Any:
        return step_cache(self.pipe, self.plan.levers.get("cache"))

    def _stepping(self, tell: Tell) -> Callable[..., Any]:
        def stepped(pipe: Any, step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            tell((step + 1) / max(pipe.num_timesteps, 1))
            return values

        return stepped


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
    pipe.transformer.enable_cache(config)
    try:
        yield
    finally:
        pipe.transformer.disable_cache()


def checked(plan: GenerationPlan, made: Any) -> Sequence[Frame]:
    """Turn what a call gave (N, H, W, 3; 0..1) into frames.

    Raises:
        ToolFailed: another number or size than was asked for, or numbers that are none.
    """
    values = np.asarray(made)
    size = plan.spec.size
    wanted = (plan.levers["frames"] if plan.task != "frame_by_frame" else 1, size.height, size.width, 3)
    if values.shape != wanted:
        raise ToolFailed(
            f"{plan.levers['call']} made {values.shape} where {wanted} was asked for", cure="report this model"
        )
    if not np.isfinite(values).all():
        cure = "another `dtype` may help: write `dtype: bfloat16` or `dtype: float32` beside the model's name"
        raise ToolFailed(f"{plan.levers['model']} made pictures without values (NaN)", cure=cure)
    frames: Sequence[Frame] = np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return frames


def store(order: Order, frames: Sequence[Frame]) -> None:
    """Write the frames that are kept of a take.

    Raises:
        ToolFailed: its folder is not there, or the disk refuses.
    """
    from pipeline.media import frames as media

    plan = order.plan
    if not order.out.parent.is_dir():
        raise ToolFailed(f"there is no folder {order.out.parent} to write the take into", cure="make the folder")
    try:
        media.write(order.out, iter(frames[: plan.spec.frames]), plan.spec, replace(media.TAKE, crf=plan.levers["crf"]))
    except BaseException:
        order.out.unlink(missing_ok=True)
        raise
