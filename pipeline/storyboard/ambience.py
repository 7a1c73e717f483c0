"""Ambience: the sound of a place, under every run of neighbouring shots of its sequence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from pipeline.model import Cue, Shot
from pipeline.storyboard.assets import Assets

SOUND = ("sound",)
FADE = Fraction(1, 2)


def ambience(sequences: Mapping[str, Any], shots: Sequence[Shot], assets: Assets) -> tuple[Cue, ...]:
    """Give one looping cue for each run, from its first shot to its last."""
    beds = {
        name: bed
        for name, sequence in sequences.items()
        if isinstance(sequence, dict) and (bed := _bed(sequence.get("ambience"), name, assets))
    }
    if not beds:
        return ()
    runs = [(name, list(run)) for name, run in groupby(shots, lambda shot: shot.sequence) if name in beds]
    return tuple(replace(beds[name], start=run[0].id, stop=run[-1].id) for name, run in runs)


def _bed(data: Any, name: str, assets: Assets) -> Cue | None:
    entry = data if isinstance(data, dict) else {}
    found = assets.get(entry.get("file"), f"sequences.{name}.ambience.file", SOUND)
    if found is None:
        return None
    return Cue(
        found[0],
        gain_db=float(entry.get("gain_db", 0)),
        fade_in=Fraction(entry.get("fade_in", FADE)),
        fade_out=Fraction(entry.get("fade_out", FADE)),
        loop=True,
    )
