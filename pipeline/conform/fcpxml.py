"""FCPXML as plain values, read by the house: OpenTimelineIO's reader drops transitions and takes 23.98 for 23."""

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from pipeline.conform.edit import Clip, Edit, Passage, read_bytes, same_frames, timecode, whole
from pipeline.conform.timelines import IN_FOLDER
from pipeline.errors import ProducerError

KINDS = {
    "Cross Dissolve": ("dissolve",),
    "Fade To Color": ("dip_black", "dip_white"),
    "Wipe": ("wipe_left", "wipe_right"),
}
CLIPS = ("asset-clip", "clip", "video")
TIME = re.compile(r"(-?[0-9]{1,18})(?:/([1-9][0-9]{0,17}))?s")


def read_fcpxml(path: Path, rate: Fraction) -> Edit:
    """Read the one project of an FCPXML file.

    Raises:
        ProducerError: it cannot be read, or holds no project or several.
    """
    data = read_bytes(path)
    if b"<!ENTITY" in data.replace(b"\0", b""):  # UTF-16 too
        raise ProducerError(f"{path.name} defines entities; an FCPXML file has none", cure="write it again")
    try:
        root = ET.fromstring(data)  # noqa: S314 - bounded, and without entities of its own
        sequences = root.findall(".//project/sequence")
        if len(sequences) != 1:
            raise ProducerError(f"{path.name} holds {len(sequences)} projects", cure="export the one you mean")
        return _edit(root, sequences[0], rate)
    except (ET.ParseError, ValueError, LookupError, RecursionError) as failure:
        raise ProducerError(f"{path.name} is no FCPXML that can be read: {failure}", cure="export it again") from None


def _edit(root: ET.Element, sequence: ET.Element, rate: Fraction) -> Edit:
    edit = Edit()
    formats = {one.get("id", ""): one for one in root.findall("./resources/format")}
    assets = {one.get("id", ""): one for one in root.findall("./resources/asset")}
    form = formats.get(sequence.get("format", ""))
    frame = _seconds(form.get("frameDuration") if form is not None else None)
    if frame <= 0 or not same_frames(1 / frame, rate):
        edit.problems.append(f"the project does not run at the film's {rate} frames a second")
        return edit
    end = Fraction(0)
    for place, child in enumerate(sequence.findall("./spine/*")):
        if child.tag == "transition":
            _take_passage(edit, child, end, frame, rate)
            continue
        shown = _active(child)
        _take(edit, shown, assets, frame, rate)
        offset = _seconds(child.get("offset")) if child.get("offset") or not place else end
        end = offset + _seconds(shown.get("duration"))
    return edit


def _active(child: ET.Element) -> ET.Element:
    """Give what an audition shows; anything else is itself."""
    return child[0] if child.tag == "audition" and len(child) else child


def _take(edit: Edit, child: ET.Element, assets: Mapping[str, ET.Element], frame: Fraction, rate: Fraction) -> None:
    name, where = child.get("name", "")[:200], timecode(edit.frames, rate)
    problem = _cannot(child)
    if problem:
        edit.problems.append(f"'{name}' at {where} {problem}")
        return
    inner = child if child.get("ref") else child.find("./video")
    asset = assets.get(inner.get("ref", "")) if inner is not None else None
    begins = asset.get("start") if asset is not None else None
    media = whole((_seconds(child.get("start", begins)) - _seconds(begins)) / frame)
    frames = whole(_seconds(child.get("duration")) / frame)
    if media is None or frames is None:
        edit.problems.append(f"'{name}' at {where} is not cut on whole frames of the film ({rate} fps)")
        return
    url = unquote(asset.get("src", "")) if asset is not None else ""
    inside = IN_FOLDER.search(url)
    hints = (name, inside[1]) if inside else (name,)
    edit.clips.append(Clip(name, hints, media, frames, int(inside[2]) if inside else None))


def _cannot(child: ET.Element) -> str:
    if child.tag == "gap":
        return "is a hole; close it, or fill it with a shot (a card will do)"
    if child.tag not in CLIPS:
        return f"is a {child.tag}; only clips and transitions can stand in a film"
    if child.get("enabled") == "0":
        return "is switched off; take it out or switch it on"
    if child.find("./timeMap") is not None:
        return "runs at another speed; say `speed` in the storyboard instead"
    if any(int(below.get("lane", "0")) > 0 for below in child if below.tag in {*CLIPS, "title", "ref-clip"}):
        return "has something laid over it; only one track of pictures can be taken over"
    return ""


def _take_passage(edit: Edit, child: ET.Element, end: Fraction, frame: Fraction, rate: Fraction) -> None:
    before = whole((end - _seconds(child.get("offset"))) / frame)
    length = whole(_seconds(child.get("duration")) / frame)
    where, name = timecode(edit.frames, rate), child.get("name", "")
    if not edit.clips:
        edit.problems.append(f"the transition at {where} does not lie between two clips; use `open` and `close`")
    elif before is None or length is None or not 0 <= before <= length:
        edit.problems.append(f"the transition at {where} is not a whole number of frames long")
    elif length:
        edit.passages[len(edit.clips) - 1] = Passage(KINDS.get(name, ()), before, length - before, name)


def _seconds(text: str | None) -> Fraction:
    if text is None:
        return Fraction(0)
    found = TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text[:40]}' is no time")
    return Fraction(int(found[1]), int(found[2] or 1))
