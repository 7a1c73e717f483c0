"""What is said, as text to be read in time."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import timeline
from pipeline.captions import GAP, captions, columns, doubts
from pipeline.model import Asset, Deliver, Line, Output, Shot, Size, Storyboard, Subtitles, ToolChoice
from pipeline.vision.phrases import NO_START, phrases

LONG = (
    "Nobody has passed this gate in a hundred years. Nobody will pass it tonight, whatever you say to me, and"
    " however long you stand there in the rain. Go home."
)
JAPANESE = (
    "「夜明けに、門がひらく。」と彼は言った。そして、私たちは静かに待った。誰も来なかったけれど、それでも朝は来る。"
)


def line(text, at=0, seconds=2, who="", file=None):
    words = text if isinstance(text, dict) else {"en": text}
    return Line(who, words, Asset(file, Path(f"/{file}")) if file else None, Fraction(at), Fraction(seconds))


def board(lengths, *lines, rate=24, **more):
    """Give a board whose lines all hang on its first shot."""
    shots = tuple(
        Shot(
            f"s{n}", n, "a gate", ToolChoice(("animatic",)), 1, seconds=Fraction(length), lines=lines if n == 0 else ()
        )
        for n, length in enumerate(lengths)
    )
    return Storyboard("b", Path("b.yaml"), "b", Output(Size(64, 36), Fraction(rate)), shots, **more)


def made(b, language="en"):
    return captions(b, timeline.slots(b)).get(language, ())


def told(b):
    return doubts(b, timeline.slots(b))


def text(caption):
    return "".join(caption.text).replace(" ", "")


def test_a_short_line_is_shown_as_long_as_it_is_heard():
    (one,) = made(board([5], line("The gate opens at dawn.", 1, 2, who="Aya")))
    assert (one.start, one.stop, one.text, one.who) == (1, 3, ("The gate opens at dawn.",), "Aya")


def test_a_line_begins_at_its_shots_cut_point_and_may_begin_before_it():
    b = board([2, 4])
    b = replace(b, shots=(b.shots[0], replace(b.shots[1], lines=(line("Now.", Fraction(-1, 2), 1),))))
    assert [(one.start, one.stop) for one in made(b)] == [(Fraction(3, 2), Fraction(5, 2))]


def test_a_long_line_becomes_captions_of_two_lines_that_break_no_word_and_end_with_sentences():
    shown = made(board([12], line(LONG, 0, 11)))
    assert len(shown) > 1
    assert all(len(one.text) <= 2 and max(map(columns, one.text)) <= 42 for one in shown)
    assert "".join(map(text, shown)) == LONG.replace(" ", "")
    words = set(LONG.split())
    assert all(word in words for one in shown for part in one.text for word in part.split())
    assert shown[0].text[-1].endswith("years.")


def test_japanese_is_broken_between_phrases_and_counts_two_columns_a_letter():
    b = board([12], line({"ja": JAPANESE}, 0, 11), subtitles=Subtitles(languages=("ja",), line=24))
    shown = made(b, "ja")
    assert all(len(one.text) <= 2 and max(map(columns, one.text)) <= 24 for one in shown)
    assert "".join(map(text, shown)) == JAPANESE
    starts = [part[0] for one in shown for part in one.text]
    assert not NO_START.intersection(starts)
    whole = {sum(map(len, phrases(JAPANESE)[:k])) for k in range(len(phrases(JAPANESE)) + 1)}
    place = 0
    for part in (part for one in shown for part in one.text):
        assert place in whole
        place += len(part)


def test_time_is_shared_out_by_letters():
    first, second = made(
        board(
            [9], line("Many letters, and then no less than that many more, in nearly all of this one. Go home.", 0, 8)
        )
    )
    assert (first.start, second.stop) == (0, Fraction(193, 24))  # five sixths of a second for the last
    assert first.stop > 6
    assert second.start - first.stop == Fraction(GAP, 24)


def test_a_caption_stays_beyond_its_sound_until_it_has_been_read():
    (one,) = made(board([9], line("Thirty-four letters are in this one", 1, 1)))
    assert one.stop - one.start >= Fraction(35, 17)
    assert one.stop - one.start < Fraction(35, 17) + Fraction(1, 24)


def test_a_word_is_shown_for_five_sixths_of_a_second_where_there_is_room():
    (one,) = made(board([9], line("No.", 1, Fraction(1, 10))))
    assert one.stop - one.start == Fraction(20, 24)


def test_a_caption_ends_two_frames_before_the_next_and_at_the_films_end():
    first, second = made(board([3], line("Thirty-four letters are in this one", 0, 1), line("No, wait for me.", 2, 1)))
    assert (first.stop, second.start, second.stop) == (2 - Fraction(2, 24), 2, 3)


def test_a_line_without_time_to_be_read_is_told_by_name():
    hasty = line("Thirty-four letters are in this one", 0, Fraction(5, 2), file="a.wav")
    ((path, message),) = told(board([3], hasty, line("No, wait there for me.", Fraction(23, 10), 1)))
    assert path == "shots[0].lines[0].text"
    assert "nobody reads more than 17" in message


def test_two_short_lines_at_once_share_a_caption_after_dashes():
    (one,) = made(board([5], line("Who goes there?", 1, 2, "Guard"), line("A friend.", Fraction(3, 2), 1, "Aya")))
    assert one.text == ("- Who goes there?", "- A friend.")
    assert (one.start, one.stop, one.who) == (1, 3, "Guard, Aya")


def test_longer_lines_at_once_follow_each_other():
    guard = line("Nobody has passed this gate in a hundred years.", 0, 4)
    first, second = made(board([9], guard, line("Nobody but me, and my mother before me, you know.", 1, 5)))
    assert first.start == 0
    assert second.start - first.stop == Fraction(2, 24)
    assert first.stop - first.start >= Fraction(46, 17)


def test_languages_are_those_asked_for_and_the_films_own_where_it_is_drawn():
    both = line({"en": "Dawn.", "ja": "夜明け。", "fr": "L'aube."})
    b = board([3], both)
    assert set(captions(b, timeline.slots(b))) == {"en"}
    b = board([3], both, subtitles=Subtitles(languages=("ja", "fr")))
    assert set(captions(b, timeline.slots(b))) == {"ja", "fr"}
    b = board([3], both, subtitles=Subtitles(burn=True, languages=("ja",)))
    assert set(captions(b, timeline.slots(b))) == {"ja", "en"}


def test_a_language_in_which_nobody_speaks_is_left_out_and_told():
    b = board([3], line("Dawn."), subtitles=Subtitles(languages=("en", "ja")))
    assert set(captions(b, timeline.slots(b))) == {"en"}
    assert [path for path, _ in told(b)] == ["subtitles.languages[1]"]
    assert [path for path, _ in told(board([3], deliver=(Deliver("gif"), Deliver("srt"))))] == ["deliver[1]"]
    assert told(board([3])) == []


def test_what_is_said_outside_the_film_is_not_shown():
    assert made(board([2], line("Before.", -3, 2), line("After.", 2, 2))) == ()
    (one,) = made(board([2], line("Across.", -1, 9)))
    assert (one.start, one.stop) == (0, 2)


def test_more_captions_than_frames_lose_the_last_ones_instead_of_their_time():
    shown = made(board([Fraction(1, 6)], line(LONG * 3, 0, 1)))
    assert 0 < len(shown) <= 4
    assert all(one.stop - one.start >= Fraction(1, 24) for one in shown)


@pytest.mark.parametrize(
    ("word", "count"), [("dawn", 4), ("夜明け", 6), ("e\u0301", 1), ("Ａ", 2), ("ｱ", 1), ("a\nb", 2)]
)
def test_columns_are_counted_as_readers_do(word, count):
    assert columns(word) == count


WORDS = st.lists(
    st.sampled_from(["gate", "dawn.", "I", "nevertheless", "夜明けに、", "門がひらく。", "—", "No!", "\n"]),
    min_size=1,
    max_size=40,
)


@settings(deadline=None, max_examples=60)
@given(
    said=st.lists(st.tuples(WORDS, st.integers(-40, 400), st.integers(1, 200)), min_size=1, max_size=8),
    rate=st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(60)]),
    width=st.integers(10, 50),
)
def test_captions_never_overlap_and_lie_on_frames_inside_the_film(said, rate, width):
    lines = [line(" ".join(words), Fraction(at, 20), Fraction(length, 20)) for words, at, length in said]
    b = board([10, 5], *lines, rate=rate, subtitles=Subtitles(line=width))
    shown, end = made(b), timeline.slots(b)[-1].end / rate
    for one in shown:
        assert 0 <= one.start < one.stop <= end
        assert (one.start * rate).denominator == (one.stop * rate).denominator == 1
        assert 1 <= len(one.text) <= 2
        assert all(columns(part) <= width or len(phrases(part)) == 1 for part in one.text)
    assert all(one.stop <= following.start for one, following in pairwise(shown))
