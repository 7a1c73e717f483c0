"""An editor's timeline as plain values: what is shown from which frame of which media, one clip after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.errors import ProducerError

MOST_BYTES = 64 * 1024 * 1024
MOST_CLIPS = 20_000
WHOLE = Fraction(1, 100)
NEAR = Fraction(2, 1000)
"""Rates nearer than this count the same frames: 24 and 24000/1001."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: `frames` of the film, from frame `media` of its file on.

    `hints` may name its shot, the surest first; `take` is the take it is cut from, where that is told; `facts` is
    what the house wrote on it.
    """

    name: str
    hints: tuple[str, ...]
    media: int
    frames: int
    take: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A transition after a clip: `before` frames of it lie before the cut and `after` behind; what it may be."""

    kinds: tuple[str, ...]
    before: int
    after: int
    name: str = ""

    @property
    def frames(self) -> int:
        """Its length."""
        return self.before + self.after


@dataclass(slots=True)
class Edit:
    """A timeline that was read: clips in film order, transitions by the number of the clip before them.

    Not frozen: readers fill it clip by clip, and `problems` (sentences) with what this house cannot do.
    """

    clips: list[Clip] = field(default_factory=list)
    passages: dict[int, Passage] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def frames(self) -> int:
        """The film's length so far."""
        return sum(one.frames for one in self.clips)


def read_bytes(path: Path) -> bytes:
    """Read an editor's file.

    Raises:
        ProducerError: it is not there, not a file, or too large.
    """
    try:
        if not path.is_file():
            raise ProducerError(f"there is no file {path}", cure="name the timeline your editor wrote")
        if path.stat().st_size > MOST_BYTES:
            raise ProducerError(f"{path.name} is larger than {MOST_BYTES // 2**20} MB", cure="is it the right file?")
        return path.read_bytes()
    except OSError as failure:
        raise ProducerError(f"{path} cannot be read: {failure.strerror}", cure="look at its rights") from None


def whole(exact: Fraction) -> int | None:
    """Give the whole frame a time falls on, or None where it falls between two."""
    nearest = round(exact)
    return nearest if abs(exact - nearest) <= WHOLE else None


def same_frames(one: Fraction, other: Fraction) -> bool:
    """Tell whether two rates count the same frames: equal, or one the NTSC sister of the other."""
    return abs(one - other) <= NEAR * other


def centred(edit: Edit) -> Edit:
    """Move each cut to the middle of its transition, as the house has it; not one frame on the screen changes."""
    clips = list(edit.clips)
    passages = dict(edit.passages)
    for number, passage in edit.passages.items():
        late = passage.frames // 2 - passage.before
        left, right = clips[number], clips[number + 1]
        clips[number] = replace(left, frames=left.frames + late)
        clips[number + 1] = replace(right, frames=right.frames - late, media=right.media + late)
        passages[number] = replace(passage, before=passage.before + late, after=passage.after - late)
    return replace(edit, clips=clips, passages=passages)


def timecode(frame: int, rate: Fraction) -> str:
    """Say where in the film a frame is."""
    seconds, frames = divmod(frame, round(rate))
    return f"{seconds // 60}:{seconds % 60:02d}:{frames:02d}"


def refused(path: Path, problems: Sequence[str]) -> ProducerError:
    """Tell everything an editor cannot have, a sentence a line."""
    return ProducerError("\n".join(f"{path.name}: {one}" for one in problems))
