"""The frame between two frames, at any moment, by optical flow; cuts are never blended, still pairs never warped."""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame
from pipeline.vision.flow import Flow, Luma, grid
from pipeline.vision.interpolation_flow import FEWEST, flow_size, flows, working_size
from pipeline.vision.interpolation_kind import Kind, kind_of
from pipeline.vision.interpolation_path import Path, path, resized

Weights = npt.NDArray[np.float32]

DOUBT = 16.0
"""Mean luma difference (levels) of the two ends of a path above which one of them must be hidden."""


SMALLEST = FEWEST
"""Sides below this hold no two patches of flow."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How one frame becomes the next, measured once however many frames fall between.

    Lumas are at working size, flows at theirs, which may be smaller; they are empty unless `kind` is moving.
    """

    kind: Kind
    a: Luma
    b: Luma
    forward: Flow
    backward: Flow


def relate(a: Frame, b: Frame) -> Relation:
    """Measure how frame `a` becomes frame `b` of the same size: their flows both ways, and whether a cut parts them."""
    height, width = a.shape[:2]
    first, second = (_reduced(_luma(one), working_size(width, height)) for one in (a, b))
    nothing = np.zeros((0, 0, 2), np.float32)
    if min(first.shape) < SMALLEST or _unchanged(first, second):
        return Relation("still", first, second, nothing, nothing)
    one, two = (_reduced(luma, flow_size(width, height)) for luma in (first, second))
    forward, backward = flows(one, two)
    kind = kind_of(one, two, forward, backward)
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
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _reduced(plane: Luma, size: tuple[int, int]) -> Luma:
    if size == (plane.shape[1], plane.shape[0]):
        return plane
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _unchanged(first: Luma, second: Luma) -> bool:
    return float(cv2.norm(first, second, cv2.NORM_L1)) < 0.02 * first.size


def _share_of_a(relation: Relation, found: Path, t: float) -> Weights:
    """Weigh the first frame's side, 0..1: 1 - t where both ends look alike, else the side whose own flow agrees.

    A place seen by one frame only has a flow there that is not the path's: the path was chosen for the other frame.
    A path that leaves the picture at one end is told by the other. Asked at the size of the flows.
    """
    height, width = relation.forward.shape[:2]
    flow, cost = resized(found.flow, width, height), cv2.resize(found.cost, (width, height))
    to_a, to_b = (cv2.scaleAdd(flow, scale, grid(height, width)) for scale in (-t, 1.0 - t))
    apart_a = _distance(_fetched(relation.forward, to_a, cv2.INTER_LINEAR), flow)
    apart_b = _distance(_fetched(relation.backward, to_b, cv2.INTER_LINEAR), -flow)
    seen_a, seen_b = (1.0 - t) / (1.0 + apart_a), t / (1.0 + apart_b)
    doubt = np.clip(cost / DOUBT - 1.0, 0.0, 1.0)
    share = (1.0 - t) + (seen_a / (seen_a + seen_b) - (1.0 - t)) * doubt
    inside_a, inside_b = _inside(to_a), _inside(to_b)
    share = np.where(inside_a == inside_b, share, inside_a.astype(np.float32))
    return np.asarray(cv2.GaussianBlur(share, (0, 0), 2.0), dtype=np.float32)


def _inside(where: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    height, width = where.shape[:2]
    x, y = cv2.split(where)
    return np.asarray((x > -0.5) & (y > -0.5) & (x < width - 0.5) & (y < height - 0.5))


def _distance(one: Weights, other: Flow) -> Weights:
    x, y = cv2.split(cv2.subtract(one, other))
    return np.asarray(x * x + y * y, dtype=np.float32)


def _fetched(image: npt.NDArray[Any], where: npt.NDArray[Any], how: int) -> npt.NDArray[Any]:
    return np.asarray(cv2.remap(image, where, cast("Any", None), how, borderMode=cv2.BORDER_REPLICATE))


def _synthesis(a: Frame, b: Frame, flow: Flow, share: Weights, t: float) -> Frame:
    height, width = a.shape[:2]
    flow, places = resized(flow, width, height), grid(height, width)
    share = np.asarray(cv2.resize(share, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    from_a, from_b = (
        _fetched(frame, cv2.scaleAdd(flow, scale, places), cv2.INTER_CUBIC) for frame, scale in ((a, -t), (b, 1.0 - t))
    )
    return np.asarray(cv2.blendLinear(from_a, from_b, share, 1.0 - share), dtype=np.uint8)


def enlarged(flow: Flow, width: int, height: int) -> Flow:
    """Bring a flow field to another size, its vectors scaled with it."""
    if flow.shape[:2] == (height, width):
        return flow
    x, y = cv2.split(cv2.resize(flow, (width, height)))
    parts = [cv2.multiply(x, width / flow.shape[1]), cv2.multiply(y, height / flow.shape[0])]
    return np.asarray(cv2.merge(parts), dtype=np.float32)
