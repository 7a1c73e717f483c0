"""The cut as FCPXML 1.8: one spine, transitions centred on their cuts, the film's sound beneath it.

Times count frames at the nominal rate, 24 for 24000/1001, and every clip asks to be conformed to it frame for frame.
OpenTimelineIO's adapter reads a rate of 24000/1001 as 23 and cuts off fractions of frames: it would read other cuts
from the exact rate, and it reads `29/25s` as 28 frames. So a time that it would lose a frame of is written a
half-thousand-millionth of a second late.
"""

from collections.abc import Sequence
from fractions import Fraction
from xml.etree import ElementTree as ET

from pipeline.deliver.editorial import Event, nominal, one_line
from pipeline.deliver.finished import FinishedFilm
from pipeline.model import Output

FORMAT = "r1"
SOUND = "r2"
FIRST_ASSET = 3
LATE = 2_000_000_000
NAMES = {
    "dissolve": "Cross Dissolve",
    "dip_black": "Fade To Color",
    "dip_white": "Fade To Color",
    "wipe_left": "Wipe",
    "wipe_right": "Wipe",
}
CONFORMED = {24: "23.98", 30: "29.97", 60: "59.94"}


def text(made: FinishedFilm, events: Sequence[Event]) -> str:
    """Give film.fcpxml."""
    root = ET.Element("fcpxml", version="1.8")
    rate = nominal(made.plan.output.rate)
    resources = ET.SubElement(root, "resources")
    _format(resources, made.plan.output, rate)
    _sound_asset(resources, made, rate)
    for number, event in enumerate(events, FIRST_ASSET):
        _asset(resources, event, number, rate)
    project = ET.SubElement(root, "project", name=one_line(made.plan.board.title))
    length = seconds(made.plan.frames, rate)
    sequence = ET.SubElement(project, "sequence", format=FORMAT, duration=length, tcStart="0s", tcFormat="NDF")
    _spine(ET.SubElement(sequence, "spine"), made, events, rate)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{ET.tostring(root, "unicode")}\n'


def seconds(frames: int, rate: int) -> str:
    """Write a time as FCPXML has it, so that reading it in doubles and cutting off gives the same frames again."""
    if frames % rate == 0:
        return f"{frames // rate}s"
    if int(float(frames) / float(rate) * float(rate)) == frames:
        return f"{frames}/{rate}s"
    fine = LATE // rate
    return f"{frames * fine + 1}/{rate * fine}s"


def _format(resources: ET.Element, output: Output, rate: int) -> None:
    size = {"width": str(output.size.width), "height": str(output.size.height)}
    times = {"frameDuration": f"100/{rate * 100}s"}
    ET.SubElement(resources, "format", {"id": FORMAT, "name": "film", **times, **size})


def _sound_asset(resources: ET.Element, made: FinishedFilm, rate: int) -> None:
    about = {"src": made.film.name, "start": "0s", "duration": seconds(made.plan.frames, rate), "hasAudio": "1"}
    sound = {"audioSources": "1", "audioChannels": "2", "audioRate": "48000"}
    ET.SubElement(resources, "asset", {"id": SOUND, "name": "film", **about, **sound, "format": FORMAT})


def _asset(resources: ET.Element, event: Event, number: int, rate: int) -> None:
    """Name the media of a shot; that of a missing one is where its first take will be, offline until then."""
    about = {
        "id": f"r{number}",
        "name": event.shot,
        "src": event.url or f"shots/{event.shot}/take_1.mp4",
        "start": "0s",
        "duration": seconds(event.length, rate),
        "hasVideo": "1",
        "format": FORMAT,
    }
    ET.SubElement(resources, "asset", about)


def _spine(spine: ET.Element, made: FinishedFilm, events: Sequence[Event], rate: int) -> None:
    for number, event in enumerate(events, FIRST_ASSET):
        times = {
            "offset": seconds(event.start, rate),
            "start": seconds(event.source, rate),
            "duration": seconds(event.end - event.start, rate),
        }
        clip = ET.SubElement(spine, "asset-clip", {"name": event.shot, "ref": f"r{number}", **times})
        _conform(clip, made.plan.output.rate, rate)
        if number == FIRST_ASSET:
            _sound(clip, event, made, rate)
        if event.into:
            start = event.end - event.into // 2
            times = {"offset": seconds(start, rate), "duration": seconds(event.into, rate)}
            ET.SubElement(spine, "transition", {"name": NAMES.get(event.transition, "Cross Dissolve"), **times})


def _conform(clip: ET.Element, exact: Fraction, rate: int) -> None:
    if exact != rate and rate in CONFORMED:
        ET.SubElement(clip, "conform-rate", scaleEnabled="1", srcFrameRate=CONFORMED[rate])


def _sound(parent: ET.Element, event: Event, made: FinishedFilm, rate: int) -> None:
    """Lay the film's sound beneath the first clip, whose own frames its place is counted in."""
    length = seconds(made.plan.frames, rate)
    times = {"offset": seconds(event.source, rate), "duration": length}
    below = ET.SubElement(parent, "clip", {"name": "film", "lane": "-1", **times})
    ET.SubElement(below, "audio", {"ref": SOUND, "offset": "0s", "duration": length})
