"""Scenes drawn from formulas: what moves in them is known at every moment, at any rate, length and size.

What the score makes of three of them was never looked at while it was made: `UNSEEN`. (`handheld` was one of them until
it showed that a shaken camera over a flat scene was taken for a moved still.)
"""

from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np

from bench.scoring.scenery import (
    HEIGHT,
    WIDTH,
    Picture,
    cutout,
    moved,
    noise,
    over,
    paint,
    placed,
    seen,
    sway,
)
from pipeline.media.planes import Planes

Scene = Callable[[int], Callable[[float], Picture]]
"""Prepares a scene by its seed; then any moment, in seconds, gives a master."""

UNSEEN = ("articulated", "water", "traffic")


def shoot(name: str, seed: int, frames: int = 33, rate: Fraction = Fraction(24), lines: int = 360) -> list[Planes]:
    """Film a scene: the same seed shows the same thing at every rate and size."""
    moment = SCENES[name](seed)
    times = [float(k / rate) for k in range(frames)]
    return [seen(moment(time), seed, time, lines) for time in times]


def parallax(seed: int) -> Callable[[float], Picture]:
    """Travel past a hill and trunks, each layer at its own speed."""
    rng = np.random.default_rng([seed, 1])
    back, hill, near = (paint(seed * 10 + k, 2200, 900) for k in range(3))
    ys = np.mgrid[0:900, 0:2200][0]
    line = 470 + 90 * noise(rng, 2200, 900, 3)[450]
    hills = cutout(hill, np.clip((ys - line) / 2, 0, 1))
    trunks = np.zeros((900, 2200), np.uint8)
    for x in np.arange(120, 2200, 420) + rng.uniform(-90, 90, 5):
        cv2.line(trunks, (int(x), 900), (int(x + rng.uniform(-60, 60)), 0), 255, int(rng.uniform(30, 80)), cv2.LINE_AA)
    nearest = cutout(near, trunks / 255.0)
    speed = float(rng.uniform(0.7, 1.6) * rng.choice([-1, 1]))

    def at(seconds: float) -> Picture:
        x, y = sway(seconds, seed, 1.5)
        far = speed * seconds
        places = [(-450 + x - k * far, -90 + y) for k in (22, 60, 150)]
        layers = [moved(one, placed(*place)) for one, place in zip((back, hills, nearest), places, strict=True)]
        return over(over(layers[0].astype(np.float32), layers[1]), layers[2])

    return at


def articulated(seed: int) -> Callable[[float], Picture]:
    """Let a figure of ten limbs walk past a wall."""
    rng = np.random.default_rng([seed, 2])
    wall = paint(seed * 10 + 3, 1700, 900)
    cloth = paint(seed * 10 + 4, 400, 400, 40)
    pace, speed = float(rng.uniform(0.8, 1.2)), float(rng.uniform(90, 190) * rng.choice([-1, 1]))
    start = 640 - speed * 0.7

    def at(seconds: float) -> Picture:
        x, y = sway(seconds, seed, 2.0)
        whole = moved(wall, placed(-200 + x, -90 + y)).astype(np.float32)
        swing = 0.55 * np.sin(2 * np.pi * pace * seconds + np.array([0, np.pi]))
        hip = np.array([start + speed * seconds, 400 + 10 * np.abs(np.sin(2 * np.pi * pace * seconds))])
        for side in (0, 1):
            whole = _limb(whole, cloth, hip, swing[side], 150, 30, 0.5 * max(0.0, -swing[side]), 140)
        whole = _bone(whole, cloth, hip - [0, 170], 0.03 * swing[0], 190, 52)
        whole = _bone(whole, cloth, hip - [0, 250], 0.08 * swing[1], 60, 44)
        for side in (1, 0):
            whole = _limb(whole, cloth, hip - [0, 150], -swing[side], 105, 22, -0.6, 95)
        return whole

    return at


