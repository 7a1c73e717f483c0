"""Points followed along the flow for half a second: what happens to a place, wherever it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.ports import Track
from pipeline.vision.flow import Flow, fetched

SECONDS = 0.5
"""How long points are followed; a new grid starts twice as often."""

SHORTEST = 5
"""Frames under which points tell nothing."""

ENOUGH = 0.4
"""Share of the points of a grid that must stay in sight."""

FEWEST = 6
"""Points in sight under which a grid tells nothing."""

CELL = 4
"""Pixels at scoring size a side of a cell (see `structure.cells`)."""

AT_ONCE = 32
"""Grids that are fitted at once: enough to be fast, few enough for a clip of any length."""

APART = 24
"""Pixels at scoring size between the points of a grid."""

Plane = npt.NDArray[np.float32]


@dataclass(slots=True)
class _Grid:
    """Points on their way: where they are, frame by frame, what is seen there, and which are in sight after each.

    Room for the longest way, of which `frames` are told. Places are counted in cells, as fields are looked up.
    """

    start: int
    places: Plane
    seen: Plane
    kept: npt.NDArray[np.bool_]
    frames: int = 0

    def add(self, places: Plane, seen: Plane, still: npt.NDArray[np.bool_]) -> None:
        """Tell one more frame; what is lost stays lost."""
        now = self.frames
        self.places[now], self.seen[now] = places, seen
        self.kept[now] = still & self.kept[now - 1] if now else still
        self.frames += 1

    @property
    def lost(self) -> bool:
        """Whether most points went out of sight."""
        left = np.count_nonzero(self.kept[self.frames - 1])
        return bool(left < ENOUGH * self.kept.shape[1])


class Tracker:
    """Follows grids of points through a stream of frames, in memory that grows by a few kilobytes a second."""

    def __init__(self, rate: float) -> None:
        self._length = max(SHORTEST, round(SECONDS * rate) + 1)
        self._live: list[_Grid] = []
        self._done: list[_Grid] = []
        self._frame = 0

    def begin(self, cells: Plane, size: tuple[int, int]) -> None:
        """Take up the first frame: its cells (see `structure.cells`), and its height and width in pixels."""
        self._start(cells, size)

    def step(self, forward: Flow, visible: npt.NDArray[np.bool_], cells: Plane, shape: tuple[int, ...]) -> None:
        """Follow all points into the next frame of known motion and cells; what the flow does not find again is lost.

        `forward` (h, w, 2) and `visible` may be smaller than the picture, whose height and width `shape` gives; vectors
        are in the picture's pixels.
        """
        self._frame += 1
        if self._live:
            size = cells.shape[1], cells.shape[0]
            self._follow(_smaller(forward, size), _smaller(visible.view(np.uint8), size), cells, shape)
        done = [grid.frames == self._length or grid.lost for grid in self._live]
        self._done += [grid for grid, ended in zip(self._live, done, strict=True) if ended]
        self._live = [grid for grid, ended in zip(self._live, done, strict=True) if not ended]
        if self._frame % max(1, self._length // 2) == 0:
            self._start(cells, shape)

    def _follow(self, motion: Plane, visible: Plane, cells: Plane, shape: tuple[int, ...]) -> None:
        """Move all points on by fields of a cell each."""
        height, width = shape
        before = np.stack([grid.places[grid.frames - 1] for grid in self._live])
        now = np.asarray(before + fetched(motion, before) / np.float32(CELL), np.float32)
        inside = cv2.inRange(now, (_cells(0), _cells(0)), (_cells(width - 1), _cells(height - 1)))
        kept = (inside > 0) & (fetched(visible, before) > 0.5)
        for grid, *told in zip(self._live, now, fetched(cells, now), kept, strict=True):
            grid.add(*told)

    def tracks(self, size: tuple[int, int]) -> tuple[Track, ...]:
        """Give what was followed to its end, or as far as the clip goes where nothing was; `size` is height, width.

        A grid that loses most of its points on the way ends before it does.
        """
        whole = [(one, one.frames - one.lost) for one in self._done or self._live[:1]]
        told = [
            (grid, frames, grid.kept[frames - 1])
            for grid, frames in whole
            if frames >= SHORTEST and np.count_nonzero(grid.kept[frames - 1]) >= FEWEST
        ]
        if not told:
            return ()
        middle = _cells(np.array(size[::-1]) / 2.0).astype(np.float32)
        side = np.float32(min(size) / CELL)
        places = [(grid.places[:frames].compress(kept, 1) - middle) / side for grid, frames, kept in told]
        seen = [grid.seen[:frames].compress(kept, 1) for grid, frames, kept in told]
        counts = [texture(one) for one in seen]
        parts = [slice(start, start + AT_ONCE) for start in range(0, len(told), AT_ONCE)]
        own = [one for part in parts for one in _own(places[part], counts[part])]
        lost = [1.0 - float(kept.mean()) for _, _, kept in told]
        starts = [grid.start for grid, _, _ in told]
        return tuple(map(Track, starts, places, own, seen, lost))

    def _start(self, cells: Plane, size: tuple[int, ...]) -> None:
        places = _even(*size)
        room = (self._length, len(places))
        way = np.empty((*room, 2), np.float32)
        grid = _Grid(self._frame, way, np.empty_like(way), np.empty(room, np.bool_))
        grid.add(places, fetched(cells, places[None])[0], np.ones(len(places), np.bool_))
        self._live.append(grid)


@lru_cache(maxsize=16)
def _even(height: int, width: int) -> Plane:
    """Give the points of a grid over a picture, (P, 2), in cells."""
    across, down = max(1, width // APART), max(1, height // APART)
    xs, ys = np.meshgrid((np.arange(across) + 0.5) * width / across, (np.arange(down) + 0.5) * height / down)
    return np.asarray(_cells(np.stack([xs.ravel(), ys.ravel()], axis=-1)), np.float32)


def texture(seen: Plane) -> npt.NDArray[np.float32]:
    """Say how much each point counts (P,): by the detail around it, up to a limit, and hardly without any."""
    return np.asarray(np.minimum(seen[..., 1].mean(axis=0), 6.0) + 0.1, np.float32)


def _own(places: Sequence[Plane], counts: Sequence[npt.NDArray[Any]]) -> list[Plane]:
    """Take the motion of the whole picture away: an affine a frame, fitted to textured points; others hardly count.

    Least absolute deviations by three rounds of reweighting (Holland and Welsch, Comm. Stat. A6, 1977). Several grids
    at once, filled up to the longest with points that count for nothing.
    """
    shapes = [one.shape[:2] for one in places]
    room = len(shapes), max(frames for frames, _ in shapes), max(many for _, many in shapes)
    paths, count = np.zeros((2, *room)), np.zeros((room[0], 1, room[2]))
    for grid, (frames, many) in enumerate(shapes):
        paths[:, grid, :frames, :many], count[grid, 0, :many] = places[grid].transpose(2, 0, 1), counts[grid]
    moved = paths - paths[:, :, :1]
    design = np.stack([np.ones_like(paths[0, :, 0]), *paths[:, :, 0]])
    squares = design[:, None] * design
    weights, left = np.broadcast_to(count, room), moved
    for _ in range(3):
        normal = np.einsum("gtp,ijgp->gtij", weights, squares) + 1e-9 * np.eye(3)
        right = np.einsum("cgtp,igp->gtic", weights * moved, design)
        still, along, down = np.linalg.solve(normal, right).transpose(2, 3, 0, 1)[..., None]
        left = moved - still - along * design[1, :, None] - down * design[2, :, None]
        weights = count / (0.003 + np.sqrt(left[0] ** 2 + left[1] ** 2))
    return [
        left[:, grid, :frames, :many].transpose(1, 2, 0).astype(np.float32)
        for grid, (frames, many) in enumerate(shapes)
    ]


def _smaller(plane: npt.NDArray[Any], size: tuple[int, int]) -> Plane:
    small = plane if plane.shape[1::-1] == size else cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _cells(pixels: Any) -> Any:
    """Count places in cells instead of pixels."""
    return (pixels + 0.5) / CELL - 0.5
