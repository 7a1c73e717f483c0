"""stems/: music, dialogue, effects, ambience and the sound of clips, each alone and as loud as in the film."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.deliver.finished import FinishedFilm
from pipeline.errors import OperatorError
from pipeline.media import audio
from pipeline.store import make_folder

STEMS: Mapping[str, str] = {
    "music": "music",
    "dialogue": "line",
    "effects": "effect",
    "ambience": "ambience",
    "clips": "clip",
}
"""The names of stems, and the role of the sounds in each."""


def write(made: FinishedFilm, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG001 - every deliverable is asked so
    """Write stems/<name>.wav for every kind of sound that the film has; those of an earlier writing go.

    Each is exactly as long as the film, 48 kHz stereo. Mixed again at the same level they are the film's sound before
    its limiter: music is lowered where it is in the film.

    Raises:
        MediaInvalid: a sound file is missing or damaged.
        OperatorError: the disk refuses.
        ToolFailed: the sound cannot be made.
    """
    there = {cue.role for cue in made.sound.cues}
    folder = made.cut / "stems"
    wanted = {folder / f"{name}.wav": (role,) for name, role in STEMS.items() if role in there}
    for old in folder.glob("*.wav"):
        if old not in wanted:
            old.unlink()
    if wanted:
        make_folder(folder)
        try:
            audio.stems(made.sound, wanted, made.gain_db)
        except OSError as failure:
            raise OperatorError(
                f"{folder}: {failure.strerror}", cure="make room on the disk, then run again"
            ) from failure
    return list(wanted)