def _limb(
    whole: Picture, cloth: Picture, joint: np.ndarray, turn: float, length: float, thick: int, bend: float, lower: float
) -> Picture:
    whole = _bone(whole, cloth, joint, turn, length, thick)
    knee = joint + length * np.array([np.sin(turn), np.cos(turn)])
    return _bone(whole, cloth, knee, turn - bend, lower, round(thick * 0.8))


def _bone(whole: Picture, cloth: Picture, joint: np.ndarray, turn: float, length: float, thick: int) -> Picture:
    """Draw a rounded piece of cloth that hangs from a joint."""
    shape = np.zeros((400, 400), np.uint8)
    cv2.line(shape, (200, 60), (200, 60 + int(length)), 255, 2 * thick, cv2.LINE_AA)
    layer = cutout(cloth, shape / 255.0)
    matrix = placed(float(joint[0]), float(joint[1]), 1.0, -turn, (200.0, 60.0))
    return over(whole, moved(layer, matrix, cv2.BORDER_CONSTANT))


def particles(seed: int) -> Callable[[float], Picture]:
    """Let snow fall and drift while the camera comes closer."""
    rng = np.random.default_rng([seed, 3])
    back = paint(seed * 10 + 5, 1500, 900)
    depth = rng.uniform(0.25, 1.0, 260)
    x, y, phase = rng.uniform(0, 1400, 260), rng.uniform(0, 800, 260), rng.uniform(0, 6.3, 260)
    wind, fall = float(rng.uniform(-120, 120)), float(rng.uniform(90, 200))

    def at(seconds: float) -> Picture:
        zoom = 1.0 + 0.03 * seconds
        whole = np.ascontiguousarray(moved(back, placed(640, 360, zoom, 0.0, (750, 450))))
        right = (x + depth * wind * seconds + 14 * np.sin(2.2 * seconds + phase)) % 1400 - 60
        down = (y + depth * fall * seconds) % 800 - 40
        for px, py, size in zip(right, down, depth, strict=True):
            centre = (round(px * 16), round(py * 16))
            cv2.circle(whole, centre, round(size * 6 * 16), (235, 238, 245), -1, cv2.LINE_AA, 4)
        return whole

    return at


def water(seed: int) -> Callable[[float], Picture]:
    """Reflect a skyline in moving water: true motion that bends everything."""
    rng = np.random.default_rng([seed, 4])
    shore = paint(seed * 10 + 6, 1500, 500)
    angles, lengths = rng.uniform(-0.5, 0.5, 7), np.geomspace(40, 300, 7) * rng.uniform(0.8, 1.2, 7)
    phases = rng.uniform(0, 6.3, 7)
    ys, xs = np.mgrid[0:460, 0:WIDTH].astype(np.float32)
    near = 0.25 + ys / 460
    drift = float(rng.uniform(-25, 25))

    def at(seconds: float) -> Picture:
        pan = 90 + drift * seconds
        bend, light = np.zeros_like(xs), np.zeros_like(xs)
        for angle, length, phase in zip(angles, lengths, phases, strict=True):
            wave = 2 * np.pi / length
            speed = np.sqrt(9.81 * 90 * wave)  # deep water, 90 pixels a metre
            told = wave * (xs * np.sin(angle) + ys * np.cos(angle) / near) - speed * seconds + phase
            bend += length / 60 * np.cos(told)
            light += np.sin(told) / 7
        mirror = cv2.remap(
            shore, xs + pan + bend, 420 - ys * 0.9 + 2.5 * bend, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        )
        top = shore[240:500, int(pan) : int(pan) + WIDTH + 1].astype(np.float32)
        share = pan - int(pan)
        above = top[:, :-1] * (1 - share) + top[:, 1:] * share
        below = mirror * 0.7 + np.array([10, 30, 45]) + (60 * np.clip(light, 0, 1) ** 2)[..., None]
        return np.concatenate([above, below.astype(np.float32)])

    return at


