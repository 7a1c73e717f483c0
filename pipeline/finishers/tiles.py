"""A picture enlarged by a network in parts: the parts of one size, and wide enough that their seams cannot be seen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Margins = tuple[int, int, int, int]
"""Pixels of a part that nobody keeps: above, below, left, right."""

Network = Callable[[Any, Margins], Any]
"""Takes pictures (N, 3, H, W), and gives them enlarged, without the margins; what it does with those is its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One side of a part: it is cut at `start`, and `begin` to `end` of the picture is kept of it."""

    start: int
    begin: int
    end: int


def parts(side: int, tile: int, pad: int, align: int = 1) -> tuple[int, list[Part]]:
    """Give the length of every part of a side, and the parts: each sees `pad` pixels around what is kept of it.

    At the picture's own edge a part ends there too, so the network sees the same edge as in the whole picture, and
    keeps more. Lengths are equal, so that parts go through in batches, and at most `tile` and a pad at both ends, made
    multiples of `align`; where `side` is such a multiple, every place is.
    """
    pad += -pad % align
    count = max(1, -(-(side - 2 * pad) // tile))
    length = -(-(side + 2 * pad * (count - 1)) // count)
    length += -length % align
    if length >= side:
        return side, [Part(0, 0, side)]
    found, begin = [], 0
    while begin < side:
        start = min(max(0, begin - pad), side - length)
        end = side if start + length == side else start + length - pad
        found.append(Part(start, begin, end))
        begin = end
    return length, found


def enlarged(net: Network, picture: Any, scale: int, tile: int, pad: int, align: int = 1, batch: int = 1) -> Any:
    """Enlarge a picture (1, 3, H, W) by `scale`, in parts of at most `tile` pixels a side and pads, `batch` at a time.

    What goes through in several parts is mirrored at its right and lower edge to sides that are multiples of `align`;
    one part goes as it is, and the network has to take its size. The result has the picture's own device and type.
    """
    height, width = picture.shape[-2:]
    down, right = -height % align, -width % align
    (lines, rows), (samples, columns) = parts(height + down, tile, pad, align), parts(width + right, tile, pad, align)
    if len(rows) == len(columns) == 1:
        return net(_joined([picture]), (0, 0, 0, 0))
    wider = _mirrored(picture, down, right)
    whole = picture.new_empty((1, picture.shape[1], (height + down) * scale, (width + right) * scale))
    places = [(row, column) for row in rows for column in columns]
    for group in _groups(places, batch):
        cut = [wider[..., r.start : r.start + lines, c.start : c.start + samples] for r, c in group]
        margins = _margins([r for r, _ in group], lines) + _margins([c for _, c in group], samples)
        for one, (row, column) in zip(net(_joined(cut), margins), group, strict=True):
            down_to, across = row.begin - row.start - margins[0], column.begin - column.start - margins[2]
            whole[0, :, _scaled(row.begin, row.end, scale), _scaled(column.begin, column.end, scale)] = one[
                :,
                _scaled(down_to, down_to + row.end - row.begin, scale),
                _scaled(across, across + column.end - column.begin, scale),
            ]
    return whole[..., : height * scale, : width * scale]


def _margins(found: Sequence[Part], length: int) -> tuple[int, int]:
    """Give how much all of some parts of one side do not keep at their begin, and at their end."""
    return min(one.begin - one.start for one in found), min(one.start + length - one.end for one in found)


def _scaled(begin: int, end: int, scale: int) -> slice:
    return slice(begin * scale, end * scale)


def _mirrored(picture: Any, down: int, right: int) -> Any:
    from torch.nn.functional import pad

    if not down and not right:
        return picture
    enough = picture.shape[-2] > down and picture.shape[-1] > right  # a mirror gives no more than the picture has
    return pad(picture, (0, right, 0, down), mode="reflect" if enough else "replicate")


def _joined(cut: list[Any]) -> Any:
    """Give parts as one batch, laid out in memory as their network takes them fastest."""
    import torch

    joined = torch.cat(cut)
    return joined if joined.device.type == "mps" else joined.contiguous(memory_format=torch.channels_last)


def _groups(places: list[tuple[Part, Part]], batch: int) -> Iterator[list[tuple[Part, Part]]]:
    for start in range(0, len(places), batch):
        yield places[start : start + batch]
