"""How each pipeline class of diffusers is called: under which names it takes words, pictures, footage and length."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import GenerationPlan
from pipeline.ports import Frame

Words = Mapping[str, Any]
"""What an encoder made of prompt and negative prompt: tensors by the names the call takes them under."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a take is made from: pictures by role, footage, and pictures of the cast, all at the take's size."""

    pictures: Mapping[str, Frame] = field(default_factory=dict)
    footage: Sequence[Frame] = ()
    references: Sequence[Frame] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One pipeline class: which arguments hold what.

    `reads` names the way of its encoder (see words.py), "" = it reads nothing. `picture`, `last` and `footage` are the
    arguments of a first frame, a last frame and footage; `length` that of the number of frames; `sized`: it takes
    height and width. `made` is the field of its output. `scheduler` are settings it needs; `caches`: it can
    skip steps.
    """

    reads: str = ""
    picture: str = ""
    last: str = ""
    footage: str = ""
    length: str = "num_frames"
    sized: bool = True
    made: str = "frames"
    more: Callable[[GenerationPlan, Seen], Mapping[str, Any]] | None = None
    scheduler: Mapping[str, Any] = field(default_factory=dict)
    caches: bool = False


def _ltx_rate(plan: GenerationPlan, _: Seen) -> Mapping[str, Any]:
    return {"frame_rate": float(plan.spec.rate)}


def _ltx_conditions(plan: GenerationPlan, seen: Seen) -> Mapping[str, Any]:
    """Give pictures at the ends, or footage of which `1 - strength` is kept."""
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition

    if seen.footage:
        kept = 1.0 - float(plan.levers["arguments"]["strength"])
        wanted = [LTXVideoCondition(video=[pil(one) for one in seen.footage], frame_index=0, strength=kept)]
    else:
        ends = {"first_frame": 0, "last_frame": int(plan.levers["frames"]) - 1}
        wanted = [LTXVideoCondition(image=pil(seen.pictures[role]), frame_index=at) for role, at in ends.items()]
    return {"conditions": wanted, **_ltx_rate(plan, seen)}


def _svd_rate(plan: GenerationPlan, _: Seen) -> Mapping[str, Any]:
    return {"fps": round(plan.spec.rate)}


STEADY = {"use_dynamic_shifting": False, "shift_terminal": None}
"""LTXConditionPipeline makes its own schedule and hands the scheduler no shift, which one that shifts asks for."""

CALLS: Mapping[str, Call] = {
    "WanPipeline": Call("wan", caches=True),
    "WanImageToVideoPipeline": Call("wan", picture="image", last="last_image", caches=True),
    "WanVideoToVideoPipeline": Call("wan", footage="video", length=""),
    "CogVideoXPipeline": Call("wan", caches=True),
    "CogVideoXImageToVideoPipeline": Call("wan", picture="image", caches=True),
    "CogVideoXVideoToVideoPipeline": Call("wan", footage="video", length="", caches=True),
    "StableVideoDiffusionPipeline": Call(picture="image", more=_svd_rate),
    "AnimateDiffPipeline": Call("sd"),
    "AnimateDiffVideoToVideoPipeline": Call("sd", footage="video", length=""),
    "LTXPipeline": Call("ltx", more=_ltx_rate, caches=True),
    "LTXImageToVideoPipeline": Call("ltx", picture="image", more=_ltx_rate, caches=True),
    "LTXConditionPipeline": Call("ltx", more=_ltx_conditions, caches=True, scheduler=STEADY),
    "StableDiffusionPipeline": Call("sd", length="", made="images"),
    "StableDiffusionImg2ImgPipeline": Call("sd", picture="image", length="", sized=False, made="images"),
    "StableDiffusionXLPipeline": Call("sdxl", length="", made="images"),
    "StableDiffusionXLImg2ImgPipeline": Call("sdxl", picture="image", length="", sized=False, made="images"),
    "FluxPipeline": Call("flux", length="", made="images", caches=True),
    "FluxImg2ImgPipeline": Call("flux", picture="image", length="", made="images"),
}
NOT_PASSED = {"LTXConditionPipeline": ("strength",)}
"""Arguments of a plan that a class takes in another form."""


def arguments(plan: GenerationPlan, words: Words, seen: Seen) -> dict[str, Any]:
    """Give the arguments of one call, but for generator and callbacks."""
    name = plan.levers["call"]
    call, size = CALLS[name], plan.spec.size
    given = {key: one for key, one in plan.levers["arguments"].items() if key not in NOT_PASSED.get(name, ())}
    given |= words
    if call.sized:
        given |= {"height": size.height, "width": size.width}
    if call.length:
        given[call.length] = plan.levers["frames"]
    for argument, role in ((call.picture, "first_frame"), (call.last, "last_frame")):
        if argument and role in seen.pictures:
            given[argument] = pil(seen.pictures[role])
    if call.footage:
        given[call.footage] = [pil(one) for one in seen.footage]
    if seen.references:
        given["ip_adapter_image"] = [[pil(one) for one in seen.references]]
    if call.more is not None:
        given |= call.more(plan, seen)
    return given | {"output_type": "np"}


def pil(frame: Frame) -> Any:
    """Give a frame as diffusers takes pictures."""
    from PIL import Image

    return Image.fromarray(frame)
