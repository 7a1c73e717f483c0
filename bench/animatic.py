"""How fast the previz draws, on one core and without the encoder, at 1280x720; beside the obvious way to do it.

Run: .venv/bin/python bench/animatic.py
"""

import statistics
import sys
import time
from collections.abc import Callable

import cv2
import numpy as np

from pipeline.vision import camera, lower_third, panel

SIZE = (1280, 720)
FRAMES, ROUNDS = 40, 3
SCENES = {
    "temple in maple forest": "a woman in a red raincoat walks up to a wooden temple between maple trees, mist",
    "neon street, rain": "a girl with an umbrella in a neon street, rain at night",
    "sea and lighthouse": "a lighthouse above the sea, a sailing boat",
    "kissaten": "the master pours coffee in a kissaten, a cat",
}


def rate(draw: Callable[[float], object]) -> float:
    """Frames a second, the median of three rounds of a whole move."""
    draw(0.0)
    spans = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for place in range(FRAMES):
            draw(place / (FRAMES - 1))
        spans.append(time.perf_counter() - started)
    return FRAMES / statistics.median(spans)


def picture() -> np.ndarray:
    rng = np.random.default_rng(1)
    small = rng.integers(0, 255, (90, 160, 3), np.uint8)
    return np.asarray(cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_CUBIC), np.uint8)


def ours(move: str) -> Callable[[float], object]:
    poses = [camera.pose(move, "medium", u, u * 2) for u in np.linspace(0, 1, 9)]
    prepared = camera.still(picture(), SIZE, poses)
    return lambda u: lower_third.frame_of(camera.seen(prepared, camera.pose(move, "medium", u, u * 2), SIZE))


def naive_picture(move: str) -> Callable[[float], object]:
    """The usual way: the whole picture through a cubic perspective warp, three channels."""
    source = cv2.resize(picture(), SIZE, interpolation=cv2.INTER_AREA)
    width, height = SIZE
    view = np.array([[1 / height, 0, -width / 2 / height], [0, 1 / height, -0.5], [0, 0, 1]])

    def draw(u: float) -> object:
        flat = camera.flat(camera.pose(move, "medium", u, u * 2), width / height)
        matrix = np.linalg.inv(view) @ np.diag([0.8, 0.8, 1.0]) @ flat @ view
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return cv2.warpPerspective(source, matrix, SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE)

    return draw


def drawn(scene: str) -> Callable[[float], object]:
    painted = panel.paint(scene, "", "golden_hour", "cinematic", 7, SIZE)
    strip = lower_third.lower_third(SIZE, "gate", scene, "dolly_in", "Dolly in")

    def draw(u: float) -> object:
        view = panel.film(painted, camera.pose("dolly_in", "medium", u, u * 2), u * 2)
        lower_third.lay_over(view, strip)
        return lower_third.frame_of(view)

    return draw


def naive_panel(scene: str) -> Callable[[float], object]:
    """The usual way: every plane warped whole and blended in floating point."""
    painted = panel.paint(scene, "", "golden_hour", "cinematic", 7, SIZE)

    def draw(u: float) -> object:
        pose = camera.pose("dolly_in", "medium", u, u * 2)
        view = np.zeros((SIZE[1], SIZE[0], 3), np.float32)
        for one in painted.planes:
            matrix = panel.placed(one, pose, u * 2, SIZE, panel.HORIZON)
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            layer = cv2.warpAffine(one.rgba, matrix, SIZE, flags=flags, borderMode=cv2.BORDER_REPLICATE)
            alpha = layer[..., 3:].astype(np.float32) / 255
            view = layer[..., :3] + view * (1 - alpha)
        return np.clip(view, 0, 255).astype(np.uint8)

    return draw


def main() -> int:
    cv2.setNumThreads(1)
    print(f"{'what':34}{'ours':>10}{'naive':>10}{'ratio':>8}{'bar':>8}")
    missed = 0
    for move in ("pan_left", "dolly_in", "orbit", "handheld"):
        missed += row(f"picture, {move}", rate(ours(move)), rate(naive_picture(move)), 60)
    for name, scene in SCENES.items():
        missed += row(f"panel, {name}", rate(drawn(scene)), rate(naive_panel(scene)), 30)
    return 1 if missed else 0


def row(name: str, ours_rate: float, naive_rate: float, bar: int) -> int:
    print(f"{name:34}{ours_rate:7.0f}fps{naive_rate:7.0f}fps{ours_rate / naive_rate:7.1f}x{bar:5}fps", flush=True)
    return int(ours_rate < bar)


if __name__ == "__main__":
    sys.exit(main())
