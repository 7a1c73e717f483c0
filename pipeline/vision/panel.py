"""A drawn panel: the words of a scene as planes in depth, filmed by a moving camera."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.vision import scenery_figures as figures
from pipeline.vision import scenery_ground as near_ground
from pipeline.vision import scenery_room as room
from pipeline.vision import scenery_street as street
from pipeline.vision import weather
from pipeline.vision.camera import Pose
from pipeline.vision.panel_places import HORIZON, PLACES, Stage
from pipeline.vision.panel_planes import Plane, lay, placed, plane
from pipeline.vision.scenery_brush import Canvas, Pixels, noise
from pipeline.vision.scenery_palette import lit, mix, palette, styled, tone
from pipeline.vision.scenery_words import read

FINENESS = 1.12
"""Pixels of a plane per pixel of the view: what a move magnifies stays sharp."""

WALL = 0.4
"""Nearness from which a plane of a room stands inside it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A painted scene ready to be filmed: planes from back to front, the weather, the darkened corners.

    `outside` falls behind a window: over the first `behind` planes, under the others.
    """

    planes: tuple[Plane, ...]
    particles: tuple[weather.Particles, ...]
    size: tuple[int, int]
    vignette: Pixels
    pulse: float
    outside: tuple[weather.Particles, ...] = ()
    behind: int = 0


def paint(scene: str, motion: str, lighting: str, style: str, seed: int, size: tuple[int, int]) -> Panel:
    """Paint the panel of one take; the same arguments give the same pixels.

    `scene` and `motion` are free text in English or Japanese, `lighting` and `style` vocabulary ids (or ""),
    `size` is width and height of the view in pixels.
    """
    what = read(scene, motion)
    rng = np.random.default_rng([seed & 0xFFFFFFFFFFFFFFFF, 0x5CE7E])
    colours = palette(lighting or what.hour, what.season, rng)
    width, height = size
    stage = Stage(what, colours, rng, width / height, height * FINENESS, style, float(rng.choice([-1, 1])))
    misty = "mist" in what.weather and what.place not in ("room", "space")
    veil = _mist(stage) if misty else []
    planes = [*PLACES[what.place](stage), *veil, *_actors(stage), *_foreground(stage)]
    kinds = [one for one in what.weather if one != "mist"]
    outdoors = [one for one in kinds if what.place == "room" and one in ("rain", "snow")]
    if what.place == "room":
        kinds = ["dust"]
    if what.place in ("river", "sea"):
        kinds.append("glints")
    inside, outside = _falling(kinds, stage), _falling(outdoors, stage)
    if colours.night < 0.5:  # pale streaks would be lost before a bright sky
        outside = tuple(replace(one, tint=one.tint * (0.55 if one.kind == "rain" else 1)) for one in outside)
    flicker = 0.02 if "fire" in what.things else 0.0
    behind = sum(one.nearness < WALL for one in planes) if outside else 0
    return Panel(tuple(planes), inside, size, _vignette(size, style), flicker, outside, behind)


def _falling(kinds: list[str], stage: Stage) -> tuple[weather.Particles, ...]:
    found = [weather.particles(kind, stage.palette, stage.aspect, stage.rng) for kind in kinds]
    return tuple(
        replace(one, tint=styled(one.tint[None].astype(np.uint8), stage.style)[0].astype(float)) for one in found
    )


def _vignette(size: tuple[int, int], style: str) -> Pixels:
    width, height = size
    depth = {"noir": 0.5, "vintage": 0.4, "cinematic": 0.3}.get(style, 0.2)
    ys, xs = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)
    fall = 1 - depth * np.clip((xs * xs * 0.8 + ys * ys * 0.8 - 0.35) / 1.25, 0, 1)
    shade = np.repeat(np.round(fall * 255).astype(np.uint8)[..., None], 4, axis=2)
    shade[..., 3] = 255
    return shade


def film(panel: Panel, pose: Pose, seconds: float) -> Pixels:
    """Give the frame the camera sees at a moment, RGBA (H, W, 4), opaque."""
    width, height = panel.size
    view = np.empty((height, width, 4), np.uint8)
    matrices = [placed(one, pose, seconds, panel.size, HORIZON) for one in panel.planes]
    shift, behind = (pose.pan + pose.track, pose.tilt - pose.rise), panel.behind
    if panel.outside:
        lay(view, panel.planes[:behind], matrices[:behind])
        for one in panel.outside:
            weather.fall(view, one, seconds, shift)
    lay(view, panel.planes[behind:], matrices[behind:])
    for one in panel.particles:
        weather.fall(view, one, seconds, shift)
    light = 1 / 255
    if panel.pulse:
        light *= 1 + panel.pulse * (np.sin(seconds * 9.1) + np.sin(seconds * 14.3))
    return np.asarray(cv2.multiply(view, panel.vignette, dst=view, scale=light), np.uint8)


def _actors(stage: Stage) -> list[Plane]:
    """Paint who is in the scene: people, an animal, a vehicle, each on a plane that moves by itself."""
    scene, found = stage.scene, list[Plane]()
    spot = -stage.side * stage.reach * float(stage.rng.uniform(0.14, 0.4))
    found += _vehicle(stage)
    if scene.place == "room":
        return [*found, *_indoors(stage, spot)]
    if scene.figures:
        found += _people(stage, spot)
    if scene.animal:
        found += _animal(stage, -spot if scene.figures else spot)
    return found


def _vehicle(stage: Stage) -> list[Plane]:
    scene, colour = stage.scene, stage.scene.object_tint
    canvas = stage.canvas()
    side, drift = float(stage.rng.uniform(-0.3, 0.1)), 0.0
    if "boat" in scene.things and scene.place in ("sea", "river"):
        street.boat(canvas, stage.palette, (side * stage.reach, 0.16), 0.17, colour or (150, 62, 52))
        drift = 0.012
    elif "train" in scene.things and scene.place != "room":
        street.train(canvas, stage.palette, (0.0, 0.27), 0.15, colour or (52, 96, 122))
        drift = 0.08
    elif "car" in scene.things and scene.place in ("city", "field", "desert", "mountain"):
        street.car(canvas, stage.palette, (side * stage.reach, 0.34), 0.4, colour or (190, 60, 50))
        drift = 0.05
    made = plane(canvas, 0.95, stage.style, (drift, 0.0))
    return [made] if made else []


def _people(stage: Stage, spot: float) -> list[Plane]:
    scene, canvas = stage.scene, stage.canvas()
    for place, kind in enumerate(scene.figures):
        worn = figures.wear(stage.palette, stage.rng, scene.garment if place == 0 else None)
        if scene.place == "space":
            worn = figures.suited(stage.palette)
        x = spot + (0.15 * place - 0.075 * (len(scene.figures) - 1)) * (1 if spot < 0 else -1)
        if scene.close:
            figures.bust(canvas, (spot * 0.6 + 0.42 * place, 0.62), 0.72, kind, worn)
            continue
        tall = {"child": 0.25, "woman": 0.36, "man": 0.385}[kind]
        umbrella = "umbrella" in scene.things or ("rain" in scene.weather and place == 0)
        feet = 0.3 if "bridge" not in scene.things else 0.245
        figures.person(canvas, (x, feet), tall, kind, worn, walking=scene.walking, umbrella=umbrella)
    step = 0.011 if scene.walking and not scene.close else 0.0
    made = plane(canvas, 1.0, stage.style, (step * (1 if spot < 0 else -1), 0.0), 0.004 if step else 0.0)
    return [made] if made else []


def _animal(stage: Stage, spot: float) -> list[Plane]:
    canvas, kind = stage.canvas(), stage.scene.animal
    dark = mix(tone(stage.palette, 0.95), lit(stage.palette, (120, 84, 60), 0.9), 0.5)
    drift = 0.0
    if kind == "birds":
        for _ in range(7):
            at = (float(stage.rng.uniform(-0.3, 0.3)) + spot * 0.5, float(stage.rng.uniform(-0.32, -0.08)))
            lift = float(stage.rng.uniform(-0.4, 1.0))
            figures.bird(canvas, at, float(stage.rng.uniform(0.022, 0.045)), tone(stage.palette, 0.9), lift)
        drift = 0.03
    else:
        size = {"cat": 0.2, "dog": 0.14, "horse": 0.22}[kind]
        figures.quadruped(canvas, (spot, 0.31), size, kind, dark, mix(dark, stage.palette.light, 0.5))
    made = plane(canvas, 1.0, stage.style, (drift, 0.0))
    return [made] if made else []


def _indoors(stage: Stage, spot: float) -> list[Plane]:
    """Seat people behind the table, lay it, put a cat on it."""
    behind, front = stage.canvas(), stage.canvas()
    for place, kind in enumerate(stage.scene.figures):
        worn = figures.wear(stage.palette, stage.rng, stage.scene.garment if place == 0 else None)
        figures.bust(behind, (spot + 0.3 * place, 0.26), 0.5 if stage.scene.close else 0.36, kind, worn)
    room.table(front, stage.palette, 0.25, min(0.62, stage.aspect * 0.42), cup=True)
    if stage.scene.animal == "cat":
        dark = mix(tone(stage.palette, 0.95), lit(stage.palette, (150, 104, 70), 0.9), 0.6)
        figures.quadruped(front, (-spot, 0.225), 0.17, "cat", dark, mix(dark, stage.palette.light, 0.5))
    made = [plane(behind, 0.95, stage.style), plane(front, 1.0, stage.style)]
    return [one for one in made if one]


def _foreground(stage: Stage) -> list[Plane]:
    """Frame the view with something out of focus close to the lens."""
    scene, rng, canvas = stage.scene, stage.rng, stage.canvas()
    side = float(rng.choice([-1, 1]))
    if scene.place in ("forest", "mountain") or scene.season in ("autumn", "spring"):
        if scene.place not in ("sea", "desert", "room", "space"):
            near_ground.branch(canvas, rng, stage.palette, side, -0.3, blossoms=scene.season == "spring")
    elif scene.place == "field":
        near_ground.grass(canvas, rng, 0.5, 0.16, (tone(stage.palette, 1.0), stage.leaves(1.0)[0]))
    elif scene.place == "river":
        near_ground.reeds(canvas, rng, stage.palette, 0.6)
    elif scene.place == "room":
        room.plant(canvas, stage.palette, rng, side)
    return stage.cut(canvas, 1.6, blur=0.0035)


def _mist(stage: Stage) -> list[Plane]:
    canvas: Canvas = stage.canvas()
    height, width = canvas.rgba.shape[:2]
    small = (height // 6 + 1, width // 6 + 1)
    veil = noise(small, canvas.unit * 0.05, stage.rng, stretch=4.0, octaves=3)
    ys = (np.arange(small[0]) * 6 / canvas.unit - canvas.half[1])[:, None]
    band = np.exp(-(((ys - 0.17) / 0.1) ** 2))
    cover = np.clip((0.55 + 0.4 * veil) * band, 0, 0.85)[..., None]
    tint = np.array(mix(stage.palette.far, (255, 255, 255), 0.35 * (1 - stage.palette.night)))
    veiled = np.dstack([cover * tint, cover * 255]).astype(np.float32)
    canvas.rgba[:] = np.clip(cv2.resize(veiled, (width, height), interpolation=cv2.INTER_CUBIC), 0, 255)
    made = plane(canvas, 0.95, stage.style, (0.014, 0.0))
    return [made] if made else []
