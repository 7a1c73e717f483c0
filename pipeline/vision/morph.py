"""From one picture to another: a morph along optical flow where they show the same thing, else a moving dissolve."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.ports import Frame
from pipeline.vision.camera import Pose, Still, eased, seen, still
from pipeline.vision.flow import Flow, flow, visible, warp
from pipeline.vision.scenery_brush import Pixels

ALIKE = 0.6
"""Share of the picture that must agree both ways for a morph to be believed."""
_PUSH = 0.07


@dataclass(frozen=True, slots=True)
class Passage:
    """Two pictures of one size prepared for the way between; the flows are None where they are not alike."""

    first: Pixels
    last: Pixels
    forward: Flow | None
    backward: Flow | None
    stills: tuple[Still, Still]


def passage(first: Frame, last: Frame) -> Passage:
    """Prepare two frames (H, W, 3) of one size."""
    height, width = first.shape[:2]
    poses = [Pose(), Pose(zoom=1 + _PUSH)]
    stills = (still(first, (width, height), poses), still(last, (width, height), poses))
    forward, backward = _flows(first, last)
    return Passage(_rgba(first), _rgba(last), forward, backward, stills)


def _rgba(frame: Frame) -> Pixels:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA), np.uint8)


def _flows(first: Frame, last: Frame) -> tuple[Flow | None, Flow | None]:
    height, width = first.shape[:2]
    scale = max(1.0, min(height, width) / 360)
    small = (max(32, round(width / scale)), max(32, round(height / scale)))
    lumas = [
        np.asarray(cv2.cvtColor(cv2.resize(one, small, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY), np.uint8)
        for one in (first, last)
    ]
    there, back = flow(lumas[0], lumas[1], "medium"), flow(lumas[1], lumas[0], "medium")
    if visible(there, back).mean() < ALIKE or _residue(lumas[0], warp(lumas[1], there)) > 12:
        return None, None
    ratio = np.array([width / small[0], height / small[1]], np.float32)
    forward, backward = (np.asarray(cv2.resize(one, (width, height)), np.float32) * ratio for one in (there, back))
    return forward, backward


def _residue(first: Frame, second: Frame) -> float:
    return float(cv2.absdiff(first, second).mean())


def between(way: Passage, u: float) -> Pixels:
    """Give the view at `u` 0..1, RGBA; exactly the first picture at 0 and the last at 1."""
    share = eased(min(max(u, 0.0), 1.0))
    if share <= 0 or share >= 1:
        return (way.first if share <= 0 else way.last).copy()
    if way.forward is None or way.backward is None:
        return _dissolve(way, share)
    # Linear motion both ways, as in Liu et al. 2017 / Jiang et al. 2018 (Super SloMo, eq. 4).
    start = -(1 - share) * share * way.forward + share * share * way.backward
    end = (1 - share) * (1 - share) * way.forward - share * (1 - share) * way.backward
    a, b = warp(way.first, np.asarray(start, np.float32)), warp(way.last, np.asarray(end, np.float32))
    return np.asarray(cv2.addWeighted(a, 1 - share, b, share, 0), np.uint8)


def _dissolve(way: Passage, share: float) -> Pixels:
    """Push in on the first picture while the last settles from a little closer."""
    height, width = way.first.shape[:2]
    a = seen(way.stills[0], Pose(zoom=1 + _PUSH * share), (width, height))
    b = seen(way.stills[1], Pose(zoom=1 + _PUSH * (1 - share)), (width, height))
    mixed = min(max((share - 0.15) / 0.7, 0.0), 1.0)
    mixed = mixed * mixed * (3 - 2 * mixed)
    return np.asarray(cv2.addWeighted(a, 1 - mixed, b, mixed, 0), np.uint8)
