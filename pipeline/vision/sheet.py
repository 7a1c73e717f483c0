"""Shapes for sheets and slates: boxes, rings, stripes, drawn in place; colours are R, G, B 0..255."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom lie outside."""

_SHIFT = 4
"""Fractional bits of OpenCV's drawing coordinates."""


def box(frame: Frame, area: Box, colour: Colour) -> None:
    """Fill a box; what lies outside the frame is cut off."""
    left, top, right, bottom = (max(0, edge) for edge in area)
    frame[top:bottom, left:right] = colour


def outline(frame: Frame, area: Box, colour: Colour, thickness: int) -> None:
    """Draw a border of `thickness` pixels just outside a box."""
    left, top, right, bottom = area
    box(frame, (left - thickness, top - thickness, right + thickness, top), colour)
    box(frame, (left - thickness, bottom, right + thickness, bottom + thickness), colour)
    box(frame, (left - thickness, top, left, bottom), colour)
    box(frame, (right, top, right + thickness, bottom), colour)


def ring(frame: Frame, centre: tuple[int, int], radii: tuple[int, int], colour: Colour, thickness: int) -> None:
    """Draw an antialiased ellipse, as a grease pencil circles the take to print."""
    place, size = _fine(centre), _fine(radii)
    cv2.ellipse(frame, place, size, 0.0, 0.0, 360.0, colour, thickness, cv2.LINE_AA, _SHIFT)


def stripes(frame: Frame, area: Box, colours: tuple[Colour, Colour], pitch: int) -> None:
    """Fill a box with slanted stripes, each `pitch` pixels wide, as on a clapper stick; edges are antialiased."""
    left, top, right, bottom = area
    part = frame[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    height, width = part.shape[:2]
    part[:] = colours[0]
    for start in range(-height - pitch, width + height, 2 * pitch):
        corners = [(start, height), (start + pitch, height), (start + pitch + height, 0), (start + height, 0)]
        cv2.fillConvexPoly(part, _polygon(corners), colours[1], cv2.LINE_AA, _SHIFT)


def _fine(point: tuple[int, int]) -> tuple[int, int]:
    return point[0] << _SHIFT, point[1] << _SHIFT


def _polygon(corners: list[tuple[int, int]]) -> npt.NDArray[np.int32]:
    return np.array([_fine(corner) for corner in corners], np.int32)
