"""Looks, sequences, cast and footage, applied to shots."""

from fractions import Fraction

import pytest

from pipeline.model import Look, Source


def shot(read, more, before=""):
    shots = f"shots:\n  - {{id: a, scene: an old bridge, {more}}}\n  - {{id: z, scene: hills, camera: crane}}\n"
    board, _ = read(before + shots)
    return board.shots[0]


LOOKS = """\
looks:
  day: {style: シネマティック, lighting: golden_hour, prompt: on film, negative: blurry}
  past: {style: vintage}
sequences: {then: {look: past}, now: {}}
defaults: {look: day, camera: crane}
"""


def test_a_shots_look_is_its_own_or_its_sequences_or_the_default(read):
    board, _ = read(
        LOOKS + "shots:\n  - {id: a, scene: hills}\n  - {id: b, scene: hills, sequence: then}\n"
        "  - {id: c, scene: hills, sequence: then, look: day}\n  - {id: d, scene: hills, sequence: now}\n"
    )
    assert [one.look_name for one in board.shots] == ["day", "past", "day", "day"]
    assert [one.sequence for one in board.shots] == ["", "then", "then", "now"]
    assert board.shots[0].look == Look("cinematic", "golden_hour", "on film", "blurry")


def test_style_lighting_and_negative_change_one_shot_only(read):
    board, _ = read(
        LOOKS + "shots:\n  - {id: a, scene: hills, lighting: ネオン, style: oil painting, negative: birds}\n"
        "  - {id: b, scene: hills}\n"
    )
    assert board.shots[0].look == Look("oil painting", "neon", "on film", "birds")
    assert board.shots[1].look.lighting == "golden_hour"


def test_a_shot_waits_for_a_person_where_it_or_the_defaults_say_so(read):
    board, warnings = read(
        "shots:\n  - {id: a, scene: hills, camera: crane, approve: true}\n  - {id: b, scene: hills, camera: crane}\n"
    )
    assert ([one.approve for one in board.shots], warnings) == ([True, False], ())
    board, warnings = read(
        "defaults: {approve: true, camera: crane}\n"
        "shots:\n  - {id: a, scene: hills}\n  - {id: b, scene: hills, approve: false}\n"
    )
    assert ([one.approve for one in board.shots], warnings) == ([True, False], ())


CAST = """\
cast:
  heroine: {description: a woman in red, variants: {young: {description: a girl in yellow}}}
  寺: {description: a small temple}
"""


def test_the_cast_is_spoken_word_for_word(read):
    board, _ = read(
        CAST + 'shots:\n  - {id: a, scene: "{heroine} and {heroine.young} at {寺}, {{no name}}", prompt: "{heroine}"}\n'
    )
    assert board.shots[0].scene == "a woman in red and a girl in yellow at a small temple, {{no name}}"
    assert board.shots[0].prompt == "a woman in red"


def test_a_source_is_read_whole(read, studio):
    one = shot(
        read,
        "strength: 0.3, source: {file: assets/dance.mp4, in: 2.0, out: 6.0, "
        "speed: 0.5, reverse: true, mirror: true, audio: keep, use: as_is}",
    )
    expected = Source(
        one.source.file, Fraction(2), Fraction(6), Fraction(1, 2), reverse=True, mirror=True, sound="keep", as_is=True
    )
    assert one.source == expected
    assert one.source.file.path == (studio / "assets" / "dance.mp4").resolve()
    assert one.seconds == 8
    assert one.strength == pytest.approx(0.3)
    assert not one.harmonise


@pytest.mark.parametrize(
    ("before", "more", "seconds"),
    [
        ("", "source: assets/dance.mp4", 10),
        ("", "source: {file: assets/dance.mp4, in: 7}", 3),
        ("", "source: {file: assets/dance.mp4, in: 7}, seconds: 2", 2),
        ("", "source: {file: assets/dance.mp4, loop: true}", 4),
        ("defaults: {seconds: 2}\n", "source: assets/dance.mp4", 2),
        ("defaults: {seconds: 6}\n", "source: {file: assets/dance.mp4, in: 7}", 3),
        ("defaults: {seconds: 2}\n", "source: {file: assets/dance.mp4, out: 5}", 5),
        ("defaults: {seconds: 2}\n", "camera: crane", 2),
    ],
)
def test_a_length_is_the_shots_own_then_its_footages_then_the_default(read, before, more, seconds):
    assert shot(read, more, before).seconds == seconds
