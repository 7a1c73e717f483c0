"""Features of a clip, one file per feature; the table names them all, in the order of every card."""

from pipeline.metrics.change import Change
from pipeline.metrics.colour_flicker import ColourFlicker
from pipeline.metrics.flicker import Flicker
from pipeline.metrics.motion import Motion
from pipeline.metrics.occlusion import Occlusion
from pipeline.metrics.patch_error import PatchError
from pipeline.metrics.shake import Shake
from pipeline.metrics.sharpness_flicker import SharpnessFlicker
from pipeline.metrics.structure_loss import StructureLoss
from pipeline.metrics.warp_error import WarpError
from pipeline.ports import Feature

FEATURES: tuple[Feature, ...] = (
    WarpError(),
    PatchError(),
    Occlusion(),
    StructureLoss(),
    Shake(),
    Motion(),
    Change(),
    Flicker(),
    ColourFlicker(),
    SharpnessFlicker(),
)
"""One line a feature: a new one goes into its own file and here (and, if it shall count, into the combination)."""
