"""What a plan is made from besides the storyboard."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model import Asset, MediaFacts, Recipe, Shot, Storyboard, Weights
from pipeline.ports import Generator

Tools = Callable[[str], Generator]
Has = Callable[[Recipe], bool]
Here = Callable[[str], Weights | None]
"""Tells which weights lie under a name on this machine."""


def no_weights(_: str) -> None:
    """Know of no weights."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line and picks.yaml add to a storyboard.

    `at_most` lowers the number of takes where more are asked for; of shots in `alone` only the picked take is made.
    `pace` is compute seconds per frame by tool, from the studio's history; `here` are the generators of this studio,
    `weights` the models that lie on this machine.
    """

    takes: int | None = None
    generator: str | None = None
    first_takes: Mapping[str, int] = field(default_factory=dict)
    picked: Mapping[str, int] = field(default_factory=dict)
    pace: Mapping[str, float] = field(default_factory=dict)
    here: frozenset[str] = frozenset({"animatic", "card"})
    at_most: int | None = None
    weights: Here = no_weights
    alone: frozenset[str] = frozenset()

    def count(self, takes: int, *, at_once: bool = False) -> int:
        """Give how many takes a shot has that the storyboard gives `takes`; those made at once are never fewer."""
        wanted = self.takes or takes
        return wanted if self.at_most is None or at_once else min(wanted, self.at_most)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a shot is planned with: the storyboard, facts of its files, the tools, the store, the wishes.

    `continued` are the shots that others go on from.
    """

    board: Storyboard
    facts: Mapping[Path, MediaFacts]
    tools: Tools
    has: Has
    asked: Asked
    continued: frozenset[str] = frozenset()


def desk(board: Storyboard, facts: Mapping[Path, MediaFacts], tools: Tools, has: Has, asked: Asked | None) -> Desk:
    """Lay a storyboard on the desk."""
    continued = frozenset(shot.continues for shot in board.shots if shot.continues is not None)
    return Desk(board, facts, tools, has, asked or Asked(), continued)


def files(board: Storyboard) -> set[Path]:
    """Give every file a storyboard names that a plan asks about."""
    shots = (asset for shot in board.shots for asset in assets(shot).values())
    lines = (line.file for shot in board.shots for line in shot.lines if line.file is not None)
    audio = board.audio
    cues = (cue.file for cue in (*audio.music, *audio.effects, *audio.ambience))
    return {asset.path for asset in (*shots, *lines, *cues)}


def assets(shot: Shot) -> dict[str, Asset]:
    """Give the files that a shot's generator reads, by role."""
    named = {
        "first_frame": shot.first_frame,
        "last_frame": shot.last_frame,
        "source": shot.source.file if shot.source else None,
        "image": shot.card.image if shot.card else None,
    }
    found = {role: asset for role, asset in named.items() if asset is not None}
    found |= {f"reference_{number}": asset for number, asset in enumerate(shot.references, 1)}
    return found | {f"lora_{number}": lora.file for number, lora in enumerate(shot.loras, 1)}
