"""Features of a clip, one file per feature; two tables name them all, in the order of every card."""

from pipeline.metrics.banding import Banding
from pipeline.metrics.change import Change
from pipeline.metrics.colour_flicker import ColourFlicker
from pipeline.metrics.dissolving import Dissolving
from pipeline.metrics.fading import Fading
from pipeline.metrics.flicker import Flicker
from pipeline.metrics.focus_drift import FocusDrift
from pipeline.metrics.ghosting import Ghosting
from pipeline.metrics.grain import Grain
from pipeline.metrics.halted import Halted
from pipeline.metrics.hue_flicker import HueFlicker
from pipeline.metrics.light_drift import LightDrift
from pipeline.metrics.local_flicker import LocalFlicker
from pipeline.metrics.local_wobble import LocalWobble
from pipeline.metrics.motion import Motion
from pipeline.metrics.occlusion import Occlusion
from pipeline.metrics.patch_error import PatchError
from pipeline.metrics.planarity import Planarity
from pipeline.metrics.recurring import Recurring
from pipeline.metrics.saturation_drift import SaturationDrift
from pipeline.metrics.shake import Shake
from pipeline.metrics.sharpness_flicker import SharpnessFlicker
from pipeline.metrics.shimmer import Shimmer
from pipeline.metrics.stall import Stall
from pipeline.metrics.structure_loss import StructureLoss
from pipeline.metrics.tint_drift import TintDrift
from pipeline.metrics.warp_error import WarpError
from pipeline.metrics.wobble import Wobble
from pipeline.ports import CourseFeature, Feature

FEATURES: tuple[Feature, ...] = (
    WarpError(),
    PatchError(),
    Occlusion(),
    StructureLoss(),
    Shake(),
    Motion(),
    Change(),
    Flicker(),
    LocalFlicker(),
    ColourFlicker(),
    HueFlicker(),
    SharpnessFlicker(),
    Grain(),
    Banding(),
)
"""What a pair of frames tells. One line a feature: a new one goes into its own file and here, and, if it shall count,
into the combination."""

COURSES: tuple[CourseFeature, ...] = (
    Wobble(),
    LocalWobble(),
    Shimmer(),
    Dissolving(),
    Planarity(),
    Fading(),
    Ghosting(),
    Halted(),
    Recurring(),
    Stall(),
    LightDrift(),
    SaturationDrift(),
    TintDrift(),
    FocusDrift(),
)
"""What only a clip's whole course tells, the same way."""
