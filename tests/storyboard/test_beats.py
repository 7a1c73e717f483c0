"""Shots counted in beats: every cut within half a frame of its beat."""

import random
from fractions import Fraction
from math import floor

import pytest

from pipeline.timeline import slots

SONG = "audio: {{music: {{file: assets/theme.wav, bpm: {}, first_beat: {}, starts_at: {}}}}}\n"
FIVE = "audio: {music: {file: assets/theme.wav, bpm: 120, first_beat: 1.25, starts_at: 1}}\nshots:\n"


def shots(*lengths):
    return "".join(f"  - {{id: s{n}, scene: hills, camera: crane, {length}}}\n" for n, length in enumerate(lengths))


def lengths(board):
    return [one.seconds for one in board.shots]


def test_beats_become_exact_seconds(read):
    board, _ = read(SONG.format(128, 0.25, 0.25) + "shots:\n" + shots("beats: 4", "beats: 1.5"))
    assert lengths(board) == [Fraction(15, 8), Fraction(45, 64)]


def test_a_first_shot_ends_on_the_grid_wherever_the_song_begins(read):
    board, _ = read(FIVE + shots("beats: 4", "beats: 4"))
    assert lengths(board) == [Fraction(9, 4), Fraction(2)], "beats at 0.25, 0.75 ...: halves go up"


def test_after_seconds_the_next_shot_ends_on_the_grid_again(read):
    board, _ = read(FIVE + shots("seconds: 0.3", "beats: 4", "frames: 7", "beats: 0.25", "beats: 0.75"))
    ends = [sum(one.frames / Fraction(24) if one.frames else one.seconds for one in board.shots[:n]) for n in (2, 4, 5)]
    assert ends == [Fraction(9, 4), Fraction(9, 4) + Fraction(5, 8), Fraction(9, 4) + 1]


def test_beats_less_than_the_way_to_the_grid_go_to_the_next_one(read):
    board, _ = read(FIVE + shots("seconds: 0.49", "beats: 0.1"))
    assert lengths(board)[1] == Fraction(30, 100) - Fraction(49, 100) + Fraction(1, 2)


def test_music_that_begins_later_brings_its_own_grid(read):
    board, _ = read(
        "audio: {music: [{file: assets/theme.wav, bpm: 120, to: s0},"
        " {file: assets/dance.mp4, bpm: 60, first_beat: 0.5, from: s1}]}\nshots:\n"
        + shots("seconds: 1.1", "beats: 2", "beats: 1")
    )
    assert lengths(board)[1:] == [Fraction(5, 2), 1]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rate", ["24", "24000/1001", "29.97", "60"])
def test_every_cut_lies_within_half_a_frame_of_its_beat(read, seed, rate):
    rng = random.Random(seed)
    bpm, first, start = rng.randint(60, 180), rng.randint(0, 900) / 1000, rng.randint(0, 900) / 1000
    kinds = [rng.choice(["beats: 1", "beats: 2", "beats: 4", "beats: 8", "seconds: 1.37"]) for _ in range(500)]
    board, _ = read(f"output: {{fps: {rate}}}\n" + SONG.format(bpm, first, start) + "shots:\n" + shots(*kinds))
    origin, period = Fraction(str(first)) - Fraction(str(start)), Fraction(60, bpm)
    for kind, slot in zip(kinds, slots(board), strict=True):
        if "beats" in kind:
            at = slot.end / board.output.rate
            beat = origin + floor((at - origin) / period + Fraction(1, 2)) * period
            assert abs(at - beat) * board.output.rate <= Fraction(1, 2)


def test_sixty_four_bars_at_128_are_1439_frames(read):
    board, _ = read(
        "output: {fps: 24000/1001}\ntarget_beats: 128\n"
        + SONG.format(128, 0.25, 0.25)
        + "shots:\n"
        + shots(*["beats: 4", "beats: 2", "beats: 2"] * 16)
    )
    assert slots(board)[-1].end == 1439


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("shots:\n" + shots("beats: 4"), "shots[0].beats", "`bpm`"),
        ("audio: {music: {file: assets/theme.wav}}\nshots:\n" + shots("beats: 4"), "shots[0].beats", "`bpm`"),
        ("target_beats: 4\nshots:\n" + shots("seconds: 4"), "target_beats", "`bpm`"),
        ("target_beats: 9\n" + FIVE + shots("beats: 4", "beats: 4"), "target_beats", "lengthen some by 1"),
        (FIVE + shots("beats: 4, seconds: 2"), "shots[0].beats", "keep one"),
        (FIVE.replace("starts_at: 1", "starts_at: 10") + shots("beats: 4"), "audio.music.starts_at", "only 10 seconds"),
        (FIVE.replace("bpm: 120, ", "") + shots("seconds: 4"), "audio.music.first_beat", "`bpm`"),
    ],
)
def test_what_cannot_be_counted_is_told(problems, text, path, words):
    (found,) = problems(text)
    assert found.path == path
    assert words in found.message


def test_the_song_rules(read):
    song = "audio: {music: {file: assets/theme.wav, starts_at: 0.25, master: true}%s}\nshots:\n" + shots("seconds: 4")
    board, warnings = read(song % "")
    (music,) = board.audio.music
    assert (music.skip, music.master, board.audio.loudness, warnings) == (Fraction(1, 4), True, None, ())
    assert [one.path for one in read(song % ", loudness_lufs: -16")[1]] == ["audio.loudness_lufs"]
