"""What a half-drawn take would look like: the model's own guess of the finished picture, decoded."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.generators.diffusion import calls
from pipeline.ports import Frame

if TYPE_CHECKING:
    from pipeline.generators.diffusion.drawing import Drawing


@dataclass(slots=True)
class Guess:
    """What is known of the end after a step: the latents it will be, and those that the step left."""

    end: Any = None
    latents: Any = None


def watched(scheduler: Any) -> Guess:
    """Have a scheduler tell what it makes of every step; it works as before.

    Pipelines look at the names it takes: one that does not see `generator` there lets it draw noise of its own.
    """
    guess, step = Guess(), scheduler.step
    names = inspect.signature(step)

    @wraps(step)
    def told(*given: Any, **named: Any) -> Any:
        made = step(*given, **named)
        guess.end = _end(scheduler, made, names.bind(*given, **named).arguments)
        return made

    scheduler.step = told
    return guess


def _end(scheduler: Any, made: Any, asked: Mapping[str, Any]) -> Any:
    """Give the latents that a model guesses the end to be: many schedulers tell, for flow it is x - sigma v.

    LTXConditionPipeline has a sigma for each token, and turns the sign.
    """
    told = getattr(made, "pred_original_sample", None)
    if told is None and isinstance(made, tuple) and len(made) > 1:
        told = made[1]
    if told is not None:
        return told.float()
    answer, sample = asked["model_output"].float(), asked["sample"].float()
    each = asked.get("per_token_timesteps")
    if each is not None:
        return sample + (each / scheduler.config.num_train_timesteps)[..., None] * answer
    return sample - float(scheduler.sigmas[max(scheduler.step_index - 1, 0)]) * answer


# ---------------------------------------------------------------- latents to frames


def frames(drawing: "Drawing", guess: Guess) -> Sequence[Frame]:
    """Decode what a take would end as, in the way its pipeline decodes.

    Raises:
        ToolFailed: numbers that are none.
    """
    import torch

    from pipeline.generators.diffusion.drawing import pictures

    pipe, latents = drawing.pipe, guess.end
    way = next(one for name, one in _WAYS.items() if type(pipe).__name__.startswith(name))
    with torch.no_grad():
        video = way(pipe, latents.to(pipe.vae.dtype), drawing, guess)
        made = pipe.video_processor.postprocess_video(video, output_type="np")
    return pictures(drawing.plan, made[0])


def _wan(pipe: Any, latents: Any, drawing: "Drawing", _: Guess) -> Any:
    import torch

    vae = pipe.vae
    shape = (1, vae.config.z_dim, 1, 1, 1)
    mean, spread = (latents.new_tensor(one).view(shape) for one in (vae.config.latents_mean, vae.config.latents_std))
    picture = drawing.material.seen.pictures.get("first_frame")
    latents = latents * spread + mean
    if picture is not None and pipe.config.get("expand_timesteps"):  # the first frame is held and not asked about
        size = drawing.plan.spec.size
        shown = pipe.video_processor.preprocess(calls.pil(picture), height=size.height, width=size.width)
        known = vae.encode(shown[:, :, None].to(latents.device, vae.dtype)).latent_dist.mode()
        latents = torch.cat([known.to(latents.dtype), latents[:, :, 1:]], dim=2)
    return vae.decode(latents, return_dict=False)[0]


def _cogvideox(pipe: Any, latents: Any, drawing: "Drawing", _: Guess) -> Any:
    kept = (int(drawing.plan.levers["frames"]) - 1) // pipe.vae_scale_factor_temporal + 1
    return pipe.decode_latents(latents[:, latents.shape[1] - kept :])  # what stands before fills up a patch of 1.5


def _svd(pipe: Any, latents: Any, drawing: "Drawing", _: Guess) -> Any:
    levers = drawing.plan.levers
    frames = int(levers["frames"])
    return pipe.decode_latents(latents, frames, levers["arguments"].get("decode_chunk_size", frames))


def _animatediff(pipe: Any, latents: Any, _: "Drawing", __: Guess) -> Any:
    return pipe.decode_latents(latents, 16)


def _ltx(pipe: Any, latents: Any, drawing: "Drawing", guess: Guess) -> Any:
    import torch

    plan, vae = drawing.plan, pipe.vae
    time = (int(plan.levers["frames"]) - 1) // pipe.vae_temporal_compression_ratio + 1
    lines, columns = (
        one // pipe.vae_spatial_compression_ratio for one in (plan.spec.size.height, plan.spec.size.width)
    )

    def unpacked(tokens: Any) -> Any:
        tokens = tokens[:, -time * lines * columns :]  # those of pictures that condition it stand before
        patches = pipe.transformer_spatial_patch_size, pipe.transformer_temporal_patch_size
        return pipe._unpack_latents(tokens, time, lines, columns, *patches)  # noqa: SLF001 - told nowhere else

    if latents.ndim == 3:
        latents = unpacked(latents)
    elif latents.shape[2] < time:  # from a picture: its own frame is held and not asked about
        latents = torch.cat([unpacked(guess.latents)[:, :, :1].to(latents.dtype), latents], dim=2)
    latents = pipe._denormalize_latents(latents, vae.latents_mean, vae.latents_std, vae.config.scaling_factor)  # noqa: SLF001 - the same
    steady = latents.new_zeros(1) if vae.config.timestep_conditioning else None
    return vae.decode(latents.to(vae.dtype), steady, return_dict=False)[0]


_WAYS: Mapping[str, Callable[[Any, Any, "Drawing", Guess], Any]] = {
    "Wan": _wan,
    "CogVideoX": _cogvideox,
    "StableVideoDiffusion": _svd,
    "AnimateDiff": _animatediff,
    "LTX": _ltx,
}


def write(drawing: "Drawing", guess: Guess, out: Path) -> Path:
    """Write the preview of a take: the frames that would be kept of it."""
    from pipeline.media import frames as media

    made = frames(drawing, guess)
    media.write(out, iter(made[: drawing.plan.spec.frames]), drawing.plan.spec, media.TAKE)
    return out
