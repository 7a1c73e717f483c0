"""Music and effects, each with the shots it hangs on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.model import Audio, Cue
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import missing_name, number

SOUND = ("sound",)


@dataclass(frozen=True, slots=True)
class Sounds:
    """Reads cues: a class because every cue asks the same files, shots and ledger.

    `written` maps the id of every shot to its place in the storyboard, `film` that of those seen to their place in
    the film: a version may leave shots out. `skipped` are in neither.
    """

    assets: Assets
    written: Mapping[str, int]
    film: Mapping[str, int]
    skipped: frozenset[str]
    ledger: Ledger

    def audio(self, data: Mapping[str, Any]) -> Audio:
        """Read the film's sound."""
        usual = Audio()
        music = tuple(cue for path, entry in entries(data, "music") if (cue := self._music(entry, path)))
        loudness = data.get("loudness_lufs", usual.loudness)
        if any(cue.master for cue in music):
            if loudness not in {usual.loudness, "off"}:
                self.ledger.doubt("audio.loudness_lufs", "`master` music is not levelled, so this changes nothing")
            loudness = None
        return Audio(
            music,
            tuple(cue for path, entry in entries(data, "effects") if (cue := self._effect(entry, path))),
            duck_db=float(data.get("duck_db", usual.duck_db)),
            loudness=None if loudness in {"off", None} else float(loudness),
        )

    def _music(self, entry: Mapping[str, Any], path: str) -> Cue | None:
        first, last = (self._shot(entry.get(key), f"{path}.{key}") for key in ("from", "to"))
        if first and last and self.written[first] > self.written[last]:
            self.ledger.wrong(f"{path}.to", f"shot {last} comes before {first}, where this music starts")
            return None
        if entry.get("first_beat") is not None and entry.get("bpm") is None:
            self.ledger.wrong(f"{path}.first_beat", "beats are counted by `bpm`; write it too, or leave this out")
        seen = self._seen(first, last)
        if not seen and (first or last):
            self.ledger.doubt(path, "none of its shots is in this version, so it is not heard")
            return None
        return self._cue(entry, path, seen[0] if first else None, seen[-1] if last else None)

    def _seen(self, first: str | None, last: str | None) -> list[str]:
        """Give the shots of the film that were written from one shot to another, in the film's order."""
        begin = self.written[first] if first else 0
        end = self.written[last] if last else len(self.written)
        return [shot for shot in self.film if begin <= self.written.get(shot, -1) <= end]

    def _effect(self, entry: Mapping[str, Any], path: str) -> Cue | None:
        shot = self._shot(entry.get("shot"), f"{path}.shot")
        if shot and shot not in self.film:
            self.ledger.doubt(path, f"shot {shot} is not in this version, so it is not heard")
            return None
        return self._cue(entry, path, shot, None)

    def _cue(self, entry: Mapping[str, Any], path: str, start: str | None, stop: str | None) -> Cue | None:
        found = self.assets.get(entry.get("file"), f"{path}.file", SOUND)
        if found is None:
            return None
        skip = Fraction(entry.get("starts_at", 0))
        if skip and skip >= found[1].seconds:
            self.ledger.wrong(f"{path}.starts_at", f"the music is only {number(found[1].seconds)} seconds long")
        return Cue(
            found[0],
            start,
            stop,
            at=Fraction(entry.get("at", 0)),
            gain_db=float(entry.get("gain_db", 0)),
            fade_in=Fraction(entry.get("fade_in", 0)),
            fade_out=Fraction(entry.get("fade_out", 0)),
            ducks=path.startswith("audio.effects") and entry.get("duck", True),
            skip=skip,
            master=bool(entry.get("master", False)),
        )

    def _shot(self, name: Any, path: str) -> str | None:
        if name is None:
            return None
        shot = str(name)
        if shot in self.written:
            return shot
        skipped = shot in self.skipped
        message = f"shot {shot} is skipped" if skipped else missing_name("shot", shot, self.written)
        end = "; without `to` music plays to the film's end" if shot == "end" and path.endswith(".to") else ""
        self.ledger.wrong(path, message + end)
        return None


def entries(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the entries of a key that holds one or a list, each with its path."""
    value = data.get(key)
    if isinstance(value, dict):
        yield f"audio.{key}", value
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            if isinstance(entry, dict):
                yield f"audio.{key}[{index}]", entry
