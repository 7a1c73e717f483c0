"""Camera moves: where the camera stands at every moment of a shot, and what that does to a flat picture.

Distances are in heights of the view. A move runs from u = 0 (first frame) to u = 1 (last frame), eased.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Frame

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """The camera at one moment.

    `pan`, `tilt` turn the view (everything shifts alike); `track`, `rise` move it sideways and up (near things shift
    more); `dolly` goes forward (near things grow more); `zoom` magnifies; `roll` in radians; `orbit` and `pitch` are
    the slant of a flat picture (perspective), about radians.
    """

    pan: float = 0.0
    tilt: float = 0.0
    track: float = 0.0
    rise: float = 0.0
    dolly: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0
    orbit: float = 0.0
    pitch: float = 0.0


_REACH = {"static": 0.25, "low": 0.55, "medium": 1.0, "high": 1.6}

# The pose at the end of each move; it starts at the opposite one, so that a move passes through the middle.
_MOVES: dict[str, tuple[Pose, Pose]] = {
    "static": (Pose(), Pose()),
    "pan_left": (Pose(pan=0.13), Pose(pan=-0.13)),
    "pan_right": (Pose(pan=-0.13), Pose(pan=0.13)),
    "tilt_up": (Pose(tilt=0.075), Pose(tilt=-0.075)),
    "tilt_down": (Pose(tilt=-0.075), Pose(tilt=0.075)),
    "dolly_in": (Pose(dolly=-0.02), Pose(dolly=0.2, rise=0.01, pitch=0.03)),
    "dolly_out": (Pose(dolly=0.2, rise=0.01, pitch=0.03), Pose(dolly=-0.02)),
    "zoom_in": (Pose(zoom=1.0), Pose(zoom=1.26)),
    "zoom_out": (Pose(zoom=1.26), Pose(zoom=1.0)),
    "orbit": (Pose(track=-0.13, pan=0.11, orbit=-0.16), Pose(track=0.13, pan=-0.11, orbit=0.16)),
    "crane": (Pose(rise=-0.04, tilt=0.05, pitch=-0.05), Pose(rise=0.11, tilt=-0.05, dolly=-0.03, pitch=0.09)),
    "aerial": (
        Pose(rise=0.1, tilt=-0.04, dolly=-0.02, roll=-0.012, track=-0.06, pitch=0.1),
        Pose(rise=0.02, tilt=0.03, dolly=0.16, roll=0.014, track=0.05, pitch=0.03),
    ),
    "steadicam": (Pose(dolly=-0.01, track=-0.035), Pose(dolly=0.14, track=0.035)),
    "handheld": (Pose(), Pose(dolly=0.02)),
    "": (Pose(), Pose(dolly=0.05, track=0.012)),
    "alive": (Pose(), Pose(dolly=0.03)),
}
_BACKWARDS = frozenset({"zoom_out", "dolly_out"})


def moves() -> frozenset[str]:
    """Name the moves this camera makes: vocabulary ids, "" (a slight push), `alive` (fixed, but breathing)."""
    return frozenset(_MOVES)


def eased(u: float) -> float:
    """Start and stop gently: smoothstep, mixed with a little even travel so that no move ever stands still."""
    return 0.75 * u * u * (3 - 2 * u) + 0.25 * u


def _between(first: Pose, last: Pose, share: float) -> Pose:
    fields = first.__dataclass_fields__
    return Pose(**{one: getattr(first, one) + (getattr(last, one) - getattr(first, one)) * share for one in fields})


def _scaled(pose: Pose, reach: float) -> Pose:
    values = {one: getattr(pose, one) * reach for one in pose.__dataclass_fields__}
    return Pose(**{**values, "zoom": pose.zoom**reach})


def _unsteady(pose: Pose, seconds: float, amount: float, seed: int) -> Pose:
    """Add the sway of a hand: three incommensurable sines an axis, phases from the seed."""
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, 9)
    rates = np.array([0.55, 1.13, 2.31])
    sway = [float(np.dot([0.6, 0.3, 0.1], np.sin(2 * np.pi * rates * seconds + phases[axis::3]))) for axis in range(3)]
    return replace(
        pose,
        pan=pose.pan + 0.02 * amount * sway[0],
        tilt=pose.tilt + 0.016 * amount * sway[1],
        roll=pose.roll + 0.009 * amount * sway[2],
    )


def pose(move: str, amount: str | None, u: float, seconds: float, seed: int = 0) -> Pose:
    """Give the camera of vocabulary id `move` at `u` 0..1 of the shot and `seconds` from its start.

    `amount` is static, low, medium, high or None (= medium): how far the move goes; takes (seeds) go a little
    more or less far.
    """
    reach = _REACH.get(amount or "medium", 1.0) * own_reach(seed)
    first, last = _MOVES.get(move, _MOVES[""])
    now = _scaled(_between(first, last, eased(min(max(u, 0.0), 1.0))), reach)
    sway = {"handheld": (1.0, 1.0), "steadicam": (0.45, 0.3), "alive": (0.4, 0.35)}.get(move)
    return _unsteady(now, seconds * sway[0], sway[1] * reach, seed) if sway else now


@lru_cache(maxsize=256)
def own_reach(seed: int) -> float:
    """Give how far a take goes, 0.85..1.18 of what its move asks for."""
    return float(np.random.default_rng([seed, 0xCA3]).uniform(0.85, 1.18))


def framed(pose: Pose, seed: int) -> Pose:
    """Frame a picture a little differently in every take: closer, and off its centre."""
    closer, aside, up = np.random.default_rng([seed, 0xF4A]).uniform([1.0, -0.03, -0.03], [1.1, 0.03, 0.03]).tolist()
    return replace(pose, zoom=pose.zoom * closer, pan=pose.pan + aside, tilt=pose.tilt + up)


def whole_pose(move: str, amount: str | None, u: float, seconds: float, seed: int = 0) -> Pose:
    """Give the camera of a move that begins with the whole picture, as a shot that goes on from another must.

    Moves that draw back cannot begin so and keep their own beginning.
    """
    now = pose(move, amount, u, seconds, seed)
    if move in _BACKWARDS:
        return now
    start = pose(move, amount, 0.0, 0.0, seed)
    values = {one: getattr(now, one) - getattr(start, one) for one in now.__dataclass_fields__}
    return Pose(**{**values, "zoom": max(1.0, now.zoom / start.zoom)})


def flat(pose: Pose, aspect: float) -> Matrix:
    """Give the homography (3x3) from view places to picture places, both in heights from the centre.

    The picture is a plane one focal length away: turning slants it (Hartley and Zisserman, Multiple View Geometry,
    eq. 13.2, for a plane under rotation).
    """
    scale = 1 / (pose.zoom * (1 + pose.dolly))
    cosine, sine = np.cos(pose.roll), np.sin(pose.roll)
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]) @ np.diag([scale, scale, 1.0])
    slant = np.array([[1, 0, 0], [0, 1, 0], [pose.orbit * 0.7 / max(aspect, 1.0), pose.pitch * 0.7, 1.0]])
    shift = np.eye(3)
    shift[:2, 2] = [pose.pan + pose.track, pose.tilt - pose.rise]
    return np.asarray(shift @ slant @ turn)


def _corners(matrix: Matrix, aspect: float) -> Matrix:
    view = np.array([[x * aspect / 2, y / 2, 1] for x in (-1, 1) for y in (-1, 1)]).T
    seen = matrix @ view
    return np.asarray((seen[:2] / seen[2]).T)


def margin(poses: list[Pose], aspect: float, half: tuple[float, float]) -> float:
    """Give the factor (<= 1) by which all poses shrink to stay on a picture of half size `half`, in heights."""
    need = max(float((np.abs(_corners(flat(one, aspect), aspect)) / half).max()) for one in poses)
    return min(1.0, 1.0 / need)


@dataclass(frozen=True, slots=True)
class Still:
    """A picture prepared for a camera: RGBA pixels, pixels a view height, half its size in heights.

    `safe` shrinks every pose so that none leaves the picture; None means each pose shrinks by itself. `stretch` is how
    much further pans and tilts go because the picture has more to show there.
    """

    rgba: npt.NDArray[np.uint8]
    unit: float
    half: tuple[float, float]
    safe: float | None
    stretch: tuple[float, float]


def still(picture: Frame, size: tuple[int, int], poses: list[Pose], *, each: bool = False, share: float = 0.5) -> Still:
    """Prepare a picture for a view of `size` (width, height) so that none of `poses` ever sees its edge.

    The picture covers the view; what lies beyond the view is kept, and used by moves that reach there. It is resampled
    once (Lanczos up, area down), a little finer than the view. `each` lets every pose come as close as it needs, so
    that a pose at rest shows the whole picture. Turns use `share` of what the picture shows beyond the view.
    """
    width, height = size
    aspect = width / height
    tall, wide = picture.shape[:2]
    cover = max(width / wide, height / tall)
    half = (wide * cover / height / 2, tall * cover / height / 2)
    stretch = _stretch(poses, aspect, half, share)
    safe = margin([_further(one, stretch) for one in poses], aspect, half)
    closest = max(one.zoom * (1 + one.dolly) for one in poses)
    scale = min(cover * max(1.12, closest) / safe, 4096 / max(tall, wide))
    how = cv2.INTER_LANCZOS4 if scale > 1 else cv2.INTER_AREA
    fine = cv2.resize(picture, (max(2, round(wide * scale)), max(2, round(tall * scale))), interpolation=how)
    rgba = np.asarray(cv2.cvtColor(fine, cv2.COLOR_RGB2RGBA), np.uint8)
    return Still(rgba, rgba.shape[0] / (2 * half[1]), half, None if each else safe, stretch)


def _stretch(poses: list[Pose], aspect: float, half: tuple[float, float], share: float) -> tuple[float, float]:
    """Let turns use a share of what the picture shows beyond the view, at most three times their own reach."""
    spare = (half[0] - aspect / 2, half[1] - 0.5)
    far = (max(abs(one.pan) for one in poses), max(abs(one.tilt) for one in poses))
    across, down = (
        min(3.0, max(1.0, share * room / reach)) if reach > 0.04 else 1.0
        for room, reach in zip(spare, far, strict=True)
    )
    return across, down


def _further(pose: Pose, stretch: tuple[float, float]) -> Pose:
    return replace(pose, pan=pose.pan * stretch[0], tilt=pose.tilt * stretch[1])


def seen(prepared: Still, pose: Pose, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Give the view that the camera sees, RGBA (H, W, 4), sampled bilinearly at exact sub-pixel places."""
    width, height = size
    aspect = width / height
    tall, wide = prepared.rgba.shape[:2]
    pose = _further(pose, prepared.stretch)
    safe = margin([pose], aspect, prepared.half) if prepared.safe is None else prepared.safe
    middle = [(0.5 - width / 2) / height, (0.5 - height / 2) / height]
    to_view = np.array([[1 / height, 0, middle[0]], [0, 1 / height, middle[1]], [0, 0, 1]])
    unit = prepared.unit * safe
    to_pixels = np.array([[unit, 0, wide / 2 - 0.5], [0, unit, tall / 2 - 0.5], [0, 0, 1]])
    matrix = to_pixels @ flat(pose, aspect) @ to_view
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    how: dict[str, Any] = {"flags": flags, "borderMode": cv2.BORDER_REPLICATE}
    if pose.orbit or pose.pitch:
        return np.asarray(cv2.warpPerspective(prepared.rgba, matrix, size, **how), np.uint8)
    return np.asarray(cv2.warpAffine(prepared.rgba, matrix[:2], size, **how), np.uint8)
