"""A take looked at before it is made: its first steps, and what the model then guesses it to be."""

from collections.abc import Callable, Sequence
from itertools import count
from math import ceil
from typing import Any

from pipeline.generators.diffusion import previews
from pipeline.generators.diffusion.drawing import Drawing
from pipeline.generators.diffusion.race import SentHome
from pipeline.ports import Frame, Tell


def frames(drawing: Drawing, share: float, tell: Tell) -> Sequence[Frame]:
    """Draw a share (0..1) of a take's steps, at least one, and decode what they promise.

    Noise, size and length are those of the take, so this is what it becomes, and no other seed does. What is made of
    whole pictures shows the first one.
    """
    if drawing.plan.task == "frame_by_frame":
        return [next(drawing.each(tell))]
    if drawing.plan.task == "text_to_image":
        return drawing.frames(tell)
    whole = drawing.steps(int(drawing.plan.levers["arguments"]["num_inference_steps"]))
    last, guess = max(ceil(share * whole), 1), previews.watched(drawing.pipe.scheduler)
    try:
        return drawing.frames(lambda done: tell(min(done * whole / last, 1.0)), _until(last, guess))
    except SentHome:
        return previews.frames(drawing, guess)


def _until(last: int, guess: previews.Guess) -> Callable[[Any], None]:
    """End the drawing after so many steps."""
    steps = count(1)

    def stepped(latents: Any) -> None:
        guess.latents = latents
        if next(steps) == last:
            raise SentHome

    return stepped
