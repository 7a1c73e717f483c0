"""Where every sound lies, in exact seconds."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import soundtrack, timeline
from pipeline.model import (
    Asset,
    Audio,
    Cue,
    Line,
    Made,
    MediaFacts,
    Output,
    Shot,
    Size,
    Source,
    Storyboard,
    ToolChoice,
    Use,
)

HALF = Fraction(1, 2)
CLIP = Asset("c.mp4", Path("/c.mp4"))


def asset(name):
    return Asset(name, Path(f"/{name}.wav"))


def board(lengths, audio=None, lines=None):
    shots = tuple(
        Shot(
            f"s{n}", n, "a hill", ToolChoice(("animatic",)), 1, seconds=Fraction(length), lines=(lines or {}).get(n, ())
        )
        for n, length in enumerate(lengths)
    )
    return Storyboard("b", Path("b.yaml"), "b", Output(Size(64, 36), Fraction(24)), shots, audio=audio or Audio())


def line(name, at=0, seconds=2, who="", text="Hello."):
    return Line(who, {"en": text}, asset(name) if name else None, Fraction(at), Fraction(seconds))


def facts(seconds, *, sound=True):
    return MediaFacts("sound", "0" * 64, None, Fraction(seconds), sound)


def told(b, /, **lengths):
    """What `sound`, `faults` and `doubts` are asked with; `lengths` are the seconds of the files."""
    return b, timeline.slots(b), {asset(name).path: facts(length) for name, length in lengths.items()}


def heard(b, /, **lengths):
    return soundtrack.sound(*told(b, **lengths))


def spans(cues, role):
    return [(cue.start, cue.stop, cue.skip) for cue in cues if cue.role == role]


def test_sounds_lie_at_their_shots_cut_points_and_duck_the_music():
    cues = (Cue(asset("m"), start="s1", stop="s1"),), (Cue(asset("b"), start="s1", at=-HALF, ducks=True),)
    plan = heard(board([2, 3, 2], Audio(*cues, duck_db=6.0)), m=60, b=1)
    assert [(cue.start, cue.stop, cue.skip) for cue in plan.cues] == [(2, 5, 0), (3 * HALF, 5 * HALF, 0)]
    assert plan.ducks == ((Fraction(3, 2), Fraction(5, 2)),)
    assert plan.seconds == 7


def test_a_sound_that_begins_before_the_film_is_entered_late():
    plan = heard(board([2], Audio(effects=(Cue(asset("b"), start="s0", at=Fraction(-1, 4)),))), b=1)
    assert spans(plan.cues, "effect") == [(0, Fraction(3, 4), Fraction(1, 4))]


def test_a_song_is_entered_where_it_is_told_to_and_runs_out_that_much_earlier():
    plan = heard(board([2, 3], Audio((Cue(asset("m"), start="s1", skip=HALF),))), m=2)
    assert spans(plan.cues, "music") == [(2, 7 * HALF, HALF)]


def test_several_pieces_of_music_follow_each_other():
    music = (Cue(asset("a"), stop="s0"), Cue(asset("b"), start="s1"))
    assert spans(heard(board([2, 3], Audio(music)), a=60, b=60).cues, "music") == [(0, 2, 0), (2, 5, 0)]


def test_under_master_music_the_film_is_not_levelled():
    plan = heard(board([2], Audio((Cue(asset("m"), master=True),))), m=9)
    assert plan.loudness is None
    assert plan.cues[0].master
    assert heard(board([2], Audio((Cue(asset("m")),))), m=9).loudness == -14.0


def test_a_line_outlasts_its_shot_ducks_the_music_and_is_never_ducked():
    plan = heard(board([2, 3], lines={0: [line("v", 1, 3)]}), v=3)
    assert spans(plan.cues, "line") == [(1, 4, 0)]
    assert plan.ducks == ((1, 4),)
    assert (plan.cues[0].shot, plan.cues[0].fade_in, plan.cues[0].fade_out) == ("s0", 0, 0)


def test_a_line_may_begin_before_its_shot_and_is_cut_softly_at_the_films_ends():
    plan = heard(
        board([2, 2], lines={0: [line("a", -HALF, 1)], 1: [line("b", -HALF, 1), line("c", 1, 3)]}), a=1, b=1, c=3
    )
    assert spans(plan.cues, "line") == [(0, HALF, HALF), (3 * HALF, 5 * HALF, 0), (3, 4, 0)]
    assert [bool(cue.fade_in) for cue in plan.cues] == [True, False, False]
    assert [bool(cue.fade_out) for cue in plan.cues] == [False, False, True]


def test_a_line_without_a_recording_makes_no_sound_and_ducks_nothing():
    plan = heard(board([2], lines={0: [line("", 0, 1)]}))
    assert (plan.cues, plan.ducks) == ((), ())


def bed(first, last, name="rain", **more):
    return Cue(asset(name), first, last, fade_in=HALF, fade_out=HALF, loop=True, **more)


def test_ambience_is_repeated_to_the_end_of_its_shots_where_it_is_shorter():
    audio = Audio(ambience=(bed("s0", "s0"), bed("s2", "s2", "sea")))
    rain, sea = heard(board([9, 2, 6], audio), rain=4, sea=60).cues
    assert (rain.role, rain.start, rain.stop, rain.window, rain.loop) == ("ambience", 0, 9, 4, True)
    assert (sea.start, sea.stop, sea.window, sea.loop) == (11, 17, None, False)
    assert rain.fade_in == rain.fade_out == HALF


def test_one_ambience_passes_into_the_next_where_they_meet():
    audio = Audio(ambience=(bed("s0", "s0"), bed("s1", "s1", "sea")))
    rain, sea = heard(board([4, 4], audio), rain=60, sea=60).cues
    assert (rain.start, rain.stop) == (0, 4 + HALF / 2)
    assert (sea.start, sea.stop) == (4 - HALF / 2, 8)


def test_ambience_never_begins_or_ends_with_a_click():
    audio = Audio(ambience=(replace(bed("s0", "s0"), fade_in=Fraction(0), fade_out=Fraction(0)),))
    (cue,) = heard(board([2], audio), rain=60).cues
    assert cue.fade_in == cue.fade_out == Fraction(1, 100)


# ---------------------------------------------------------------- clips


def footage(shots=2, pace=1, **source):
    """Footage that keeps its sound in the second of shots of 2 s each."""
    b = board([2] * shots)
    kept = replace(b.shots[1], source=Source(CLIP, start=Fraction(1), sound="keep", **source), speed=Fraction(pace))
    return replace(b, shots=(b.shots[0], kept, *b.shots[2:]))


def clips(b):
    return soundtrack.sound(b, timeline.slots(b), {CLIP.path: facts(10)}).cues


def test_a_clips_own_sound_is_kept_where_asked():
    (cue,) = clips(footage())
    assert (cue.role, cue.start, cue.stop, cue.skip, cue.window, cue.shot) == ("clip", 2, 4, 1, None, "s1")


@pytest.mark.parametrize(
    ("source", "window"),
    [
        ({"speed": Fraction(2)}, 4),
        ({"speed": Fraction(1, 2)}, 1),
        ({"reverse": True}, 2),
        ({"reverse": True, "stop": Fraction(6)}, 5),
        ({"loop": True, "stop": Fraction(3, 2)}, Fraction(1, 2)),
        ({"loop": True}, 9),
        ({"speed": Fraction(8)}, 9),
    ],
)
def test_kept_sound_runs_as_its_pictures_do(source, window):
    (cue,) = clips(footage(**source))
    assert (cue.skip, cue.window) == (1, window)
    assert (cue.speed, cue.reverse, cue.loop) == (
        source.get("speed", 1),
        source.get("reverse", False),
        source.get("loop", False),
    )


def test_the_speed_of_a_shot_comes_on_top_of_its_clips():
    (cue,) = clips(footage(pace=HALF, speed=Fraction(3)))
    assert (cue.speed, cue.window) == (Fraction(3, 2), 3)


def test_a_shot_that_shows_a_take_again_is_heard_with_it():
    b = footage(3)
    again = replace(b.shots[2], use=Use("s1", HALF))
    first, second = clips(replace(b, shots=(*b.shots[:2], again)))
    assert (first.start, first.skip, first.shot) == (2, 1, "s1")
    assert (second.start, second.stop, second.skip, second.shot) == (4, 6, 3 * HALF, "s2")


def test_a_trimmed_shot_is_heard_from_where_it_is_seen():
    b = footage()
    trimmed = replace(b.shots[1], made=Made(96, first=12))
    (cue,) = clips(replace(b, shots=(b.shots[0], trimmed)))
    assert cue.skip == 3 * HALF


def test_sound_moves_with_the_window_of_its_take():
    b = footage(pace=HALF)
    plan = soundtrack.later(heard_clips(b), {"s1": Fraction(1), "s0": Fraction(5)})
    (cue,) = plan.cues
    assert (cue.start, cue.stop, cue.skip, cue.window) == (2, 4, 3 * HALF, HALF)


def test_backwards_the_window_is_moved_at_its_other_end():
    (cue,) = soundtrack.later(heard_clips(footage(reverse=True)), {"s1": HALF}).cues
    assert (cue.skip, cue.window) == (1, 3 * HALF)


def heard_clips(b):
    return soundtrack.sound(b, timeline.slots(b), {CLIP.path: facts(10)})


def test_missing_shots_lose_their_sound_and_what_it_ducked_and_nothing_else():
    b = footage(3)
    b = replace(b, shots=(b.shots[0], b.shots[1], replace(b.shots[1], id="s2", index=2)))
    b = replace(b, audio=Audio(effects=(Cue(asset("b"), start="s1", ducks=True),)))
    plan = soundtrack.sound(b, timeline.slots(b), {CLIP.path: facts(10), asset("b").path: facts(2)})
    left = soundtrack.without(plan, {"s1", "s0"})
    assert [(cue.role, cue.shot) for cue in left.cues] == [("effect", ""), ("clip", "s2")]
    assert plan.ducks == ((2, 4), (2, 4), (4, 6))
    assert left.ducks == ((2, 4), (4, 6))


# ---------------------------------------------------------------- what is told


def test_a_line_that_begins_after_the_films_end_is_a_fault():
    ((path, message),) = soundtrack.faults(*told(board([2], lines={0: [line("", 3, 1)]})))
    assert path == "shots[0].lines[0].at"
    assert "1 s after the film's end" in message


def test_two_masters_at_once_are_a_fault_and_plain_music_beside_one_a_doubt():
    master, plain = Cue(asset("m"), master=True), Cue(asset("n"), start="s1")
    both = told(board([2, 2], Audio((master, replace(plain, master=True)))), m=9, n=9)
    assert [path for path, _ in soundtrack.faults(*both)] == ["audio.music[1].master"]
    beside = told(board([2, 2], Audio((plain, master))), m=9, n=9)
    assert soundtrack.faults(*beside) == []
    assert [path for path, _ in soundtrack.doubts(*beside)] == ["audio.music[0]"]
    apart = told(board([2, 2], Audio((replace(master, stop="s0"), plain))), m=9, n=9)
    assert soundtrack.doubts(*apart) == soundtrack.faults(*apart) == []


def test_two_lines_at_once_are_told_with_how_long():
    lines = {0: [line("", 0, 2, who="Aya")], 1: [line("", Fraction(-3, 2), 1), line("", 1, 1)]}
    ((path, message),) = soundtrack.doubts(*told(board([2, 3], lines=lines)))
    assert path == "shots[1].lines[0]"
    assert "1 s of it" in message
    assert "Aya" in message


def test_a_short_overlap_is_how_people_talk():
    lines = {0: [line("", 0, 1), line("", Fraction(4, 5), 1)]}
    assert soundtrack.doubts(*told(board([3], lines=lines))) == []
