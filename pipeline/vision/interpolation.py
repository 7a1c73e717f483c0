"""The frame between two frames, at any moment, by optical flow; cuts are never blended, still pairs never warped."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np

from pipeline.ports import Frame
from pipeline.vision.flow import Flow, Luma, grid, warp
from pipeline.vision.interpolation_kind import Kind, kind_of
from pipeline.vision.interpolation_path import Path, flows, path, working_size

Weights = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

DOUBT = 16.0
"""Mean luma difference (levels) of the two ends of a path above which one of them must be hidden."""


SMALLEST = 16
"""Sides below this hold no two patches of flow."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How one frame becomes the next, measured once however many frames fall between.

    Lumas and flows are at working size; flows are empty unless `kind` is moving.
    """

    kind: Kind
    a: Luma
    b: Luma
    forward: Flow
    backward: Flow


def relate(a: Frame, b: Frame) -> Relation:
    """Measure how frame `a` becomes frame `b` of the same size: their flows both ways, and whether a cut parts them."""
    first, second = _luma(a), _luma(b)
    nothing = np.zeros((0, 0, 2), np.float32)
    if min(first.shape) < SMALLEST or _unchanged(first, second):
        return Relation("still", first, second, nothing, nothing)
    forward, backward = flows(first, second)
    kind = kind_of(first, second, forward, backward)
    if kind != "moving":
        forward = backward = nothing
    return Relation(kind, first, second, forward, backward)


def between(a: Frame, b: Frame, t: float, relation: Relation) -> Frame:
    """Make the frame at time `t`, 0 < t < 1, between `a` and `b`.

    Moving pairs are fetched along the paths of their flows, bicubic, from both sides, or from the one side that sees
    the place; still pairs are blended; across a cut the nearer frame is repeated.
    """
    if relation.kind == "cut":
        return nearest(a, b, t)
    if relation.kind == "still":
        return blend(a, b, t)
    found = path(relation.a, relation.b, relation.forward, relation.backward, t)
    share = _share_of_a(relation, found, t)
    return _synthesis(a, b, found.flow, share, t)


def blend(a: Frame, b: Frame, t: float) -> Frame:
    """Mix two frames, `t` of the second."""
    return np.asarray(cv2.addWeighted(a, 1.0 - t, b, t, 0.0), dtype=np.uint8)


def nearest(a: Frame, b: Frame, t: float) -> Frame:
    """Give the frame nearer in time; the middle belongs to the first."""
    return a if t <= 0.5 else b


def _luma(frame: Frame) -> Luma:
    size = working_size(frame.shape[1], frame.shape[0])
    whole = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY)
    if size == (frame.shape[1], frame.shape[0]):
        return np.asarray(whole, dtype=np.uint8)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _unchanged(first: Luma, second: Luma) -> bool:
    return float(cv2.norm(first, second, cv2.NORM_L1)) < 0.02 * first.size


def _share_of_a(relation: Relation, found: Path, t: float) -> Weights:
    """Weigh the first frame's side, 0..1: 1 - t where both ends look alike, else the side whose own flow agrees.

    A place seen by one frame only has a flow there that is not the path's: the path was chosen for the other frame.
    A path that leaves the picture at one end is told by the other.
    """
    apart_a = _distance(warp(relation.forward, -t * found.flow), found.flow)
    apart_b = _distance(warp(relation.backward, (1.0 - t) * found.flow), -found.flow)
    seen_a, seen_b = (1.0 - t) / (1.0 + apart_a), t / (1.0 + apart_b)
    doubt = np.clip(found.cost / DOUBT - 1.0, 0.0, 1.0)
    share = (1.0 - t) + (seen_a / (seen_a + seen_b) - (1.0 - t)) * doubt
    inside_a, inside_b = _inside(found.flow, -t), _inside(found.flow, 1.0 - t)
    share = np.where(inside_a == inside_b, share, inside_a.astype(np.float32))
    return np.asarray(cv2.GaussianBlur(share, (0, 0), 2.0), dtype=np.float32)


def _inside(flow: Flow, scale: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    height, width = flow.shape[:2]
    x, y = cv2.split(cv2.scaleAdd(flow, scale, grid(height, width)))
    return np.asarray((x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5))


def _distance(one: np.ndarray[tuple[int, ...], np.dtype[np.float32]], other: Flow) -> Weights:
    x, y = cv2.split(cv2.subtract(one, other))
    return np.asarray(x * x + y * y, dtype=np.float32)


def _fetched(frame: Frame, flow: Flow, scale: float) -> Frame:
    where, nothing = cv2.scaleAdd(flow, scale, grid(*flow.shape[:2])), cast("Any", None)
    return np.asarray(cv2.remap(frame, where, nothing, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _synthesis(a: Frame, b: Frame, flow: Flow, share: Weights, t: float) -> Frame:
    height, width = a.shape[:2]
    flow = enlarged(flow, width, height)
    share = np.asarray(cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    from_a, from_b = _fetched(a, flow, -t), _fetched(b, flow, 1.0 - t)
    return np.asarray(cv2.blendLinear(from_a, from_b, share, 1.0 - share), dtype=np.uint8)


def enlarged(flow: Flow, width: int, height: int) -> Flow:
    """Bring a flow field to another size, its vectors scaled with it."""
    if flow.shape[:2] == (height, width):
        return flow
    x, y = cv2.split(cv2.resize(flow, (width, height)))
    parts = [cv2.multiply(x, width / flow.shape[1]), cv2.multiply(y, height / flow.shape[0])]
    return np.asarray(cv2.merge(parts), dtype=np.float32)
