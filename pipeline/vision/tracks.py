"""Points followed along the flow for half a second: what happens to a place, wherever it goes."""

from dataclasses import dataclass
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

APART = 24
"""Pixels at scoring size between the points of a grid."""

Plane = npt.NDArray[np.float32]


@dataclass(slots=True, eq=False)
class _Grid:
    """Points on their way: where they are, frame by frame, what is seen there, and which are in sight after each.

    Places are counted in cells, as fields are looked up.
    """

    start: int
    places: list[Plane]
    seen: list[Plane]
    kept: list[npt.NDArray[np.bool_]]


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
        done = [grid for grid in self._live if len(grid.places) == self._length or _lost(grid)]
        self._done += done
        self._live = [grid for grid in self._live if grid not in done]
        if self._frame % max(1, self._length // 2) == 0:
            self._start(cells, shape)

    def _follow(self, motion: Plane, visible: Plane, cells: Plane, shape: tuple[int, ...]) -> None:
        """Move all points on by fields of a cell each."""
        height, width = shape
        before = np.stack([grid.places[-1] for grid in self._live])
        now = np.asarray(before + fetched(motion, before) / np.float32(CELL), np.float32)
        inside = cv2.inRange(now, (_cells(0), _cells(0)), (_cells(width - 1), _cells(height - 1)))
        kept = (inside > 0) & (fetched(visible, before) > 0.5)
        for grid, places, seen, still in zip(self._live, now, fetched(cells, now), kept, strict=True):
            grid.kept.append(grid.kept[-1] & still)
            grid.places.append(places)
            grid.seen.append(seen)

    def tracks(self, size: tuple[int, int]) -> tuple[Track, ...]:
        """Give what was followed to its end, or as far as the clip goes where nothing was; `size` is height, width.

        A grid that loses most of its points on the way ends before it does.
        """
        found = (_track(one, size) for one in self._done or self._live[:1])
        return tuple(one for one in found if one is not None)

    def _start(self, cells: Plane, size: tuple[int, ...]) -> None:
        height, width = size
        across, down = max(1, width // APART), max(1, height // APART)
        xs, ys = np.meshgrid((np.arange(across) + 0.5) * width / across, (np.arange(down) + 0.5) * height / down)
        places = _cells(np.stack([xs.ravel(), ys.ravel()], axis=-1)).astype(np.float32)
        seen = fetched(cells, places[None])[0]
        self._live.append(_Grid(self._frame, [places], [seen], [np.ones(len(places), np.bool_)]))


def _lost(grid: _Grid) -> bool:
    """Say whether most points of a grid went out of sight."""
    return bool(np.count_nonzero(grid.kept[-1]) < ENOUGH * len(grid.kept[-1]))


def _track(grid: _Grid, size: tuple[int, int]) -> Track | None:
    """Give a grid as far as enough of its points stay in sight; None where that is too short, or they are too few."""
    frames = len(grid.places) - _lost(grid)
    kept = grid.kept[frames - 1]
    if frames < SHORTEST or np.count_nonzero(kept) < FEWEST:
        return None
    places, seen = (np.stack(each[:frames])[:, kept] for each in (grid.places, grid.seen))
    middle = _cells(np.array(size[::-1]) / 2.0).astype(np.float32)
    places = (places - middle) / np.float32(min(size) / CELL)
    return Track(grid.start, places, _own(places, texture(seen)), seen, 1.0 - float(kept.mean()))


def texture(seen: Plane) -> npt.NDArray[np.float32]:
    """Say how much each point counts (P,): by the detail around it, up to a limit, and hardly without any."""
    return np.asarray(np.minimum(seen[..., 1].mean(axis=0), 6.0) + 0.1, np.float32)


def _own(places: Plane, counts: npt.NDArray[Any]) -> Plane:
    """Take the motion of the whole picture away: an affine a frame, fitted to textured points; others hardly count.

    Least absolute deviations by three rounds of reweighting (Holland and Welsch, Comm. Stat. A6, 1977).
    """
    paths = np.ascontiguousarray(places.transpose(2, 0, 1), np.float64)
    moved = paths - paths[:, :1]
    design = np.stack([np.ones(len(counts)), *paths[:, 0]])
    squares = (design[:, None] * design).reshape(9, -1)
    weights = np.broadcast_to(counts, moved.shape[1:])
    left = moved
    for _ in range(3):
        normal = np.einsum("tp,kp->tk", weights, squares).reshape(-1, 3, 3) + 1e-9 * np.eye(3)
        right = np.einsum("ctp,ip->tic", weights * moved, design)
        still, along, down = np.linalg.solve(normal, right).transpose(1, 2, 0)[..., None]
        left = moved - still - along * design[1] - down * design[2]
        weights = counts / (0.003 + np.sqrt(left[0] ** 2 + left[1] ** 2))
    return np.asarray(left.transpose(1, 2, 0), np.float32)


def _smaller(plane: npt.NDArray[Any], size: tuple[int, int]) -> Plane:
    small = plane if plane.shape[1::-1] == size else cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _cells(pixels: Any) -> Any:
    """Count places in cells instead of pixels."""
    return (pixels + 0.5) / CELL - 0.5
