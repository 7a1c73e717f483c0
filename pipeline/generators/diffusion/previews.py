"""What a half-drawn take would look like: the model's own guess of the finished picture, decoded."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.ports import Frame

if TYPE_CHECKING:
    from pipeline.generators.diffusion.drawing import Drawing


@dataclass(slots=True)
class Guess:
    """What a scheduler was given at the last step of a take: the model's answer and what it was asked about."""

    answer: Any = None
    sample: Any = None
    time: Any = None


def watched(scheduler: Any) -> Guess:
    """Have a scheduler tell what it is given at every step; it works as before."""
    guess, step = Guess(), scheduler.step
    names = inspect.signature(step)

    def told(*given: Any, **named: Any) -> Any:
        asked = names.bind(*given, **named).arguments
        guess.answer, guess.sample, guess.time = asked["model_output"], asked["sample"], asked["timestep"]
        return step(*given, **named)

    scheduler.step = told
    return guess


def finished(scheduler: Any, guess: Guess) -> Any:
    """Give the latents that the model guesses the end to be, from its answer at the last step.

    Flow: x - sigma v. Noise and velocity as in Salimans and Ho, Progressive Distillation, 2022 (appendix D); with
    sigmas in the place of alphas as in Karras et al., Elucidating the Design Space, 2022 (table 1).
    """
    config, answer, sample = scheduler.config, guess.answer.float(), guess.sample.float()
    kind = config.get("prediction_type", "flow_prediction")
    if config.get("use_flow_sigmas") or kind == "flow_prediction" or "FlowMatch" in type(scheduler).__name__:
        return sample - _sigma(scheduler) * answer
    if "sigma_data" in config or "Euler" in type(scheduler).__name__:
        sigma = _sigma(scheduler)
        if kind == "v_prediction":
            return sample / (sigma**2 + 1) - answer * sigma / (sigma**2 + 1) ** 0.5
        return sample - sigma * answer
    kept = scheduler.alphas_cumprod[int(guess.time)].to(sample.device)
    if kind == "v_prediction":
        return kept**0.5 * sample - (1 - kept) ** 0.5 * answer
    return (sample - (1 - kept) ** 0.5 * answer) / kept**0.5


def _sigma(scheduler: Any) -> float:
    """Give the noise of the step that was just taken."""
    return float(scheduler.sigmas[max(scheduler.step_index - 1, 0)])


# ---------------------------------------------------------------- latents to frames


def frames(drawing: "Drawing", latents: Any) -> Sequence[Frame]:
    """Decode latents as the pipeline itself would at its end.

    Raises:
        ToolFailed: numbers that are none.
    """
    import torch

    from pipeline.generators.diffusion.drawing import pictures

    pipe = drawing.pipe
    way = next(one for name, one in _WAYS.items() if type(pipe).__name__.startswith(name))
    with torch.no_grad():
        video = way(pipe, latents.to(pipe.vae.dtype), drawing)
        made = pipe.video_processor.postprocess_video(video, output_type="np")
    return pictures(drawing.plan, made[0])


def _wan(pipe: Any, latents: Any, _: "Drawing") -> Any:
    vae = pipe.vae
    shape = (1, vae.config.z_dim, 1, 1, 1)
    mean, spread = (latents.new_tensor(one).view(shape) for one in (vae.config.latents_mean, vae.config.latents_std))
    return vae.decode(latents * spread + mean, return_dict=False)[0]


def _cogvideox(pipe: Any, latents: Any, _: "Drawing") -> Any:
    return pipe.decode_latents(latents)


def _svd(pipe: Any, latents: Any, drawing: "Drawing") -> Any:
    return pipe.decode_latents(latents, int(drawing.plan.levers["frames"]), 4)


def _animatediff(pipe: Any, latents: Any, _: "Drawing") -> Any:
    return pipe.decode_latents(latents, 16)


def _ltx(pipe: Any, latents: Any, drawing: "Drawing") -> Any:
    plan, vae = drawing.plan, pipe.vae
    time = (int(plan.levers["frames"]) - 1) // pipe.vae_temporal_compression_ratio + 1
    side = pipe.vae_spatial_compression_ratio
    lines, columns = plan.spec.size.height // side, plan.spec.size.width // side
    if latents.ndim == 3:
        latents = latents[:, -time * lines * columns :]  # tokens of pictures that condition it stand before
        unpack = pipe._unpack_latents  # noqa: SLF001 - the pipelines of LTX tell it nowhere else
        latents = unpack(
            latents, time, lines, columns, pipe.transformer_spatial_patch_size, pipe.transformer_temporal_patch_size
        )
    latents = pipe._denormalize_latents(latents, vae.latents_mean, vae.latents_std, vae.config.scaling_factor)  # noqa: SLF001 - the same
    steady = latents.new_zeros(1) if vae.config.timestep_conditioning else None
    return vae.decode(latents.to(vae.dtype), steady, return_dict=False)[0]


_WAYS: Mapping[str, Callable[[Any, Any, "Drawing"], Any]] = {
    "Wan": _wan,
    "CogVideoX": _cogvideox,
    "StableVideoDiffusion": _svd,
    "AnimateDiff": _animatediff,
    "LTX": _ltx,
}


def write(drawing: "Drawing", guess: Guess, out: Path) -> Path:
    """Write the preview of a take: the frames that would be kept of it."""
    from pipeline.media import frames as media

    made = frames(drawing, finished(drawing.pipe.scheduler, guess))
    media.write(out, iter(made[: drawing.plan.spec.frames]), drawing.plan.spec, media.TAKE)
    return out
