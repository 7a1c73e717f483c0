"""Timelines that OpenTimelineIO reads, .otio and .edl, as plain values."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import opentimelineio as otio

from pipeline.conform.edit import MOST_CLIPS, Clip, Edit, Passage, read_bytes, same_frames, timecode, whole
from pipeline.errors import ProducerError

MOST_DEEP = 120
KINDS = ("dissolve", "dip_black", "dip_white", "wipe_left", "wipe_right")
TYPES = {"SMPTE_Dissolve": ("dissolve",), "SMPTE_Wipe": ("wipe_left", "wipe_right")}
IN_FOLDER = re.compile(r"(?:^|/)shots/([^/]+)/take_([0-9]{1,6})[^/]*$")
TAKE = re.compile(r"take_([0-9]{1,6})(?:_.*)?")
BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')
SAID = "TRANSITION: "


def read_otio(path: Path, rate: Fraction) -> Edit:
    """Read an OpenTimelineIO file.

    Raises:
        ProducerError: it cannot be read, or holds no timeline or several.
    """
    data = read_bytes(path)
    _check_json(path, data)
    found = _parsed(path, lambda: otio.adapters.read_from_string(data.decode("utf-8-sig"), "otio_json"))
    return _edit(path, _timeline(path, found), rate)


def read_edl(path: Path, rate: Fraction) -> Edit:
    """Read a CMX3600 edit list, its timecode counted at the nominal rate.

    Raises:
        ProducerError: it cannot be read, or the film's rate has no timecode.
    """
    text, nominal = read_bytes(path).decode("utf-8-sig", "replace"), max(1, round(rate))
    if not otio.opentime.RationalTime.is_valid_timecode_rate(nominal):
        told = f"{path.name}: there is no timecode at {rate} frames a second, so an EDL of this film cannot be read"
        raise ProducerError(told, cure="take the film over as .otio or .fcpxml")
    found = _parsed(path, lambda: otio.adapters.read_from_string(text, "cmx_3600", rate=nominal))
    return _edit(path, _timeline(path, found), rate)


def _parsed(path: Path, read: Any) -> Any:
    try:
        return read()
    except Exception as failure:  # noqa: BLE001 - the readers raise whatever a broken file leads them to
        why = " ".join(str(failure).split())[:200]
        cure = "write it again from your editor"
        raise ProducerError(f"{path.name} is no timeline that can be read: {why}", cure=cure) from None


def _check_json(path: Path, data: bytes) -> None:
    depth = 0
    for match in BRACKETS.finditer(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(match[0], 0)
        if depth > MOST_DEEP:
            raise ProducerError(f"{path.name} is nested over {MOST_DEEP} levels deep", cure="is it the right file?")
    try:
        top = json.loads(data)
    except (ValueError, RecursionError):
        raise ProducerError(f"{path.name} is not JSON", cure="an .otio file is; write it again") from None
    if not isinstance(top, dict) or "OTIO_SCHEMA" not in top:
        raise ProducerError(f"{path.name} is no OpenTimelineIO file", cure="write it again from your editor")


def _timeline(path: Path, found: Any) -> otio.schema.Timeline:
    if isinstance(found, otio.schema.SerializableCollection):
        timelines = [one for one in found if isinstance(one, otio.schema.Timeline)]
        found = timelines[0] if len(timelines) == 1 else None
    if not isinstance(found, otio.schema.Timeline):
        raise ProducerError(f"{path.name} holds no timeline, or several", cure="write out the one you mean")
    return found


def _edit(path: Path, timeline: otio.schema.Timeline, rate: Fraction) -> Edit:
    try:
        edit = Edit(facts=_facts(timeline))
        tracks = [one for one in timeline.tracks if _is_picture(one)]
        if len(tracks) == 1:
            _fill(edit, tracks[0], rate)
    except (ValueError, OverflowError, TypeError, AttributeError, otio.exceptions.OTIOError) as failure:
        why = " ".join(str(failure).split())[:200]
        raise ProducerError(f"{path.name} holds values that mean nothing: {why}", cure="write it again") from None
    if len(tracks) != 1:
        found = f"{path.name} has {len(tracks)} tracks of pictures that are switched on"
        raise ProducerError(found, cure="bring them together on one")
    return edit


def _is_picture(track: Any) -> bool:
    if not isinstance(track, otio.schema.Track):
        return not isinstance(track, otio.core.Item) or track.enabled
    return bool(track.kind == otio.schema.TrackKind.Video and track.enabled and len(track))


def _fill(edit: Edit, track: Any, rate: Fraction) -> None:
    if not isinstance(track, otio.schema.Track) or len(track) > 2 * MOST_CLIPS:
        edit.problems.append("the pictures are nested in one another, or too many; flatten them to one track")
        return
    if track.source_range is not None:
        edit.problems.append("the track of pictures is trimmed as a whole; trim its clips instead")
    children = list(track)
    for place, child in enumerate(children):
        where = timecode(edit.frames, rate)
        if isinstance(child, otio.schema.Transition):
            _take_passage(edit, child, children[place + 1 : place + 2], rate, where)
        elif isinstance(child, otio.schema.Clip) and child.enabled:
            _take_clip(edit, child, rate, where)
        elif not _is_nothing(child, children[place + 1 :]):
            edit.problems.append(_cannot(child, where, rate))


def _is_nothing(child: Any, following: list[Any]) -> bool:
    """Tell whether a gap shows nothing: it has no length, or only gaps come after it."""
    last = all(isinstance(one, otio.schema.Gap) for one in following)
    return isinstance(child, otio.schema.Gap) and (last or child.duration().value == 0)


def _cannot(child: Any, where: str, rate: Fraction) -> str:
    name = str(getattr(child, "name", "") or "")[:80]
    if isinstance(child, otio.schema.Gap):
        frames = _frames(child.duration(), rate)
        return f"a hole of {frames} frames at {where}; close it, or fill it with a shot (a card will do)"
    if isinstance(child, otio.schema.Clip):
        return f"the clip '{name}' at {where} is switched off; take it out or switch it on"
    return f"'{name}' at {where} is a {child.schema_name()}; only clips and transitions can stand in a film"


# ---------------------------------------------------------------- one clip, one transition


def _take_clip(edit: Edit, child: Any, rate: Fraction, where: str) -> None:
    shown, media = child.trimmed_range(), child.media_reference
    name = str(child.name or "")[:200]
    if any(isinstance(effect, otio.schema.TimeEffect) for effect in child.effects):
        edit.problems.append(f"'{name}' at {where} runs at another speed; say `speed` in the storyboard instead")
        return
    if len(child.effects):
        edit.notes.append(f"the effects on '{name}' at {where} are not taken over")
    start = shown.start_time
    first = media.available_range.start_time if media is not None and media.available_range is not None else None
    frame, frames = _frames(start, rate), _frames(shown.duration, rate)
    origin = 0 if first is None else _frames(first, rate)
    if frame is None or frames is None or origin is None:
        edit.problems.append(f"'{name}' at {where} is not cut on whole frames of the film ({rate} fps)")
    elif frames > 0:
        url = unquote(str(getattr(media, "target_url", "") or ""))
        facts = _facts(child)
        edit.clips.append(Clip(name, tuple(_hints(facts, url, name)), frame - origin, frames, _take(child, url), facts))


def _facts(thing: Any) -> Mapping[str, Any]:
    told = json.loads(otio.core.serialize_json_to_string(thing.metadata)).get("dailies")
    return told if isinstance(told, dict) else {}


def _hints(facts: Mapping[str, Any], url: str, name: str) -> Iterator[str]:
    if isinstance(facts.get("shot"), str):
        yield facts["shot"]
    yield name
    found = IN_FOLDER.search(url)
    if found:
        yield found[1]


def _take(child: Any, url: str) -> int | None:
    found = TAKE.fullmatch(str(child.active_media_reference_key)) or TAKE.fullmatch(Path(url).stem)
    return int(found[1]) if found else None


def _take_passage(edit: Edit, child: Any, following: list[Any], rate: Fraction, where: str) -> None:
    before, after = _frames(child.in_offset, rate), _frames(child.out_offset, rate)
    if not edit.clips or not following or not isinstance(following[0], otio.schema.Clip):
        edit.problems.append(f"the transition at {where} does not lie between two clips; use `open` and `close`")
    elif before is None or after is None or before < 0 or after < 0:
        edit.problems.append(f"the transition at {where} is not a whole number of frames long")
    elif before + after:
        kinds = _kinds(child, following[0])
        edit.passages[len(edit.clips) - 1] = Passage(kinds, before, after, str(child.name or child.transition_type))


def _kinds(child: Any, following: Any) -> tuple[str, ...]:
    remarks = following.metadata.get("cmx_3600", {}).get("comments", [])
    said = [str(one).removeprefix(SAID) for one in remarks if str(one).startswith(SAID)]
    for told in (*said, _facts(child).get("type"), child.name):
        if told in KINDS:
            return (str(told),)
    return TYPES.get(str(child.transition_type), ())


def _frames(time: Any, rate: Fraction) -> int | None:
    """Count a time in frames of the film; None where it falls between two."""
    if not math.isfinite(time.value) or not math.isfinite(time.rate) or time.rate <= 0:
        raise ValueError(time)
    own = Fraction(time.rate)
    exact = Fraction(time.value)
    return whole(exact if same_frames(own, rate) else exact * rate / own)
