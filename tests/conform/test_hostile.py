"""Files from outside: what cannot be had is told in sentences, and nothing ends in a traceback."""

import copy
import json
from contextlib import suppress

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.conform import conform
from pipeline.errors import ProducerError

SHOTS = (
    "shots:\n  - {id: a, scene: a hill}\n  - {id: b, scene: a town, transition: dissolve}\n  - {id: c, scene: a sea}\n"
)


def pictures(whole):
    return whole.video_tracks()[0]


def told(edit, path):
    with pytest.raises(ProducerError) as failure:
        conform(edit, path)
    assert failure.value.exit_code == 2
    return str(failure.value)


def frames(value):
    return otio.opentime.RationalTime(value, 24)


def test_everything_that_cannot_be_had_is_in_one_list(desk, head):
    path, whole = desk.opened(head + SHOTS)
    track = pictures(whole)
    track[0].effects.append(otio.schema.LinearTimeWarp(time_scalar=2))
    track.insert(1, otio.schema.Gap(source_range=otio.opentime.TimeRange(frames(0), frames(12))))
    track[-1].enabled = False
    track.append(otio.schema.Stack("nested"))
    said = told(desk.save(whole), path)
    for part in ("'a' at 0:00:00 runs at another speed", "a hole of 12 frames", "'c' at", "switched off", "'nested'"):
        assert part in said
    assert len(said.splitlines()) == 4


def test_a_clip_that_is_not_ours_is_named(desk, head):
    path, whole = desk.opened(head + SHOTS)
    strange = otio.schema.Clip("holiday.mov", source_range=otio.opentime.TimeRange(frames(0), frames(10)))
    pictures(whole).append(strange)
    assert "'holiday.mov' at 0:06:00 is no shot of film.yaml" in told(desk.save(whole), path)


@pytest.mark.parametrize(
    ("start", "length", "missing"), [(0, 60, "12 frames more after"), (-3, 20, "3 frames more before")]
)
def test_frames_outside_the_take_are_counted(desk, head, start, length, missing):
    path, whole = desk.opened(head + SHOTS)
    pictures(whole)[0].source_range = otio.opentime.TimeRange(frames(start), frames(length))
    assert missing in told(desk.save(whole), path)


def test_one_shot_cannot_be_cut_from_two_takes(desk, head):
    path, whole = desk.opened(head + SHOTS)
    again = copy.deepcopy(pictures(whole)[0])
    again.active_media_reference_key = "take_1"
    pictures(whole).append(again)
    assert "'a' is cut from takes 1 and 2" in told(desk.save(whole), path)


def test_times_between_frames_are_refused(desk, head):
    path, whole = desk.opened(head + SHOTS)
    half = otio.opentime.RationalTime(20.5, 24)
    pictures(whole)[0].source_range = otio.opentime.TimeRange(frames(0), half)
    assert "not cut on whole frames" in told(desk.save(whole), path)


def test_a_second_track_of_pictures_is_refused(desk, head):
    path, whole = desk.opened(head + SHOTS)
    whole.tracks.append(copy.deepcopy(pictures(whole)))
    assert "2 tracks of pictures" in told(desk.save(whole), path)


def test_an_edit_of_a_version_is_refused(desk, head):
    path, whole = desk.opened(head + SHOTS)
    whole.metadata["dailies"]["version"] = "ja"
    assert "version 'ja'" in told(desk.save(whole), path)


def test_a_transition_the_house_does_not_have_is_named(desk, head):
    path, whole = desk.opened(head + SHOTS)
    passing = next(one for one in pictures(whole) if isinstance(one, otio.schema.Transition))
    passing.name, passing.transition_type = "Page Curl", "Custom_Transition"
    passing.metadata.clear()
    assert "'Page Curl' after 'b'" in told(desk.save(whole), path)


BROKEN = {
    "empty.otio": b"",
    "text.otio": b"hello",
    "list.otio": b"[1, 2]",
    "foreign.otio": b'{"OTIO_SCHEMA": "Elephant.7", "name": 3}',
    "deep.otio": b'{"OTIO_SCHEMA": ' + b"[" * 5000,
    "bytes.otio": bytes(range(256)),
    "nan.otio": b'{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": NaN}}',
    "empty.edl": b"",
    "text.edl": b"hello",
    "line.edl": b"001 A V C 1 2",
    "times.edl": b"001 A V C 99:99:99:99 00:00:00:00 x y",
    "empty.fcpxml": b"",
    "other.fcpxml": b"<html/>",
    "bomb.fcpxml": b'<!DOCTYPE a [<!ENTITY a "b">]><fcpxml>&a;</fcpxml>',
    "times.fcpxml": b'<fcpxml><project><sequence format="r1" duration="x"/></project></fcpxml>',
    "zero.fcpxml": b'<fcpxml><resources><format id="r" frameDuration="1/0s"/></resources>'
    b'<project><sequence format="r"/></project></fcpxml>',
    "film.mov": b"moov",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_in_a_sentence(desk, head, name):
    path, _ = desk.hand_out(head + SHOTS)
    edit = desk.folder / name
    edit.write_bytes(BROKEN[name])
    assert name in told(edit, path)
    assert "not there" not in told(desk.folder / "missing.otio", path)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_timeline_with_one_value_changed_is_read_or_refused(desk, head, data):
    path, edit = desk.hand_out(head + SHOTS)
    whole = json.loads(edit.read_text("utf-8"))
    places = [(box, key) for box in _boxes(whole) for key in (box if isinstance(box, dict) else range(len(box)))]
    box, key = data.draw(st.sampled_from(places))
    box[key] = data.draw(st.sampled_from([None, -1, 1e300, "x", [], {}, True, 10**30, float("nan"), "Clip.2", [[[]]]]))
    changed = desk.folder / "changed.otio"
    changed.write_text(json.dumps(whole), "utf-8")
    with suppress(ProducerError):
        conform(changed, path)


def _boxes(value):
    if isinstance(value, dict | list):
        yield value
        for one in value.values() if isinstance(value, dict) else value:
            yield from _boxes(one)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["edl", "fcpxml"]), place=st.floats(0, 1), sign=st.sampled_from(list('0 :/<>"sDx-\n')))
def test_a_list_with_one_letter_changed_is_read_or_refused(desk, head, kind, place, sign):
    path, edit = desk.hand_out(head + SHOTS, kind)
    text = edit.read_text("utf-8")
    at = int(place * len(text))
    edit.write_text(text[:at] + sign + text[at + 1 :], "utf-8")
    with suppress(ProducerError):
        conform(edit, path)


def test_an_edit_list_of_a_film_without_timecode_is_refused_with_another_way(desk, head):
    board, edit = desk.hand_out(head.replace("fps: 24", "fps: 12") + SHOTS, "edl")
    with pytest.raises(ProducerError, match=r"no timecode at 12 frames a second") as refused:
        conform(edit, board)
    assert ".otio" in refused.value.cure
