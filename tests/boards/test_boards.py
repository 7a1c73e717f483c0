"""The three example boards: they load without a doubt and come out at exactly the frames that were ordered."""

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
import yaml

from pipeline import storyboard, timeline
from pipeline.media.loudness import samples
from pipeline.media.probe import probe
from pipeline.model import Size

NTSC = Fraction(24000, 1001)
FILMS = {"ad": (900, Fraction(30)), "story": (2160, Fraction(24)), "music_video": (1439, NTSC)}
VERSIONS = {
    ("ad", "ja"): (900, Size(1080, 1920)),
    ("ad", "square"): (900, Size(1080, 1080)),
    ("ad", "cutdown"): (450, Size(1080, 1920)),
    ("story", "ja"): (2160, Size(1280, 720)),
    ("music_video", "reel"): (1439, Size(720, 1280)),
}
SHOWN = """
titles card brand safe_area logo lines at file ambience master bpm first_beat starts_at beats target_beats use speed
focus picture split versions profiles rights disclosure deliver subtitles burn continues first_frame reverse mirror
loop audio open close variants sequences target_seconds pick skip
"""

each_film = pytest.mark.parametrize(("name", "frames", "rate"), [(name, *told) for name, told in FILMS.items()])


@each_film
def test_a_board_loads_without_a_doubt_and_has_its_frames(folder, look, name, frames, rate):
    board, warnings = storyboard.load(folder / f"{name}.yaml", look)
    assert [str(one) for one in warnings] == []
    assert (timeline.slots(board)[-1].end, board.output.rate) == (frames, rate)


@pytest.mark.parametrize(("name", "version", "frames", "size"), [(*key, *told) for key, told in VERSIONS.items()])
def test_a_version_loads_without_a_doubt_and_has_its_frames(folder, look, name, version, frames, size):
    board, warnings = storyboard.load(folder / f"{name}.yaml", look, version=version)
    assert [str(one) for one in warnings] == []
    assert (timeline.slots(board)[-1].end, board.output.size) == (frames, size)


def test_every_version_of_the_boards_is_looked_at(folder):
    named = {(name, version) for name in FILMS for version in storyboard.names(folder / f"{name}.yaml")[1]}
    assert named == VERSIONS.keys()


@each_film
def test_a_draft_is_as_long_as_the_film(folder, look, name, frames, rate):
    board, _ = storyboard.load(folder / f"{name}.yaml", look, profile="draft")
    assert (timeline.slots(board)[-1].end, board.output.rate) == (frames, rate)
    assert board.output.size.pixels <= 640 * 360


def test_every_cut_of_the_music_video_is_within_half_a_frame_of_its_beat(folder, look):
    board, _ = storyboard.load(folder / "music_video.yaml", look)
    written = yaml.safe_load((folder / "music_video.yaml").read_text("utf-8"))["shots"]
    beats = list(accumulate(Fraction(str(shot["beats"])) for shot in written))
    assert beats[-1] == 128
    for slot, beat in zip(timeline.slots(board), beats, strict=True):
        assert abs(slot.end / NTSC - beat * 60 / 128) <= 1 / NTSC / 2, slot.shot


def test_what_is_said_fits_between_what_is_said_before_and_after(folder, look):
    for name, version in [("ad", None), ("ad", "ja"), ("ad", "cutdown"), ("story", None), ("story", "ja")]:
        board, _ = storyboard.load(folder / f"{name}.yaml", look, version=version)
        starts = {slot.shot: slot.start / board.output.rate for slot in timeline.slots(board)}
        said = [(starts[shot.id] + line.at, line) for shot in board.shots for line in shot.lines]
        said.sort(key=lambda one: one[0])
        for (begins, line), (following, _) in pairwise(said):
            assert begins + line.seconds <= following, (name, version, line.text)


def test_the_boards_show_what_the_format_can(folder):
    def keys(value):
        if isinstance(value, dict):
            yield from value
            for below in value.values():
                yield from keys(below)
        elif isinstance(value, list):
            for below in value:
                yield from keys(below)

    found = {key for name in FILMS for key in keys(yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")))}
    assert not set(SHOWN.split()) - found


@pytest.mark.slow
@each_film
def test_a_draft_is_rendered_to_its_frames_with_sound_as_long(folder, shoot, tmp_path, name, frames, rate):
    """Three minutes of film, small, one take each; without the versions, which are cut from the same takes."""
    written = yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))
    written.pop("versions", None)
    board = folder / f"{name}_alone.yaml"
    board.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), "utf-8")
    made = shoot(board, tmp_path / "renders", profile="draft")
    film = made.folder / "film.mp4"
    facts = probe(film)
    assert facts.spec is not None
    assert replace(facts.spec, size=Size(0, 0)) == replace(facts.spec, size=Size(0, 0), rate=rate, frames=frames)
    assert abs(len(samples(film)) / 48_000 - frames / rate) <= Fraction(1, 100) + Fraction(1024, 48_000)
