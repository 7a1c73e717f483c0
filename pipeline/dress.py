"""What the film wears over its pictures: grain, bars, and text set so that it can be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.model import Overlay, Piece, RenderPlan
from pipeline.plan.lettered import letters
from pipeline.ports import Frame
from pipeline.vision import lettering, screen
from pipeline.vision.lettering import Lettering

UNSEEN = (0.0, 1.0)
"""Of text that stands long or over anything, the picture under it may be as dark and as bright as can be."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An overlay with its letters in their place, and the opacity of the plate they need under them."""

    overlay: Overlay
    letters: Lettering
    plate: float


@dataclass(frozen=True, slots=True)
class Dress:
    """All that is laid over the film's frames."""

    plan: RenderPlan
    marks: tuple[Mark, ...] = ()


def marks(plan: RenderPlan) -> tuple[Mark, ...]:
    """Set every overlay of a film in type, none over another, each on the plate that holds over any picture.

    Raises:
        StoryboardInvalid: text that cannot be set legibly inside the safe area.
    """
    return tuple(
        Mark(one, set_, lettering.plate(set_, *UNSEEN)) for one, set_ in zip(plan.overlays, letters(plan), strict=True)
    )


def in_light(mark: Mark, darkest: float, brightest: float) -> Mark:
    """Give a mark on the plate it needs over a picture whose relative luminance lies between these two."""
    return replace(mark, plate=lettering.plate(mark.letters, darkest, brightest))


def seen(dress: Dress, piece: Piece) -> tuple[Mark, ...]:
    """Give the marks that stand in some frame of a piece."""
    stop = piece.start + piece.frames
    return tuple(one for one in dress.marks if one.overlay.start < stop and one.overlay.stop > piece.start)


def values(dress: Dress, piece: Piece) -> Mapping[str, Any]:
    """Give everything that decides what a piece wears, counted from its own first frame; nothing where it is bare."""
    board, output = dress.plan.board, dress.plan.output
    made: dict[str, Any] = {}
    if board.finish.grain:
        made["grain"] = board.finish.grain
    if output.picture is not None:
        made["picture"] = output.picture
    if worn := seen(dress, piece):
        made["marks"] = [_values(one, piece.start) for one in worn]
    return made


def _values(mark: Mark, start: int) -> dict[str, Any]:
    one = mark.overlay
    frames = [one.start - start, one.stop - start, one.fade]
    return {
        "letters": lettering.values(mark.letters),
        "plate": mark.plate,
        "frames": frames,
        "ways": [one.enter, one.leave],
    }


def dressed(frame: Frame, dress: Dress, worn: Sequence[Mark], piece: Piece, k: int) -> Frame:
    """Lay everything over frame `k` of a piece; a frame that wears nothing is returned itself."""
    strength, picture = dress.plan.board.finish.grain, dress.plan.output.picture
    at = piece.start + k
    now = [one for one in worn if one.overlay.start <= at < one.overlay.stop]
    if strength:
        frame = screen.grain(frame, strength, k)
    if picture is not None:
        frame = screen.bars(frame if strength else frame.copy(), picture)
    for mark in now:
        shown, lift = coming(mark.overlay, at)
        frame = lettering.paint(frame, mark.letters, mark.plate, shown, lift * lettering.RISE * mark.letters.size)
    return frame


def coming(overlay: Overlay, at: int) -> tuple[float, float]:
    """Say how far, 0..1, an overlay is shown at a film frame, and how far it still is below its place, 1..0."""
    came, left = (at - overlay.start + 1) / (overlay.fade + 1), (overlay.stop - at) / (overlay.fade + 1)
    shown, lift = 1.0, 0.0
    if overlay.enter != "cut" and came < 1:
        shown = _soft(came)
        lift = 1 - shown if overlay.enter == "rise" else 0.0
    if overlay.leave != "cut" and left < 1:
        shown = min(shown, _soft(left))
        lift = shown - 1 if overlay.leave == "rise" else lift
    return shown, lift


def _soft(share: float) -> float:
    """Ease in and out: the cubic 3x^2 - 2x^3."""
    return share * share * (3 - 2 * share)
