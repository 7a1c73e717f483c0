"""The cut as an OpenTimelineIO timeline: pictures, transitions, every take, and where each sound lies."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from pipeline.deliver.editorial import Event, relative
from pipeline.deliver.finished import FinishedFilm
from pipeline.deliver.folder import rate_text
from pipeline.model import PlacedCue, Spec
from pipeline.store import read_value

KIND = "edit/1"
SOUND_RATE = 48000
TRANSITIONS = {"dissolve": otio.schema.TransitionTypes.SMPTE_Dissolve}
ROLES = ("line", "music", "ambience", "effect", "clip")


def text(made: FinishedFilm, events: Sequence[Event]) -> str:
    """Give film.otio."""
    written: str = timeline(made, events).to_json_string(indent=1)
    return written + "\n"


def timeline(made: FinishedFilm, events: Sequence[Event]) -> otio.schema.Timeline:
    """Make the timeline: V1, A1 with the film's own sound, and a silenced track for each role of sound."""
    rate = made.plan.output.rate
    title, start = made.plan.board.title, _at(0, rate)
    whole = otio.schema.Timeline(title, global_start_time=start, metadata={"dailies": _facts(made)})
    whole.tracks.append(_pictures(made, events))
    whole.tracks.append(_own_sound(made))
    for role in ROLES:
        whole.tracks.extend(_role(made, role))
    return whole


def _at(frame: int, rate: Fraction) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(float(frame), float(rate))


def _range(start: int, frames: int, rate: Fraction) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_at(start, rate), _at(frames, rate))


def _facts(made: FinishedFilm) -> dict[str, Any]:
    board = made.plan.board
    kept = made.folder / "storyboard.yaml"  # as it was rendered; the producer's may say something else by now
    source = kept.read_bytes() if kept.is_file() else b""
    return {
        "kind": KIND,
        "storyboard": board.file.name,
        "sha256": hashlib.sha256(source).hexdigest(),
        "version": board.version,
        "fps": rate_text(made.plan.output.rate),
        "frames": made.plan.frames,
    }


# ---------------------------------------------------------------- pictures


def _pictures(made: FinishedFilm, events: Sequence[Event]) -> otio.schema.Track:
    rate = made.plan.output.rate
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    scores = _scores(made)
    for event in events:
        track.append(_clip(made, event, scores.get(event.shot)))
        if event.into:
            track.append(_transition(event, rate))
    return track


def _transition(event: Event, rate: Fraction) -> otio.schema.Transition:
    kind = TRANSITIONS.get(event.transition, otio.schema.TransitionTypes.Custom)
    before = event.into // 2
    offsets = (_at(before, rate), _at(event.into - before, rate))
    return otio.schema.Transition(event.transition, kind, *offsets, metadata={"dailies": {"type": event.transition}})


def _clip(made: FinishedFilm, event: Event, score: float | None) -> otio.schema.Clip:
    rate = made.plan.output.rate
    clip = otio.schema.Clip(event.shot, source_range=_range(event.source, event.end - event.start, rate))
    media = _media(made, event, rate)
    clip.set_media_references(media, next(iter(media)))
    clip.metadata["dailies"] = _clip_facts(event, score)
    return clip


def _media(made: FinishedFilm, event: Event, rate: Fraction) -> dict[str, otio.core.MediaReference]:
    """Give what the film shows first, then every take by its number."""
    whole = _range(0, event.length, rate)
    take = event.shown.take
    if take is None:
        return {"missing": otio.schema.MissingReference(event.shot, whole)}
    media = {f"take_{take}": _external(event.url, f"{event.shot} take {take}", whole)}
    made_at: Spec = event.shown.plan.generation.spec
    for number, file in sorted(event.shown.takes.items()):
        url = relative(made.folder, file)
        if url and url != event.url:
            key = f"take_{number}" if number != take else f"take_{number}_as_made"
            own = _range(0, made_at.frames, made_at.rate)
            media[key] = _external(url, f"{event.shot} take {number}", own)
    return media


def _external(url: str, name: str, available: otio.opentime.TimeRange) -> otio.core.MediaReference:
    if not url:
        return otio.schema.MissingReference(name, available)
    reference = otio.schema.ExternalReference(url, available)
    reference.name = name
    return reference


def _clip_facts(event: Event, score: float | None) -> dict[str, Any]:
    shown, shot = event.shown, event.shown.plan.shot
    facts = {
        "shot": shot.id,
        "owner": event.owner,
        "take": shown.take,
        "made": asdict(event.made),
        "zero": event.zero,
        "takes": len(shown.takes),
        "frames": [event.start, event.end],
        "handles": [shown.plan.slot.head, shown.plan.slot.tail],
        "scene": shot.scene,
        "generator": shown.plan.generation.generator,
        "score": score,
        "look": f"looks/{shot.id}.cube" if shown.grade else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _scores(made: FinishedFilm) -> Mapping[str, float]:
    rows = read_value(made.cut / "manifest.json", "shots", list) or []
    known = (row for row in rows if isinstance(row, dict))
    return {str(row.get("id")): row["score"] for row in known if isinstance(row.get("score"), int | float)}


# ---------------------------------------------------------------- sound


def _samples(seconds: Fraction) -> int:
    return round(seconds * SOUND_RATE)


def _sound_range(start: int, samples: int) -> otio.opentime.TimeRange:
    return _range(start, samples, Fraction(SOUND_RATE))


def _own_sound(made: FinishedFilm) -> otio.schema.Track:
    track = otio.schema.Track("A1 film", kind=otio.schema.TrackKind.Audio)
    length = _sound_range(0, _samples(made.plan.frames / made.plan.output.rate))
    track.append(otio.schema.Clip("film", _external(made.film.name, "film", length), length))
    return track


def _role(made: FinishedFilm, role: str) -> list[otio.schema.Track]:
    """Lay the cues of one role on as many tracks as it takes; they are in the film's sound already, so silenced."""
    tracks: list[otio.schema.Track] = []
    ends: list[int] = []
    for cue in _cues(made.sound.cues, role):
        start, stop = _samples(cue.start), _samples(cue.stop)
        lane = next((number for number, end in enumerate(ends) if end <= start), len(ends))
        if lane == len(ends):
            name = role if not lane else f"{role} {lane + 1}"
            tracks.append(otio.schema.Track(name, kind=otio.schema.TrackKind.Audio))
            tracks[lane].enabled = False
            ends.append(0)
        if start > ends[lane]:
            tracks[lane].append(otio.schema.Gap(source_range=_sound_range(0, start - ends[lane])))
        tracks[lane].append(_sound(made, cue, stop - start))
        ends[lane] = stop
    return tracks


def _cues(cues: Iterable[PlacedCue], role: str) -> list[PlacedCue]:
    return sorted((cue for cue in cues if cue.role == role and cue.stop > cue.start), key=lambda cue: cue.start)


def _sound(made: FinishedFilm, cue: PlacedCue, samples: int) -> otio.schema.Clip:
    shown = _sound_range(_samples(cue.skip), samples)
    media = _external(relative(made.folder, cue.file), cue.file.name, shown)
    clip = otio.schema.Clip(cue.file.name, media, shown)
    clip.metadata["dailies"] = {
        "role": cue.role,
        "shot": cue.shot,
        "sha256": cue.sha256,
        "gain_db": cue.gain_db,
        "fade_in": float(cue.fade_in),
        "fade_out": float(cue.fade_out),
        "speed": float(cue.speed),
    }
    return clip
