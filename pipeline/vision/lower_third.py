"""The strip at the foot of a previz frame that says which shot it is: id, camera move, scene."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision import text
from pipeline.vision.scenery_brush import Pixels

AMBER: text.Colour = (255, 196, 96)
WHITE: text.Colour = (246, 244, 238)

# Strokes of a move's icon in a box from -1 to 1; an arrow head stands at the end of each.
_ICONS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "static": (((-0.55, -0.4), (-0.55, 0.4), (0.55, 0.4), (0.55, -0.4), (-0.55, -0.4)),),
    "pan_left": (((0.8, 0.0), (-0.8, 0.0)),),
    "pan_right": (((-0.8, 0.0), (0.8, 0.0)),),
    "tilt_up": (((0.0, 0.8), (0.0, -0.8)),),
    "tilt_down": (((0.0, -0.8), (0.0, 0.8)),),
    "dolly_in": (((-0.9, 0.9), (-0.3, 0.1)), ((0.9, 0.9), (0.3, 0.1)), ((0.0, 0.9), (0.0, -0.6))),
    "dolly_out": (((-0.3, -0.5), (-0.9, 0.5)), ((0.3, -0.5), (0.9, 0.5)), ((0.0, -0.7), (0.0, 0.8))),
    "zoom_in": (((-1.0, -0.8), (-0.5, -0.4)), ((1.0, 0.8), (0.5, 0.4))),
    "zoom_out": (((-0.2, -0.15), (-0.9, -0.7)), ((0.2, 0.15), (0.9, 0.7))),
    "crane": (((-0.7, 0.7), (-0.1, 0.5), (0.3, 0.1), (0.5, -0.75)),),
    "aerial": (((-0.8, -0.7), (0.0, -0.5), (0.5, 0.0), (0.7, 0.7)),),
    "orbit": (((0.75, -0.15), (0.5, -0.6), (0.0, -0.75), (-0.55, -0.55), (-0.75, 0.0), (-0.45, 0.55), (0.3, 0.6)),),
    "steadicam": (((-0.9, 0.3), (-0.5, -0.2), (-0.1, 0.2), (0.3, -0.2), (0.9, -0.1)),),
    "handheld": (((-0.9, 0.1), (-0.6, -0.5), (-0.25, 0.4), (0.1, -0.5), (0.4, 0.3), (0.85, -0.3)),),
}
_HEADLESS = frozenset({"static"})


@dataclass(frozen=True, slots=True)
class LowerThird:
    """A drawn strip: from row `top` on, the view is multiplied by `keep` (0..255) and `add` is added, both RGBA."""

    top: int
    keep: Pixels
    add: Pixels


@dataclass(frozen=True, slots=True)
class _Measures:
    """Sizes in pixels, from the frame's shorter side."""

    pad: int
    title: int
    body: int
    chip: int
    width: int


def _measures(size: tuple[int, int]) -> _Measures:
    short = min(size)
    pad = max(4, round(short * 0.05))
    return _Measures(pad, max(9, round(short * 0.05)), max(8, round(short * 0.036)), max(8, round(short * 0.03)),
                     size[0] - 2 * pad)  # fmt: skip


