"""The frames in which one shot passes into the next, in display space."""

import cv2
import numpy as np

from pipeline.ports import Frame

TYPES = ("dissolve", "dip_black", "dip_white", "wipe_left", "wipe_right")
"""Every passage there is; a cut has no frames."""

EDGE = 1 / 100
"""Softness of a wipe's edge, as a share of the width."""


def passage(type: str, a: Frame | None, b: Frame | None, k: int, n: int) -> Frame:  # noqa: A002 - the storyboard's key
    """Make frame `k` (0..n-1) of a transition of `n` frames from `a` to `b`.

    Between two shots, frame k stands at (k + 1) / (n + 1) of the way: even steps, and no frame equals a shot's own.
    `a` None opens the film and `b` None closes it: from or to white for dip_white, else black, over all `n` frames,
    whose first (opening) or last (closing) is that colour itself. A dip between two shots goes out in the first half
    of its time and in during the second. A wipe's edge travels to the side it is named after.

    Raises:
        ValueError: an unknown type, two frames missing, or `k` outside the transition.
    """
    _check(type, a, b, k, n)
    way = progress(k, n, opens=a is None, closes=b is None)
    if type in {"dip_black", "dip_white"}:
        return _dip(a, b, way, 255 if type == "dip_white" else 0)
    first, second = _or_black(a, b), _or_black(b, a)
    if type == "dissolve":
        return _mix(first, second, way)
    return _wipe(first, second, way, leftwards=type == "wipe_left")


def progress(k: int, n: int, *, opens: bool = False, closes: bool = False) -> float:
    """Say how far, 0..1, frame `k` of `n` stands in its transition."""
    if opens:
        return k / n
    return (k + 1) / (n if closes else n + 1)


def _check(kind: str, a: Frame | None, b: Frame | None, k: int, n: int) -> None:
    if kind not in TYPES:
        raise ValueError(f"no transition {kind!r}; there are {', '.join(TYPES)}")
    if a is None and b is None:
        raise ValueError("a transition needs at least one shot")
    if not 0 <= k < n:
        raise ValueError(f"frame {k} is outside a transition of {n} frames")


def _or_black(frame: Frame | None, other: Frame | None) -> Frame:
    return np.zeros_like(other, dtype=np.uint8) if frame is None else frame


def _mix(a: Frame, b: Frame, share: float) -> Frame:
    return np.asarray(cv2.addWeighted(a, 1.0 - share, b, share, 0.0), dtype=np.uint8)


def _dip(a: Frame | None, b: Frame | None, way: float, level: int) -> Frame:
    if a is not None and b is not None:
        return _fade(b, 2.0 * way - 1.0, level) if way > 0.5 else _fade(a, 1.0 - 2.0 * way, level)
    if a is not None:
        return _fade(a, 1.0 - way, level)
    return _fade(_or_black(b, b), way, level)


def _fade(frame: Frame, shown: float, level: int) -> Frame:
    return np.asarray(cv2.addWeighted(frame, shown, frame, 0.0, level * (1.0 - shown)), dtype=np.uint8)


def _wipe(a: Frame, b: Frame, way: float, *, leftwards: bool) -> Frame:
    """Blend along x over a soft edge that starts and ends outside the picture."""
    width = a.shape[1]
    soft = min(max(4.0, width * EDGE), float(width))
    passed = way * (width + soft) - soft / 2
    columns = np.arange(width, dtype=np.float32) + 0.5
    share = np.clip((passed - columns) / soft + 0.5, 0.0, 1.0)
    if leftwards:
        share = share[::-1]
    return _mix_columns(a, b, share)


def _mix_columns(a: Frame, b: Frame, share: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Frame:
    whole = np.where((share >= 1.0)[:, None], b, a)
    edge = np.flatnonzero((share > 0.0) & (share < 1.0))
    if edge.size:
        here = slice(edge[0], edge[-1] + 1)
        weight = share[here, None]
        mixed = a[:, here] * (1.0 - weight) + b[:, here] * weight
        whole[:, here] = np.rint(mixed).astype(np.uint8)
    return whole
