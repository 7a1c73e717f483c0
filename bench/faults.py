"""Faults of generated clips, planted in memory at three strengths; run it for the list.

A clip is a list of planes; a fault gives a new list and leaves the clip alone. The same clip, fault and strength
always give the same frames.
"""

import numpy as np

from bench.scoring import faults_light as light
from bench.scoring import faults_motion as motion
from bench.scoring import faults_shape as shape
from bench.scoring import faults_texture as texture
from bench.scoring.planting import Clip, Fault, How
from pipeline.media.planes import Planes

STRENGTHS = (1, 2, 3)
"""Seen when looked for; seen; ruins the take."""

FAMILIES: dict[str, tuple[Fault, ...]] = {
    "motion": (motion.frozen, motion.partly_frozen, motion.slow_down, motion.stutter, motion.ken_burns),
    "order": (motion.dropped, motion.swapped, motion.cut, motion.loop_jump),
    "light": (light.flicker, light.local_flicker, light.fade_to_black, light.exposure_drift),
    "colour": (light.hue_flicker, light.colour_flicker, light.saturation_drift, light.colour_bleeding),
    "shape": (shape.jitter, shape.rolling_jitter, shape.breathing, shape.boil, shape.wobble, shape.object_warp),
    "content": (shape.ghost, shape.morph, shape.melting, shape.popping, shape.dissolve),
    "texture": (
        texture.noise,
        texture.noise_bursts,
        texture.blur_pumping,
        texture.blocks,
        texture.glitch,
        texture.banding,
    ),
}

FAULTS: dict[str, Fault] = {fault.__name__: fault for family in FAMILIES.values() for fault in family}


def plant(name: str, clip: Clip, strength: int, rate: float = 24.0) -> list[Planes]:
    """Plant the fault `name` at strength 1 (seen when looked for), 2 (seen) or 3 (ruins the take)."""
    seed = [ord(letter) for letter in name] + [strength]
    return FAULTS[name](clip, How(strength, np.random.default_rng(seed), rate))


if __name__ == "__main__":
    for family, faults in FAMILIES.items():
        for fault in faults:
            print(f"{family:8} {fault.__name__:16} {fault.__doc__}")
