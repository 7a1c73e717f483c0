"""How each kind of place is composed: which planes, at which depths, with what on them."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.vision import scenery_built as built
from pipeline.vision import scenery_ground as near_ground
from pipeline.vision import scenery_nature as nature
from pipeline.vision import scenery_room as room
from pipeline.vision import scenery_street as street
from pipeline.vision.panel_planes import Plane, plane
from pipeline.vision.scenery_brush import Canvas, Random, blank, glow, grain, soften
from pipeline.vision.scenery_palette import Colour, Palette, lit, mix, tone
from pipeline.vision.scenery_words import Scene

HORIZON = nature.HORIZON


@dataclass(frozen=True, slots=True)
class Stage:
    """What every composition needs: the scene, its colours, the take's dice, the view, the style id.

    `side` (-1 or 1) is where buildings stand; people keep to the other.
    """

    scene: Scene
    palette: Palette
    rng: Random
    aspect: float
    unit: float
    style: str
    side: float

    @property
    def reach(self) -> float:
        """Half the width in which things may stand, in heights."""
        return min(self.aspect / 2, 0.75)

    def canvas(self) -> Canvas:
        """Give an empty canvas with room for every camera move."""
        return blank(self.aspect, self.unit)

    def cut(self, canvas: Canvas, nearness: float, blur: float = 0.0, drift: float = 0.0) -> list[Plane]:
        """Finish a canvas as a plane: out of focus by `blur` heights, drifting sideways."""
        if self.style == "miniature" and not 0.5 < nearness < 1.3:
            blur += 0.006
        soften(canvas, blur)
        made = plane(canvas, nearness, self.style, (drift, 0.0))
        return [made] if made else []

    def leaves(self, nearness: float) -> tuple[Colour, Colour]:
        """Give dark and bright foliage at a distance."""
        dark, bright = self.palette.leaf
        haze = 0.75 * (1 - nearness)
        base = mix(dark, self.palette.near, 0.3)
        return mix(base, self.palette.far, haze), mix(bright, self.palette.far, haze)

    def ground(self, nearness: float = 0.8) -> tuple[Colour, Colour]:
        """Give the ground's colours at the horizon and at the viewer's feet, snow in winter."""
        if self.scene.season == "winter":
            white = mix((236, 242, 250), self.palette.far, 0.2 + 0.45 * self.palette.night)
            return mix(white, self.palette.far, 0.4), mix(white, self.palette.mid, 0.15)
        dark, bright = self.leaves(nearness)
        return mix(mix(dark, bright, 0.45), self.palette.far, 0.25), mix(dark, tone(self.palette, 1.0), 0.35)


def back(stage: Stage, cover: float = 0.45, horizon: float = HORIZON) -> list[Plane]:
    """Paint sky and clouds."""
    first, second = stage.canvas(), blank(stage.aspect, stage.unit * 0.6, (0.6, 0.2))
    nature.sky(first, stage.palette, stage.rng, horizon)
    nature.clouds(second, stage.palette, stage.rng, cover, low=horizon - 0.02)
    drift = 0.008 * float(stage.rng.choice([-1, 1]))
    return stage.cut(first, 0.04) + stage.cut(second, 0.1, drift=drift)


def _range(stage: Stage, height: float, nearness: float, base: float = HORIZON) -> list[Plane]:
    canvas = stage.canvas()
    snow = 0.34 if height > 0.24 or stage.scene.season == "winter" else 0.0
    if "fuji" in stage.scene.things and nearness < 0.3:
        nature.volcano(canvas, stage.palette, stage.rng, base, 0.42)
    else:
        nature.mountains(canvas, stage.palette, stage.rng, base, height, nearness, snow)
    return stage.cut(canvas, nearness)


def mountain(stage: Stage) -> list[Plane]:
    """Ranges one behind the other, woods, a meadow."""
    rng = stage.rng
    planes = [
        *back(stage),
        *_range(stage, float(rng.uniform(0.32, 0.42)), 0.16),
        *_range(stage, 0.2, 0.36, HORIZON + 0.02),
    ]
    wood = stage.canvas()
    nature.hills(wood, rng, 0.17, 0.07, (stage.leaves(0.45)[0], mix(stage.leaves(0.5)[0], stage.palette.far, 0.35)))
    nature.treeline(wood, rng, 0.18, 0.1, stage.leaves(0.5), firs=True)
    ground = stage.canvas()
    near_ground.ground(ground, rng, 0.22, stage.ground())
    near_ground.dapple(ground, rng, 0.25, stage.leaves(0.9)[1], 120)
    return [*planes, *stage.cut(wood, 0.55), *_set(stage, ground, 0.25)]


def forest(stage: Stage) -> list[Plane]:
    """Trees in three depths around an open way, branches near the lens."""
    rng, firs = stage.rng, stage.scene.season in ("", "winter") and stage.scene.animal != "cat"
    firs = firs and bool(rng.uniform() < 0.7)
    planes = [*back(stage, 0.3), *_range(stage, 0.2, 0.2)]
    for nearness, height, gap in ((0.4, 0.24, 0.05), (0.62, 0.4, 0.16)):
        wood = stage.canvas()
        if "bamboo" in stage.scene.things:
            base = 0.16 + 0.06 * nearness
            near_ground.bamboo(wood, rng, base, 0.034 * nearness, stage.leaves(nearness), gap * 0.6)
        else:
            nature.treeline(wood, rng, 0.14 + 0.06 * nearness, height, stage.leaves(nearness), firs=firs, gap=gap)
        planes += stage.cut(wood, nearness)
    ground = stage.canvas()
    near_ground.ground(ground, rng, 0.2, stage.ground())
    near_ground.dapple(ground, rng, 0.22, stage.leaves(1.0)[1], 230)
    if "bamboo" in stage.scene.things:
        near_ground.bamboo(ground, rng, 0.34, 0.045, stage.leaves(0.95), 0.34 * min(1.0, stage.aspect))
        return [*planes, *_set(stage, ground, 0.22, way=True)]
    for side in (-1, 1):
        for _ in range(2):
            x = side * float(rng.uniform(0.42, 0.85)) * max(stage.aspect / 1.78, 0.55)
            paint = nature.conifer if firs else None
            if paint:
                paint(ground, x, 0.33, float(rng.uniform(0.55, 0.75)), stage.leaves(0.85))
            else:
                nature.broadleaf(ground, x, 0.33, float(rng.uniform(0.55, 0.75)), stage.leaves(0.9), rng)
    return [*planes, *_set(stage, ground, 0.22, way=True)]


def field(stage: Stage) -> list[Plane]:
    """A wide meadow under a large sky, a line of trees far off, grass before the lens."""
    rng = stage.rng
    planes = [*back(stage, 0.75), *_range(stage, 0.12, 0.2)]
    far = stage.canvas()
    nature.hills(far, rng, 0.16, 0.05, (stage.leaves(0.4)[1], stage.leaves(0.5)[0]))
    for _ in range(5):
        x = float(rng.uniform(-far.width, far.width))
        nature.broadleaf(far, x, 0.16, float(rng.uniform(0.06, 0.12)), stage.leaves(0.5), rng)
    ground = stage.canvas()
    near_ground.ground(ground, rng, 0.19, stage.ground())
    near_ground.flowers(ground, rng, 0.2, mix(stage.palette.accent, stage.palette.light, 0.3), 240)
    return [*planes, *stage.cut(far, 0.4), *_set(stage, ground, 0.21)]


def river(stage: Stage) -> list[Plane]:
    """Wooded banks, water to the viewer, a bridge or a waterfall where the scene has one, reeds near the lens."""
    rng = stage.rng
    planes = [*back(stage, 0.4), *_range(stage, 0.26, 0.18)]
    bank = stage.canvas()
    nature.treeline(bank, rng, 0.15, 0.2, stage.leaves(0.5), firs=stage.scene.season == "winter")
    if "waterfall" in stage.scene.things:
        near_ground.waterfall(bank, rng, stage.palette, float(rng.uniform(-0.2, 0.2)), (-0.12, 0.17))
    water = stage.canvas()
    nature.water(water, stage.palette, rng, 0.155)
    planes += [*stage.cut(bank, 0.45), *stage.cut(water, 0.7)]
    return [*planes, *_set(stage, stage.canvas(), 0.3)]


def sea(stage: Stage) -> list[Plane]:
    """A sea under a large sky, an island far off, rocks or sand where the viewer stands."""
    rng = stage.rng
    planes = back(stage, 0.7, horizon=0.06)
    far = stage.canvas()
    nature.mountains(far, stage.palette, rng, 0.085, 0.07, 0.22)
    water = stage.canvas()
    nature.water(water, stage.palette, rng, 0.06)
    planes += [*stage.cut(far, 0.15), *stage.cut(water, 0.5)]
    shore = stage.canvas()
    if stage.scene.figures or stage.scene.animal or "lighthouse" in stage.scene.things:
        sand = mix(lit(stage.palette, (214, 190, 152), 0.8), stage.palette.near, 0.2)
        near_ground.ground(shore, rng, 0.29, (mix(sand, stage.palette.light, 0.2), sand), bumps=0.016)
        near_ground.rocks(shore, rng, stage.palette, 0.31, 0.05)
    return [*planes, *_set(stage, shore, 0.3)]


def desert(stage: Stage) -> list[Plane]:
    """Dunes, each darker and sharper than the one behind."""
    planes = [*back(stage, 0.2), *_range(stage, 0.1, 0.15)]
    for nearness, base in ((0.35, 0.15), (0.6, 0.2)):
        canvas = stage.canvas()
        near_ground.dunes(canvas, stage.rng, stage.palette, base, nearness)
        planes += stage.cut(canvas, nearness)
    ground = stage.canvas()
    near_ground.dunes(ground, stage.rng, stage.palette, 0.31, 1.0)
    return [*planes, *_set(stage, ground, 0.3)]


def city(stage: Stage) -> list[Plane]:
    """A street to its vanishing point, towers behind, lamps and signs."""
    rng, night = stage.rng, stage.palette.night
    planes = back(stage, 0.35)
    for nearness, height in ((0.2, 0.34), (0.38, 0.26)):
        towers = stage.canvas()
        built.skyline(towers, stage.palette, rng, HORIZON + 0.03, height, nearness)
        planes += stage.cut(towers, nearness)
    way = stage.canvas()
    street.road(way, stage.palette, HORIZON, wet=night > 0.5 or "rain" in stage.scene.weather)
    street.blocks(way, stage.palette, rng, HORIZON, signs=night > 0.3 or bool(rng.uniform() < 0.5))
    for side in (-1, 1):
        street.lamp_post(way, stage.palette, (side * 0.36, 0.24), 0.36)
    return [*planes, *_set(stage, way, 0.33)]


def interior(stage: Stage) -> list[Plane]:
    """A room whose window shows the world outside, shelves, a lamp, a table, a plant near the lens."""
    rng = stage.rng
    wide = 0.32 * min(1.0, stage.aspect / 1.2)
    middle = float(rng.choice([-1, 1])) * float(rng.uniform(0.12, 0.26)) * min(1.0, stage.aspect / 1.5)
    hole = (middle - wide, -0.34, middle + wide, 0.06)
    planes = [*back(stage, 0.4), *_range(stage, 0.12, 0.16, 0.03)]
    back_wall = stage.canvas()
    room.wall(back_wall, stage.palette, rng, hole)
    side = -1 if middle > 0 else 1
    if stage.aspect > 1:
        room.shelf(back_wall, stage.palette, rng, (side * 0.56 - (0.0 if side > 0 else 0.3), -0.3), (0.3, 0.36))
    grain(back_wall, rng, 2.0, 0.012)
    air = stage.canvas()
    room.shaft(air, stage.palette, hole)
    lamp = stage.canvas()
    room.pendant(lamp, stage.palette, (-middle * 0.9, -0.2), 0.075)
    planes += [*stage.cut(back_wall, 0.5), *stage.cut(air, 0.55), *stage.cut(lamp, 0.85)]
    return planes


def space(stage: Stage) -> list[Plane]:
    """Stars, a nebula, a planet and its moon."""
    rng, sky = stage.rng, stage.canvas()
    room.deep_space(sky, stage.palette, rng)
    side = float(rng.choice([-1, 1]))
    small, large = stage.canvas(), stage.canvas()
    spot = (side * 0.42 * stage.reach / 0.75, -0.16)
    room.planet(small, stage.palette, rng, (-spot[0] * 0.9, -0.28), 0.055, rings=False)
    room.planet(large, stage.palette, rng, spot, float(rng.uniform(0.17, 0.25)), rings=bool(rng.uniform() < 0.6))
    ground = stage.canvas()
    if stage.scene.figures or stage.scene.animal:
        moon = mix((150, 146, 150), stage.palette.near, 0.4)
        near_ground.ground(ground, rng, 0.28, (mix(moon, (255, 255, 255), 0.2), mix(moon, (0, 0, 0), 0.4)), 0.02)
        near_ground.dapple(ground, rng, 0.3, mix(moon, (0, 0, 0), 0.5), 120)
    return [*stage.cut(sky, 0.05), *stage.cut(small, 0.15), *stage.cut(large, 0.3), *stage.cut(ground, 0.9)]


def _set(stage: Stage, ground: Canvas, base: float, *, way: bool = False) -> list[Plane]:
    """Put the scene's buildings on the ground canvas, and make it a plane."""
    scene, palette, rng = stage.scene, stage.palette, stage.rng
    colour = scene.object_tint or built.VERMILION
    if (way or scene.place in ("mountain", "field")) and "path" in scene.things:
        earth = mix(lit(palette, (190, 160, 122), 0.8), palette.far, 0.15)
        nature.path(ground, base - 0.005, earth, mix(earth, palette.near, 0.35), float(rng.uniform(-0.25, 0.25)))
    aside = stage.side * stage.reach * float(rng.uniform(0.4, 0.56))
    if "temple" in scene.things:
        x = aside if "torii" in scene.things or scene.figures else aside * 0.5
        built.temple(ground, palette, (x, base + 0.02), 0.5, int(rng.choice([1, 1, 3])))
    if "torii" in scene.things:
        built.torii(ground, palette, (float(rng.uniform(-0.06, 0.06)), base + 0.06), 0.44, colour)
    if "house" in scene.things and "temple" not in scene.things:
        built.house(ground, palette, (aside, base + 0.03), 0.22, rng)
    if "bridge" in scene.things:
        built.bridge(
            ground, palette, (float(rng.uniform(-0.08, 0.08)), base + 0.01), min(0.78, stage.aspect * 0.46), colour
        )
    if "lighthouse" in scene.things:
        built.lighthouse(ground, palette, (aside * 1.2, base), 0.46)
    if "lantern" in scene.things:
        for place in (-0.8, -0.45, 0.5, 0.85):
            built.lantern(ground, palette, (place * stage.reach, -0.22 + 0.05 * float(rng.uniform(-1, 1))), 0.035)
    if "fire" in scene.things:
        glow(ground, (aside * 0.6, base + 0.07), 0.4, (255, 140, 50), 0.8)
        glow(ground, (aside * 0.6, base + 0.06), 0.06, (255, 230, 150), 1.2)
    grain(ground, rng, 2.2, 0.012)
    return stage.cut(ground, 0.9)


PLACES: dict[str, Callable[[Stage], list[Plane]]] = {
    "mountain": mountain,
    "forest": forest,
    "field": field,
    "river": river,
    "sea": sea,
    "desert": desert,
    "city": city,
    "room": interior,
    "space": space,
}
