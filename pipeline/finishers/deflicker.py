"""Steady light: brightness that pumps from frame to frame is taken out, fades and cuts are left as they are."""

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar

import numpy as np

from pipeline.errors import ProducerError
from pipeline.model import Spec
from pipeline.ports import Frame
from pipeline.vision.exposure import Gains, Look, brightened, correction, exposed, look

AHEAD = 3
"""Frames held that come later."""

PAST = 12
"""Frames whose brightness is remembered: with them, flicker of up to 12 frames a period loses 70 % and more."""


class Deflicker:
    """Brings the brightness of every frame onto the trend of the 16 around it, by `strength` 0..1.

    A class because the port has four functions of the same setting. Frames that do not flicker pass bit by bit.

    Raises:
        ProducerError: a strength outside 0..1.
    """

    name: ClassVar[str] = "deflicker"
    version: ClassVar[int] = 1

    def __init__(self, strength: float = 1.0) -> None:
        if not 0.0 <= strength <= 1.0:
            raise ProducerError(f"a deflicker of strength {strength} cannot be", cure="choose one from 0 to 1")
        self.strength = strength

    def values(self) -> Mapping[str, Any]:
        """Give the strength."""
        return {"strength": self.strength}

    def spec(self, before: Spec) -> Spec:
        """Foretell the same stream."""
        return before

    def frames(self, frames: Iterator[Frame], before: Spec) -> Iterator[Frame]:  # noqa: ARG002 - the port's signature
        """Stream the frames in steady light, holding four of them."""
        if not self.strength:
            yield from frames
            return
        lit = _lit(frames)
        held = deque(islice(lit, 1 + AHEAD))
        past: deque[tuple[int, Gains]] = deque(maxlen=PAST)
        while held:
            frame, scene, light = held[0]
            known = [one for number, one in past if number == scene]
            course = known + [one for _, number, one in held if number == scene]
            yield exposed(frame, self.strength * correction(course, len(known)))
            past.append((scene, light))
            held.popleft()
            held.extend(islice(lit, 1))


def _lit(frames: Iterator[Frame]) -> Iterator[tuple[Frame, int, Gains]]:
    """Give every frame with the number of its scene and its brightness against that scene's first frame."""
    scene, light = 0, np.zeros(3)
    before: Look | None = None
    for frame in frames:
        now = look(frame)
        step = np.zeros(3) if before is None else brightened(before, now)
        scene, light = (scene + 1, np.zeros(3)) if step is None else (scene, light + step)
        yield frame, scene, light
        before = now