def rotation(seed: int) -> Callable[[float], Picture]:
    """Turn a globe in front of a ground that rolls the other way."""
    rng = np.random.default_rng([seed, 5])
    back, skin = paint(seed * 10 + 7, 1700, 1300), paint(seed * 10 + 8, 1800, 900)
    radius, rate = float(rng.uniform(200, 290)), float(rng.uniform(0.25, 0.6) * rng.choice([-1, 1]))
    ys, xs = np.mgrid[-HEIGHT // 2 : HEIGHT // 2, -WIDTH // 2 : WIDTH // 2].astype(np.float32) / radius
    depth = np.sqrt(np.clip(1 - xs**2 - ys**2, 0, 1))
    alpha = np.clip((1 - np.hypot(xs, ys)) * radius / 1.5, 0, 1)[..., None]
    shade = (0.45 + 0.55 * depth)[..., None]

    def at(seconds: float) -> Picture:
        whole = moved(back, placed(640, 360, 1.0, -0.12 * rate * seconds, (850, 650)))
        around = (np.arctan2(xs, depth) / (2 * np.pi) + 0.5 + rate * seconds / 4) * 1800
        along = (np.arcsin(np.clip(ys, -1, 1)) / np.pi + 0.5) * 900
        globe = cv2.remap(skin, around.astype(np.float32), along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return whole * (1 - alpha) + globe * shade * alpha

    return at


def handheld(seed: int) -> Callable[[float], Picture]:
    """Walk with a camera in hand: the whole picture shakes, near things more."""
    rng = np.random.default_rng([seed, 6])
    back, near = paint(seed * 10 + 9, 1700, 1000), paint(seed * 10 + 10, 1700, 1000)
    shape = np.zeros((1000, 1700), np.uint8)
    for x in (420, 1150):
        cv2.ellipse(shape, (int(x + rng.uniform(-80, 80)), 720), (130, 260), 0, 0, 360, 255, -1, cv2.LINE_AA)
    front = cutout(near, shape / 255.0)
    size, forward = float(rng.uniform(5, 11)), float(rng.uniform(0.015, 0.05))

    def at(seconds: float) -> Picture:
        x, y = sway(seconds, seed, size, 0.5, 4.0)
        roll = sway(seconds, seed + 1, size, 0.5, 3.0)[0] / 2500
        zoom = 1.0 + forward * seconds
        whole = moved(back, placed(640 + x, 360 + y, zoom, roll, (850, 500))).astype(np.float32)
        closer = placed(640 + 1.6 * x, 360 + 1.6 * y, 1.0 + 2.2 * forward * seconds, roll, (850, 500))
        return over(whole, moved(front, closer, cv2.BORDER_CONSTANT))

    return at


def traffic(seed: int) -> Callable[[float], Picture]:
    """Watch six boxes cross each other's way, nearer ones over farther ones, from a window."""
    rng = np.random.default_rng([seed, 8])
    street = paint(seed * 10 + 11, 1500, 850)
    sides = rng.uniform(90, 230, (6, 2)).round().astype(int)
    boxes = [paint(seed * 10 + 20 + k, int(wide), int(high), 12) for k, (wide, high) in enumerate(sides)]
    layers = [cutout(box, np.ones(box.shape[:2], np.float32)) for box in boxes]
    starts = np.column_stack([rng.uniform(-100, 1200, 6), np.linspace(120, 500, 6)])
    speeds = rng.uniform(80, 330, 6) * rng.choice([-1, 1], 6)

    def at(seconds: float) -> Picture:
        x, y = sway(seconds, seed, 0.8)
        whole = moved(street, placed(-110 + x, -65 + y)).astype(np.float32)
        for layer, (left, top), speed in zip(layers, starts, speeds, strict=True):
            whole = over(whole, moved(layer, placed(left + speed * seconds + x, top + y), cv2.BORDER_CONSTANT))
        return whole

    return at


SCENES: dict[str, Scene] = {
    one.__name__: one for one in (parallax, articulated, particles, water, rotation, handheld, traffic)
}