def lower_third(size: tuple[int, int], shot: str, scene: str, move: str, move_label: str) -> LowerThird:
    """Draw the strip for a view of `size` (width, height): shot id, scene in up to three lines, the move and its icon.

    `move` is a camera id of the vocabulary (or ""), `move_label` what people call it.
    """
    width, height = size
    sizes = _measures(size)
    text_width = sizes.width - round(sizes.pad * 0.55)
    words = text.lines(scene.strip(), text_width, sizes.body, most=2 if width > height else 3) if scene.strip() else []
    step = round(sizes.body * 1.38)
    first = height - round(sizes.pad * 0.85) - step * max(len(words) - 1, 0)
    title_line = first - round(sizes.body * 1.5) if words else first
    top = max(0, title_line - sizes.title - round(sizes.pad * 1.9))
    ink = np.zeros((height - top, width, 3), np.uint8)
    cover = np.zeros_like(ink)
    left = sizes.pad + round(sizes.pad * 0.55)
    bar = (
        sizes.pad,
        title_line - top - round(sizes.title * 0.8),
        max(2, sizes.pad // 9),
        height - top - round(sizes.pad * 0.7),
    )
    cv2.rectangle(ink, bar[:2], (bar[0] + bar[2], bar[3]), AMBER, -1)
    cv2.rectangle(cover, bar[:2], (bar[0] + bar[2], bar[3]), (255,) * 3, -1)
    shown = text.shortened(text.drawable(shot), text_width // 2, sizes.title, text.BOLD)
    end = _write(ink, cover, shown, (left, title_line - top), sizes.title, WHITE, text.BOLD)
    for place, line in enumerate(words):
        _write(ink, cover, line, (left, first - top + place * step), sizes.body, WHITE, text.REGULAR)
    if move_label:
        _chip(ink, cover, (end + round(sizes.pad * 0.5), title_line - top), sizes, (move, move_label))
    return _mixed(ink, cover, top)


def _write(
    ink: Pixels, cover: Pixels, words: str, at: tuple[int, int], size: int, colour: text.Colour, weight: int
) -> int:
    text.draw(ink, words, at, size, colour, weight=weight)
    return text.draw(cover, words, at, size, (255, 255, 255), weight=weight)


def _chip(ink: Pixels, cover: Pixels, at: tuple[int, int], sizes: _Measures, move: tuple[str, str]) -> None:
    x, baseline = at
    name, label = move
    box = round(sizes.chip * 0.56)
    centre = (x + box, baseline - round(sizes.chip * 0.36))
    for target, colour in ((ink, AMBER), (cover, (255, 255, 255))):
        _icon(target, name, centre, box, colour)
    start = x + (round(box * 2.6) if name in _ICONS else 0)
    room = ink.shape[1] - sizes.pad - start
    _write(ink, cover, text.shortened(label, room, sizes.chip), (start, baseline), sizes.chip, AMBER, text.REGULAR)


def _icon(target: Pixels, name: str, centre: tuple[int, int], half: int, colour: text.Colour) -> None:
    thick = max(1, round(half * 0.16))
    for line in _ICONS.get(name, ()):
        points = np.round((np.array(line) * half * 0.95 + centre) * 16).astype(np.int32)
        cv2.polylines(target, [points], False, colour, thick, cv2.LINE_AA, 4)
        if name in _HEADLESS:
            continue
        along = np.array(line[-1]) - np.array(line[-2])
        along = along / np.linalg.norm(along)
        across = np.array([-along[1], along[0]])
        tip = np.array(line[-1]) + along * 0.2
        head = [tip, tip - along * 0.5 + across * 0.3, tip - along * 0.5 - across * 0.3]
        cv2.fillPoly(
            target, [np.round((np.array(head) * half * 0.95 + centre) * 16).astype(np.int32)], colour, cv2.LINE_AA, 4
        )


def _mixed(ink: Pixels, cover: Pixels, top: int) -> LowerThird:
    """Lay the ink over a shade that darkens towards the foot, and give what that does to the view below."""
    share = np.linspace(0, 1, ink.shape[0], dtype=np.float32)[:, None, None]
    shade = 0.8 * np.clip(share * 1.7, 0, 1) ** 1.1
    glyphs = cover[..., :1].astype(np.float32) / 255
    keep = (1 - shade) * (1 - glyphs) * 255
    tint = np.array([10, 11, 16], np.float32) * shade * (1 - glyphs)
    add = np.clip(ink + tint, 0, 255)
    opaque = np.full((*ink.shape[:2], 1), 255, np.float32)
    return LowerThird(
        top,
        np.ascontiguousarray(np.round(np.dstack([np.repeat(keep, 3, axis=2), opaque])).astype(np.uint8)),
        np.ascontiguousarray(np.round(np.dstack([add, opaque * 0])).astype(np.uint8)),
    )


def lay_over(view: npt.NDArray[np.uint8], strip: LowerThird) -> None:
    """Put the strip on a view, RGBA (H, W, 4), in place."""
    part = view[strip.top :]
    cv2.multiply(part, strip.keep, dst=part, scale=1 / 255)
    cv2.add(part, strip.add, dst=part)


def frame_of(view: npt.NDArray[np.uint8]) -> Frame:
    """Give a view (H, W, 4) as a frame."""
    return np.asarray(cv2.cvtColor(view, cv2.COLOR_RGBA2RGB), np.uint8)


def view_of(frame: Frame) -> npt.NDArray[np.uint8]:
    """Give a frame as an opaque view (H, W, 4)."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA), np.uint8)
