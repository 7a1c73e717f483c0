"""Wishes to plan with: a gate in the hills, by any model of the catalog."""

from fractions import Fraction
from pathlib import Path

from pipeline.generators import catalog
from pipeline.generators.diffusion import Diffusion
from pipeline.model import Asset, Input, MediaFacts, Shot, Size, Source, Spec, ToolChoice, Wish

MODELS = catalog.catalog().models
EACH = [(name, task) for name, entry in MODELS.items() for task in entry.tasks]
FILM = Size(1920, 1080)
FOOTAGE = MediaFacts("video", "c" * 64, Spec(Size(640, 360), Fraction(24), 2400), Fraction(100), has_sound=False)
ROLES = {"image_to_video": ("first_frame",), "first_last": ("first_frame", "last_frame")}


def wish(name, task, frames=24, rate=Fraction(24), size=FILM, options=None, **asked):
    roles = ROLES.get(task, ())
    facts = {}
    if task in ("video_to_video", "frame_by_frame"):
        asked = {"source": Source(Asset("clip.mp4", Path("clip.mp4")), loop=True), "strength": 0.3, **asked}
        roles, facts = ("source",), {"source": FOOTAGE}
    shot = Shot("gate", 0, "a gate in the hills", ToolChoice((name,)), 2, seconds=frames / rate, **asked)
    words = shot.prompt or "a gate in the hills"
    inputs = tuple(Input(role, Path(f"{role}.png"), role[0] * 64) for role in roles)
    spec = Spec(size, rate, 1 if task == "text_to_image" else frames)
    return Wish(shot, words, "blurry", spec, inputs, facts, {"head": 0, "tail": 0, **(options or {})})


def planned(name, task, *args, **more):
    return Diffusion(name).plan(wish(name, task, *args, **more))
