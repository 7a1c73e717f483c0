"""Takes, made: the model, the words, one call of diffusers, and the frames into our own encoder."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import ToolFailed
from pipeline.generators import weights as known
from pipeline.generators.catalog import Entry
from pipeline.generators.diffusion import installed, ladder, probing, provenance, race, resident, seeing, words
from pipeline.generators.diffusion.calls import Seen
from pipeline.generators.diffusion.drawing import Drawing, Material, share_of
from pipeline.generators.diffusion.dressing import Dress, Lora
from pipeline.generators.diffusion.options import LEVERS
from pipeline.generators.diffusion.race import Lane
from pipeline.generators.diffusion.resident import Need
from pipeline.model import GenerationPlan, Order, TakeResult
from pipeline.ports import Frame, Judge, Tell
from pipeline.trained import device

NO_RACE = ("frame_by_frame", "text_to_image")
"""Tasks whose takes are many pictures or one: they are made whole."""

DRAWN = 0.95
"""Share of a take's progress that is drawing; the rest is decoding and storing."""


def need_of(entry: Entry, plan: GenerationPlan) -> Need:
    """Say what a plan needs of its model.

    Raises:
        ToolMissing: torch or the weights are not here.
        ToolFailed: other weights are here than the plan was made with.
        OperatorError: the device asked for is not here.
    """
    installed.check()
    levers = plan.levers
    found = known.here(levers["model"], catalogued=levers["model"] == entry.name)
    if levers["weights"] != found.identity:
        told = "other weights than the plan was made with" if levers["weights"] else "weights that the plan knew not of"
        raise ToolFailed(f"{found.folder} holds {told}", cure="the models folder must be the same on every machine")
    known.check(found)
    parts = ladder.component_bytes(found.folder, levers["dtype"], entry.float32)
    place = device.device(levers.get("device", "auto"), sum(parts.values()))
    dtype = "float32" if place.name == "cpu" else levers["dtype"]
    chosen = tuple((key, levers[key]) for key in LEVERS if key in levers and key != "cache")
    kept = entry.float32 if dtype != "float32" else ()
    return Need(entry.title, found, place, dtype, kept, chosen, entry.gpu_gb)


def takes(entry: Entry, orders: Sequence[Order], work: Path, judge: Judge, tell: Tell) -> Iterator[TakeResult]:
    """Make the takes of one shot: side by side where they race, else one after the other."""
    plan = orders[0].plan
    need, dress = need_of(entry, plan), _dress(entry, plan)
    material = _material(orders[0], seeing.seen(plan))
    with resident.to_itself(tell):
        left = list(orders)
        if orders[0].race is not None and len(orders) > 1 and plan.task not in NO_RACE:
            for result in _raced(need, dress, orders, material, work, judge, tell):
                left.remove(result.order)
                yield result
        for place, order in enumerate(left):
            yield _take(need, dress, order, material, share_of(tell, place, len(left)))


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
        drawn = None  # a model that was too large goes before the next comes
        model = resident.model(need, dress, rung)
        device.peak_bytes(need.place, reset=True)
        try:
            drawn = Drawing(model, order, material)
            frames = _frames(drawn, lambda share: tell(share * DRAWN))
        except (RuntimeError, MemoryError) as failure:
            if not device.is_full(failure):
                raise
            tried.append(model.rung)
            rung = ladder.below(need.place, model.rung)
            del model
            drawn = None
            resident.drop(need.place)
            if rung is None:
                raise ladder.too_small(need.place, need.title, need.needs_gb) from failure
        else:
            break
    seconds = time.monotonic() - started
    store(order, frames)
    tell(1.0)
    return TakeResult(order, time.monotonic() - started, provenance=provenance.told(drawn, tried, seconds))


def _frames(drawn: Drawing, tell: Tell) -> Sequence[Frame]:
    share = drawn.order.probe
    return drawn.frames(tell) if share is None else probing.frames(drawn, share, tell)


def _raced(
    need: Need, dress: Dress, orders: Sequence[Order], material: Material, work: Path, judge: Judge, tell: Tell
) -> Iterator[TakeResult]:
    """Race takes; where memory is too small for it, end early: those that are left are made one after the other."""
    told = dict.fromkeys((order.take for order in orders), 0.0)

    def progress(take: int, share: float) -> None:
        told[take] = share
        tell(sum(told.values()) / len(told) * DRAWN)

    asked = orders[0].race
    assert asked is not None
    try:
        model = resident.model(need, dress, None)
        drawings = [Drawing(model, order, material) for order in orders]
        for lane in race.run(drawings, asked, judge, work, progress):
            progress(lane.take, 1.0)
            yield _result(lane)
    except (RuntimeError, MemoryError) as failure:
        if not device.is_full(failure):
            raise


def _result(lane: Lane) -> TakeResult:
    """Give what became of a take in a race; one that was sent home has no file."""
    drawn, order = lane.drawing, lane.drawing.order
    about = {"previews": [round(score, 5) for score in lane.scores], "steps": lane.steps}
    if lane.frames is None:
        return TakeResult(order, lane.seconds, provenance={"race": about}, stopped=lane.steps)
    store(order, lane.frames)
    lane.frames = None
    return TakeResult(order, lane.seconds, provenance=provenance.told(drawn, [], lane.seconds) | {"race": about})


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
        spec = replace(plan.spec, frames=min(plan.spec.frames, len(frames)))  # fewer where a probe shows one of many
        media.write(order.out, iter(frames[: spec.frames]), spec, replace(media.TAKE, crf=plan.levers["crf"]))
    except BaseException:
        order.out.unlink(missing_ok=True)
        raise
