"""Pictures and footage a take is made from, brought to its size and rate."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pipeline.generators.animatic_conform import footage
from pipeline.generators.diffusion.calls import Seen
from pipeline.model import GenerationPlan
from pipeline.ports import Frame
from pipeline.timeline import round_half_up


def seen(plan: GenerationPlan) -> Seen:
    """Read what a take is made from.

    Raises:
        MediaInvalid: a file cannot be decoded.
    """
    from pipeline.media.frames import read_picture
    from pipeline.vision import scale

    size, focus = plan.spec.size, tuple(plan.levers.get("focus", scale.CENTRE))
    pictures = {
        one.role: scale.fit(read_picture(one.path), size, "cover", focus)
        for one in plan.inputs
        if one.role in {"first_frame", "last_frame"}
    }
    cast = [read_picture(one.path) for one in plan.inputs if one.role.startswith("reference")]
    shown = list(source(plan)) if plan.task == "video_to_video" else []
    return Seen(pictures, shown, cast)


def source(plan: GenerationPlan) -> Iterator[Frame]:
    """Stream footage at the rate and size of a take, as many frames as the model makes; at its end the last is held."""
    from pipeline.vision import scale

    clip: dict[str, Any] = dict(plan.levers["footage"])
    spec = clip.pop("spec")
    wanted, pace = int(plan.levers["frames"]), Fraction(spec.rate) / plan.spec.rate
    path = next(one.path for one in plan.inputs if one.role == "source")
    frames = enumerate(footage(replace(plan, spec=spec, levers=clip), path))
    at, shown = next(frames)
    for k in range(wanted):
        while at < min(round_half_up(k * pace), spec.frames - 1):
            at, shown = next(frames)
        yield scale.fit(shown, plan.spec.size)
