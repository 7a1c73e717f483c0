"""Music and effects, each with the shots it hangs on."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from pipeline.model import Audio, Cue
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import missing_name

SOUND = ("sound",)


class Sounds:
    """Reads cues: a class because every cue asks the same files, shots and ledger.

    `shots` maps the id of every shot in the film to its place; `skipped` are the ids of those left out.
    """

    def __init__(self, assets: Assets, shots: Mapping[str, int], skipped: frozenset[str], ledger: Ledger) -> None:
        self._assets = assets
        self._shots = shots
        self._skipped = skipped
        self._ledger = ledger

    def audio(self, data: Mapping[str, Any]) -> Audio:
        """Read the film's sound."""
        usual = Audio()
        loudness = data.get("loudness_lufs", usual.loudness)
        return Audio(
            tuple(cue for path, entry in _entries(data, "music") if (cue := self._music(entry, path))),
            tuple(cue for path, entry in _entries(data, "effects") if (cue := self._effect(entry, path))),
            duck_db=float(data.get("duck_db", usual.duck_db)),
            loudness=None if loudness in {"off", None} else float(loudness),
        )

    def _music(self, entry: Mapping[str, Any], path: str) -> Cue | None:
        start, stop = (self._shot(entry.get(key), f"{path}.{key}") for key in ("from", "to"))
        if start and stop and self._shots[start] > self._shots[stop]:
            self._ledger.wrong(f"{path}.to", f"shot {stop} comes before {start}, where this music starts")
        return self._cue(entry, path, start, stop)

    def _effect(self, entry: Mapping[str, Any], path: str) -> Cue | None:
        return self._cue(entry, path, self._shot(entry.get("shot"), f"{path}.shot"), None)

    def _cue(self, entry: Mapping[str, Any], path: str, start: str | None, stop: str | None) -> Cue | None:
        found = self._assets.get(entry.get("file"), f"{path}.file", SOUND)
        if found is None:
            return None
        return Cue(
            found[0],
            start,
            stop,
            at=Fraction(entry.get("at", 0)),
            gain_db=float(entry.get("gain_db", 0)),
            fade_in=Fraction(entry.get("fade_in", 0)),
            fade_out=Fraction(entry.get("fade_out", 0)),
            ducks=path.startswith("audio.effects") and entry.get("duck", True),
        )

    def _shot(self, name: Any, path: str) -> str | None:
        if name is None:
            return None
        shot = str(name)
        if shot in self._shots:
            return shot
        skipped = shot in self._skipped
        message = f"shot {shot} is skipped" if skipped else missing_name("shot", shot, self._shots)
        end = "; without `to` music plays to the film's end" if shot == "end" and path.endswith(".to") else ""
        self._ledger.wrong(path, message + end)
        return None


def _entries(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    value = data.get(key)
    if isinstance(value, dict):
        yield f"audio.{key}", value
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            if isinstance(entry, dict):
                yield f"audio.{key}[{index}]", entry
