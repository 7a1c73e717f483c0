"""Split shots, takes used again, clips of one's own, and everything else that says how a shot is made."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Made, ToolChoice, Use
from pipeline.storyboard import load
from pipeline.storyboard.splitting import split

SAIL = """\
audio:
  music: {file: assets/theme.wav, from: sail, to: sail}
  effects: {file: assets/theme.wav, shot: sail}
finish: {harmonise: {reference: sail}}
sequences: {sea: {ambience: {file: assets/theme.wav, gain_db: -20, fade_in: 2}}}
versions: [{name: short, target_seconds: 10, shots: [sail, wake]}]
shots:
  - id: sail
    sequence: sea
    scene: a boat
    camera: crane
    seconds: 12
    split: true
    first_frame: assets/gate.png
    last_frame: assets/end.png
    transition: dissolve
    lines: [{text: Cast off.}]
    titles: [{text: All the way, at: 1}, {text: Early, at: 1, seconds: 2}, {text: Across, at: 3, seconds: 3.5}]
  - {id: wake, sequence: sea, scene: the wake, camera: crane, continues: sail}
  - {id: again, use: {shot: sail, in: 5}, seconds: 1}
"""


def test_a_long_shot_is_made_in_parts_that_go_on_from_each_other(read):
    board, _ = read(SAIL)
    parts = board.shots[:3]
    assert [one.id for one in board.shots] == ["sail-1", "sail-2", "sail-3", "wake", "again"]
    assert [(one.seconds, one.index, one.camera) for one in parts] == [(4, 0, "crane")] * 3
    assert [one.continues for one in parts] == [None, "sail-1", "sail-2"]
    assert [one.transition.type for one in parts] == ["cut", "cut", "dissolve"]
    assert [one.first_frame is None for one in parts] == [False, True, True]
    assert [one.last_frame is None for one in parts] == [True, True, False]
    assert [len(one.lines) for one in parts] == [1, 0, 0]


def test_what_names_a_split_shot_finds_its_part(read):
    board, _ = read(SAIL)
    (music,), (effect,), (bed,) = board.audio.music, board.audio.effects, board.audio.ambience
    assert (music.start, music.stop, effect.start) == ("sail-1", "sail-3", "sail-1")
    assert (bed.start, bed.stop) == ("sail-1", "wake")
    assert board.finish.harmonise.reference == "sail-1"
    assert board.shots[3].continues == "sail-3"
    assert board.shots[4].use == Use("sail-2", Fraction(1))


def test_titles_go_on_from_part_to_part_without_leaving(read):
    seen = [
        [(one.text, one.at, one.seconds, one.enter, one.leave) for one in part.titles]
        for part in read(SAIL)[0].shots[:3]
    ]
    first = [
        ("All the way", 1, None, "fade", "cut"),
        ("Early", 1, 2, "fade", "fade"),
        ("Across", 3, None, "fade", "cut"),
    ]
    second = [("All the way", 0, None, "cut", "cut"), ("Across", 0, Fraction(5, 2), "cut", "fade")]
    assert seen == [first, second, [("All the way", 0, None, "cut", "fade")]]


def test_a_shortened_version_keeps_whole_parts_and_trims_the_last(studio, probe):
    path = studio / "board.yaml"
    path.write_text(SAIL)
    board, _ = load(path, probe, version="short")
    assert [(one.id, one.seconds) for one in board.shots] == [
        ("sail-1", 4),
        ("sail-2", Fraction(7, 2)),
        ("wake", Fraction(5, 2)),
    ]


@pytest.mark.parametrize(
    ("wish", "lengths"),
    [
        ("true", [4, 4, 4]),
        ("2", [6, 6]),
        ("{seconds: 3.5}", [3, 3, 3, 3]),
        ("{parts: 5}", [Fraction(12, 5)] * 5),
        ("{seconds: 12}", [12]),
        ("false", [12]),
    ],
)
def test_parts_are_equally_long(read, wish, lengths):
    board, _ = read(f"shots: [{{id: sail, scene: a boat, camera: crane, seconds: 12, split: {wish}}}]\n")
    assert [one.seconds for one in board.shots] == lengths
    assert (board.shots[0].id == "sail") == (len(lengths) == 1)


@given(st.fractions(Fraction(1, 2), 100), st.fractions(Fraction(1, 2), 20))
def test_parts_come_to_the_whole_whatever_is_cut_off(length, part):
    from pipeline.model import Shot

    shots, _ = split([Shot("a", 0, "", ToolChoice(()), 1, seconds=length)], [length], {"a": part}, None)
    assert sum(one.seconds for one in shots) == length
    assert all(0 < one.seconds <= part for one in shots)


ONE = "shots:\n  - {{id: a, scene: hills, camera: crane, {}}}\n  - {{id: b, scene: hills, camera: crane}}\n"


def one(read, more, before=""):
    return read(before + ONE.format(more))[0].shots[0]


def test_a_take_used_again_needs_no_tool(read):
    board, _ = read(ONE.format("seconds: 4") + "  - {id: c, use: {shot: a, in: 2.5}, seconds: 2}\n")
    again = board.shots[2]
    assert (again.use, again.generator, again.max_takes) == (Use("a", Fraction(5, 2)), ToolChoice(()), None)
    assert again.seconds == 2


def test_a_clip_of_ones_own_wins_over_every_generator(read, studio):
    more = "generator: [wan, runway], pick: assets/dance.mp4, first_frame: assets/gate.png, seconds: 3"
    mine = one(read, more)
    assert mine.source.file.path == (studio / "assets" / "dance.mp4").resolve()
    assert (mine.source.as_is, mine.generator.names, mine.pick, mine.first_frame) == (True, ("auto",), None, None)
    assert mine.seconds == 3
    assert one(read, "pick: 2").pick == 2


def test_small_choices(read):
    assert one(read, "focus: {x: 0.2}").focus == (0.2, 0.5)
    assert one(read, "speed: 0.5").speed == Fraction(1, 2)
    assert one(read, "made: {frames: 96, head: 6, tail: 7, first: -3}").made == Made(96, 6, 7, -3)
    assert one(read, "made: {frames: 96}").made == Made(96)
    assert (one(read, "takes: 2").max_takes, one(read, "takes: 2, max_takes: 6").max_takes) == (None, 6)
    assert one(read, "takes: 8", "defaults: {max_takes: 6}\n").max_takes == 8


def test_the_nearest_score_says_which_faults_are_meant(read):
    film, usual = "score: {allow: [still, cut]}\n", "defaults: {score: {allow: [dark]}}\n"
    assert one(read, "takes: 1", film).allow == ("still", "cut")
    assert one(read, "takes: 1", film + usual).allow == ("dark",)
    assert one(read, "score: {allow: []}", film + usual).allow == ()


def test_grain_and_bars(read):
    board, _ = read("finish: {grain: 0.15}\noutput: {picture: 2.39}\n" + ONE.format("takes: 1"))
    assert (board.finish.grain, board.output.picture) == (0.15, Fraction(239, 100))


def test_ambience_lies_under_every_run_of_its_sequence(read):
    rows = [("a", "sea"), ("b", "sea"), ("c", "town"), ("d", "sea"), ("e", None)]
    shots = "".join(
        f"  - {{id: {name}, scene: hills, camera: crane{f', sequence: {of}' if of else ''}}}\n" for name, of in rows
    )
    before = "sequences: {sea: {ambience: {file: assets/theme.wav, gain_db: -20, fade_in: 2}}, town: {}}\n"
    board, _ = read(before + "shots:\n" + shots)
    assert [(cue.start, cue.stop, cue.loop) for cue in board.audio.ambience] == [("a", "b", True), ("d", "d", True)]
    bed = board.audio.ambience[0]
    assert (bed.gain_db, bed.fade_in, bed.fade_out) == (-20, 2, Fraction(1, 2))
