"""Finished films made by hand, without rendering, handed to an editor and read back by OpenTimelineIO."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.deliver import editorial
from pipeline.deliver.editorial_edl import reels
from pipeline.deliver.editorial_fcpxml import seconds
from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.model import (
    Estimate,
    GenerationPlan,
    Output,
    PlacedCue,
    RenderPlan,
    Shot,
    ShotPlan,
    Size,
    Slot,
    SoundPlan,
    Spec,
    Storyboard,
    ToolChoice,
    Transition,
)

RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001)]
SIZE = Size(160, 96)
FORMATS = ("otio", "edl", "fcpxml")


def film(folder, rate, lengths, *, into=(), missing=(), names=(), title="film", sound=(), spare=0, first=0):
    """A film of shots of these lengths; `into` gives (type, frames) after each shot, `missing` the places of slates."""
    names = list(names) or [f"s{number:03d}" for number in range(len(lengths))]
    into = [*into, *[("cut", 0)] * len(lengths)][: len(lengths)]
    into[-1] = ("cut", 0)
    starts = pairwise(accumulate(lengths, initial=0))
    before = [0, *(frames for _, frames in into)]
    slots = [
        Slot(name, start, end, before[number] // 2, kind[1] - kind[1] // 2, kind[0], kind[1])
        for number, (name, (start, end), kind) in enumerate(zip(names, starts, into, strict=True))
    ]
    shots = [
        Shot(name, number, "a hill", ToolChoice(("animatic",)), 2, frames=lengths[number], transition=Transition())
        for number, name in enumerate(names)
    ]
    plans = tuple(plan_of(shot, slot, rate, spare, first) for shot, slot in zip(shots, slots, strict=True))
    board = Storyboard("film", Path("film.yaml"), title, Output(SIZE, rate), tuple(shots))
    frames = sum(lengths)
    plan = RenderPlan(board, board.output, frames, plans, (), SoundPlan(frames / rate, tuple(sound)), Estimate())
    cut = folder / "cuts" / "0001"
    cut.mkdir(parents=True, exist_ok=True)
    shown = tuple(finished(folder, one, number in missing) for number, one in enumerate(plans))
    return FinishedFilm(folder, cut, plan, shown, plan.sound)


def plan_of(shot, slot, rate, spare=0, first=0):
    spec = Spec(SIZE, rate, slot.material + spare)
    made = GenerationPlan("animatic@1", "text", "a hill", "", spec)
    return ShotPlan(shot, slot, made, spec, (), (), False, None, Estimate(), first=first, spare=spare)


def finished(folder, plan, missing):
    takes = {number: folder / "shots" / plan.shot.id / f"take_{number}.mp4" for number in (1, 2)}
    if missing:
        return FinishedShot(plan, None, None, 0, {}, None)
    return FinishedShot(plan, 2, takes[2], plan.first, takes, None)


def written(made, kind):
    (path,) = editorial.write(made, {"format": kind})
    assert path == made.cut / f"film.{kind}"
    return path


def read(path, made):
    """Read a file with OpenTimelineIO alone: (name, start, end) of every clip in whole frames of the film.

    A CMX transition begins where its event does: n frames of it put the cut n // 2 frames later.
    """
    rate = editorial.nominal(made.plan.output.rate)
    options = {"rate": rate} if path.suffix == ".edl" else {}
    timeline = otio.adapters.read_from_file(str(path), **options)
    (track,) = timeline.video_tracks()
    found = []
    for child in track:
        if isinstance(child, otio.schema.Clip):
            place = child.range_in_parent()
            found.append([child.name, whole(place.start_time), whole(place.end_time_exclusive())])
    if path.suffix == ".edl":
        for number, child in enumerate(one for one in track if not isinstance(one, otio.schema.Transition)):
            before = track.neighbors_of(child)[0]
            if isinstance(before, otio.schema.Transition):
                late = whole(before.out_offset) // 2
                found[number][1] += late
                found[number - 1][2] += late
    return [tuple(one) for one in found]


def whole(time):
    assert time.value == int(time.value), time
    return int(time.value)


def wanted(made):
    return [(one.plan.shot.id, one.plan.slot.start, one.plan.slot.end) for one in made.shots]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_cut_points_read_back_are_the_films_own_frames(tmp_path, rate, kind):
    into = [("dissolve", 12), ("cut", 0), ("wipe_left", 7), ("dip_black", 5), ("cut", 0), ("dissolve", 1)]
    made = film(tmp_path, rate, [29, 48, 57, 31, 1, 1, 240], into=into, missing={3})
    assert read(written(made, kind), made) == wanted(made)


@pytest.mark.parametrize("kind", FORMATS)
def test_three_hundred_shots_keep_every_cut_point(tmp_path, kind):
    lengths = [1 + (number * 37) % 71 for number in range(300)]
    made = film(tmp_path, Fraction(30000, 1001), lengths, missing={7, 8, 299})
    assert read(written(made, kind), made) == wanted(made)


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rate=st.sampled_from(RATES),
    lengths=st.lists(st.integers(1, 2000), min_size=1, max_size=12),
    wish=st.lists(st.tuples(st.sampled_from(["cut", "dissolve", "wipe_right"]), st.integers(1, 40)), max_size=12),
)
def test_any_cut_points_survive_the_way_there_and_back(tmp_path, kind, rate, lengths, wish):
    into = [
        (name, 0 if name == "cut" else max(1, min(frames, a // 2, b // 2)))
        for (name, frames), a, b in zip(wish, lengths, lengths[1:], strict=False)
    ]
    made = film(tmp_path, rate, lengths, into=into)
    assert read(written(made, kind), made) == wanted(made)


@pytest.mark.parametrize("kind", FORMATS)
def test_japanese_titles_and_ids_come_back_as_written(tmp_path, kind):
    made = film(tmp_path, Fraction(24), [24, 48], names=["夜明け", "橋_2"], title="京都：秋の一日")
    path = written(made, kind)
    assert [name for name, _, _ in read(path, made)] == ["夜明け", "橋_2"]
    assert "京都：秋の一日" in path.read_text("utf-8")


@pytest.mark.parametrize("kind", FORMATS)
def test_control_characters_in_a_title_leave_a_list_that_reads_back(tmp_path, kind):
    made = film(tmp_path, Fraction(24), [10, 12], title="one\x07\x01\ntwo\x1b")
    path = written(made, kind)
    assert read(path, made) == wanted(made)
    assert not {"\x07", "\x01", "\x1b"} & set(path.read_text("utf-8"))


def test_an_edit_list_reads_the_same_at_the_exact_rate(tmp_path):
    made = film(tmp_path, Fraction(24000, 1001), [100, 200, 300])
    timeline = otio.adapters.read_from_file(str(written(made, "edl")), rate=24000 / 1001)
    assert [clip.source_range.duration.value for clip in timeline.find_clips()] == [100, 200, 300]


def test_the_timeline_names_the_chosen_take_and_every_other_one(tmp_path):
    made = film(tmp_path, Fraction(24), [48, 24], into=[("dissolve", 12)])
    timeline = otio.adapters.read_from_file(str(written(made, "otio")))
    clip = timeline.video_tracks()[0][0]
    assert clip.active_media_reference_key == "take_2"
    assert {key: one.target_url for key, one in clip.media_references().items()} == {
        "take_1": "shots/s000/take_1.mp4",
        "take_2": "shots/s000/take_2.mp4",
    }
    passing = timeline.video_tracks()[0][1]
    assert passing.transition_type == "SMPTE_Dissolve"
    assert (passing.in_offset.value, passing.out_offset.value) == (6, 6)
    assert clip.available_range().duration.value == 54
    second = timeline.video_tracks()[0][2]
    assert second.source_range.start_time.value == 6
    assert second.metadata["dailies"]["made"] == {"frames": 24, "head": 6, "tail": 0, "first": 0}


def test_a_missing_shot_holds_its_place_without_media(tmp_path):
    made = film(tmp_path, Fraction(25), [10, 20, 30], missing={1})
    clips = otio.adapters.read_from_file(str(written(made, "otio"))).video_tracks()[0]
    assert isinstance(clips[1].media_reference, otio.schema.MissingReference)
    assert "take" not in clips[1].metadata["dailies"]


def test_links_lead_to_the_takes_from_the_films_folder_and_from_the_cuts(tmp_path):
    made = film(tmp_path / "film", Fraction(24), [48])
    take = made.shots[0].takes[2]
    take.parent.mkdir(parents=True)
    take.write_bytes(b"take")
    path = written(made, "otio")
    url = otio.adapters.read_from_file(str(path)).video_tracks()[0][0].media_reference.target_url
    assert (made.folder / url).read_bytes() == b"take"
    assert (path.parent / url).read_bytes() == b"take"


def test_material_at_another_rate_than_its_take_is_linked_into_the_folder(tmp_path):
    made = film(tmp_path / "film", Fraction(24), [48])
    finer = tmp_path / "store" / "data.mp4"
    finer.parent.mkdir()
    finer.write_bytes(b"finer")
    shown = replace(made.shots[0], clip=finer)
    made = replace(made, shots=(shown,))
    clip = otio.adapters.read_from_file(str(written(made, "otio"))).video_tracks()[0][0]
    assert clip.media_reference.target_url == "shots/s000/take_2_film.mp4"
    assert (made.folder / clip.media_reference.target_url).read_bytes() == b"finer"
    assert clip.media_references()["take_2_as_made"].target_url == "shots/s000/take_2.mp4"


@pytest.mark.parametrize("kind", FORMATS)
def test_no_path_of_the_machine_is_inside(tmp_path, kind):
    cue = PlacedCue(tmp_path / "music.wav", "0" * 64, "music", Fraction(0), Fraction(2))
    made = film(tmp_path / "film", Fraction(24), [48, 48], missing={1}, sound=[cue])
    assert str(tmp_path) not in written(made, kind).read_text("utf-8")


def test_sounds_lie_on_tracks_of_their_role_to_the_sample(tmp_path):
    cues = [
        PlacedCue(tmp_path / name, "0" * 64, role, Fraction(start), Fraction(stop), skip=Fraction(1, 4))
        for name, role, start, stop in [
            ("a.wav", "line", "1.5", "2.5"),
            ("b.wav", "line", "2", "3"),
            ("m.wav", "music", 0, 4),
        ]
    ]
    made = film(tmp_path, Fraction(24000, 1001), [96], sound=cues)
    timeline = otio.adapters.read_from_file(str(written(made, "otio")))
    tracks = {track.name: track for track in timeline.audio_tracks()}
    assert list(tracks) == ["A1 film", "line", "line 2", "music"]
    assert tracks["A1 film"][0].media_reference.target_url == "film.mp4"
    assert not tracks["line"].enabled
    assert tracks["line"][0].source_range.duration.value == 72000
    assert tracks["line"][1].source_range.start_time.value == 12000
    assert tracks["line 2"][0].source_range.duration.value == 96000


def test_the_timeline_says_which_storyboard_it_is_of(tmp_path):
    made = film(tmp_path, Fraction(24000, 1001), [96])
    facts = json.loads(written(made, "otio").read_text("utf-8"))["metadata"]["dailies"]
    assert facts["kind"] == "edit/1"
    assert (facts["storyboard"], facts["fps"], facts["frames"]) == ("film.yaml", "24000/1001", 96)


def test_reels_are_short_unlike_and_the_same_every_time():
    shots = ["gate", "gate-", "GATE_", "a_very_long_name_1", "a_very_long_name_2", "BL", "ax", "夜明け", "昼"]
    named = reels(shots)
    assert named[0] == "GATE"
    assert len(set(named)) == len(shots)
    assert all(len(reel) <= 8 and reel.isascii() and reel.isalnum() for reel in named)
    assert not {"BL", "AX"} & set(named)
    assert reels(shots) == named


@pytest.mark.parametrize("rate", [24, 25, 30, 50, 60])
def test_a_time_in_fcpxml_is_never_read_a_frame_short(rate):
    for frame in range(20_000):
        above, _, below = seconds(frame, rate).removesuffix("s").partition("/")
        assert int(float(above) / float(below or 1) * float(rate)) == frame
        assert abs(Fraction(int(above), int(below or 1)) - Fraction(frame, rate)) < Fraction(1, 10**9)


def test_fcpxml_of_an_ntsc_film_asks_for_its_clips_frame_for_frame(tmp_path):
    made = film(tmp_path, Fraction(24000, 1001), [96])
    text = written(made, "fcpxml").read_text("utf-8")
    assert 'frameDuration="100/2400s"' in text
    assert '<conform-rate scaleEnabled="1" srcFrameRate="23.98" />' in text
    assert 'src="shots/s000/take_2.mp4"' in text
