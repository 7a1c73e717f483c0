"""film.srt and film.vtt, read back by others."""

import re
from fractions import Fraction
from types import SimpleNamespace

import av
import pysubs2
import pytest

from pipeline.deliver import stems, subtitles
from pipeline.media.audio import samples
from pipeline.model import Caption, PlacedCue, SoundPlan

RATE = Fraction(24000, 1001)


def caption(first, last, *text, who=""):
    return Caption(first / RATE, last / RATE, text, who)


SAID = (
    caption(1, 30, "The gate opens", "at dawn & <b>not</b> before.", who="Aya <the> guard"),
    caption(32, 60, "「夜明けに、門がひらく。」"),
    caption(62, 90, r"{\an8}One \N two < three --> four"),
    caption(1_000_000, 1_000_024, "Eleven hours later."),
)


@pytest.fixture
def film(tmp_path):
    """A cut that says the same in two languages; the film's own is English."""
    board = SimpleNamespace(language="en")
    plan = SimpleNamespace(board=board, captions={"en": SAID, "pt-BR": SAID[:1]})
    return SimpleNamespace(cut=tmp_path, plan=plan, gain_db=0.0, sound=SoundPlan(Fraction(1)))


def demuxed(path):
    """Read (start, seconds, text) as a player does: ffmpeg's demuxer and decoder."""
    found = []
    with av.open(str(path)) as container:
        (stream,) = container.streams
        assert stream.type == "subtitle"
        for packet in container.demux(stream):
            for one in packet.decode():
                text = one.ass.decode().split(",", 8)[-1]
                found.append((packet.pts * packet.time_base, packet.duration * packet.time_base, text))
    return found


@pytest.mark.parametrize("ending", ["srt", "vtt"])
def test_every_language_has_a_file_and_the_films_own_one_more(film, ending):
    (film.cut / f"film.de.{ending}").write_text("of an earlier writing")
    names = [path.name for path in subtitles.write(film, {"format": ending})]
    assert names == [f"film.en.{ending}", f"film.{ending}", f"film.pt-BR.{ending}"]
    assert sorted(names) == sorted(one.name for one in film.cut.iterdir())
    assert (film.cut / names[0]).read_bytes() == (film.cut / names[1]).read_bytes()


@pytest.mark.parametrize("ending", ["srt", "vtt"])
def test_both_readers_find_every_caption_on_its_frames(film, ending):
    subtitles.write(film, {"format": ending})
    path = film.cut / f"film.{ending}"
    by_pysubs2 = [(one.start, one.end) for one in pysubs2.load(str(path))]
    by_ffmpeg = [(round(start * 1000), round((start + seconds) * 1000)) for start, seconds, _ in demuxed(path)]
    assert by_pysubs2 == by_ffmpeg
    assert len(by_pysubs2) == len(SAID)
    for (start, stop), said in zip(by_pysubs2, SAID, strict=True):
        assert 0 <= said.start * 1000 - start < 1
        assert 0 <= said.stop * 1000 - stop < 1


@pytest.mark.parametrize("ending", ["srt", "vtt"])
def test_what_looks_like_a_code_is_shown_as_text(film, ending):
    subtitles.write(film, {"format": ending})
    texts = [text.replace("\u2060", "") for _, _, text in demuxed(film.cut / f"film.{ending}")]
    assert texts[0].replace("\\N", "\n") == "The gate opens\nat dawn & <b>not</b> before."
    assert texts[1] == "「夜明けに、門がひらく。」"
    assert re.sub(r"\\(?=[{}])|(?<={){}", "", texts[2]) == r"{\an8}One \N two < three --> four"


def test_vtt_says_who_speaks_and_srt_does_not(film):
    (path, *_) = subtitles.write(film, {"format": "vtt"})
    told = path.read_text("utf-8")
    assert told.startswith("WEBVTT\n\n1\n00:00:00.041 --> 00:00:01.251\n<v Aya &lt;the&gt; guard>The gate opens\n")
    assert "dawn &amp; &lt;b&gt;not" in told
    assert "Aya" not in subtitles.srt(SAID)


def test_srt_has_the_line_ends_that_every_player_takes_and_no_mark(film):
    (path, *_) = subtitles.write(film, {"format": "srt"})
    raw = path.read_bytes()
    assert raw.startswith(b"1\r\n00:00:00,041 --> 00:00:01,251\r\nThe gate opens\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_letters_that_cannot_be_written_are_left_out():
    told = subtitles.srt([caption(1, 30, "A\x00\x1b\ud800B\tC")])
    assert "AB C" in told
    told.encode()


def test_a_film_in_which_nobody_speaks_has_no_subtitles(film):
    film.plan.captions = {}
    assert subtitles.write(film, {"format": "srt"}) == []


def test_stems_are_written_for_what_the_film_has(film, tmp_path):
    import numpy as np

    raw = tmp_path / "voice.flac"
    with av.open(str(raw), "w") as out:
        stream = out.add_stream("flac", rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.full((1, 4800), 8000, np.int16), "s16", "mono")
        frame.rate = 48_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    old = film.cut / "stems" / "music.wav"
    old.parent.mkdir()
    old.write_bytes(b"of an earlier writing")
    voice = PlacedCue(raw, "0" * 64, "line", Fraction(0), Fraction(1, 10))
    film.sound = SoundPlan(Fraction(1), (voice,), loudness=None)
    assert stems.write(film, {}) == [film.cut / "stems" / "dialogue.wav"]
    assert [one.name for one in (film.cut / "stems").iterdir()] == ["dialogue.wav"]
    assert len(samples(film.cut / "stems" / "dialogue.wav")) == 48_000


def test_a_silent_film_has_no_stems(film):
    assert stems.write(film, {}) == []
    assert not (film.cut / "stems").exists()
