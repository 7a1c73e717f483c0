"""What `make assets` makes: a voice is a voice, a kick is on its beat, a loop has no seam, a logo has its alpha."""

import wave

import numpy as np
import pytest

from pipeline.media.frames import read_picture
from pipeline.media.loudness import samples
from pipeline.media.probe import probe
from pipeline.media.synth_place import synth_rain, synth_room, synth_wind
from pipeline.media.synth_song import BEAT, FIRST, synth_click, synth_song, synth_theme
from pipeline.media.synth_voice import Voice, synth_voice

WOMAN, MAN = Voice(205, 1.17), Voice(104, 0.98, 0.1, 0.94)
ENGLISH, JAPANESE = "Before the first train, the mountains wake. Are you awake?", "始発の前に、山は目をさます。"


def power(sound):
    pieces = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (0, 1024)), 1024)[::240] * np.hanning(1024)
    return np.abs(np.fft.rfft(pieces)) ** 2, np.fft.rfftfreq(1024, 1 / 48_000)


@pytest.mark.parametrize(("text", "letters"), [(ENGLISH, 14), (JAPANESE, 7)])
def test_a_voice_takes_as_long_as_its_text(tmp_path, text, letters):
    synth_voice(tmp_path / "a.wav", text, WOMAN)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 48_000)
        seconds = file.getnframes() / 48_000
    assert seconds - 0.3 == pytest.approx(len(text) / letters, rel=0.08)


@pytest.mark.parametrize("voice", [WOMAN, MAN])
@pytest.mark.parametrize("text", [ENGLISH, JAPANESE])
def test_a_voice_sounds_like_one_to_a_meter(tmp_path, voice, text):
    synth_voice(tmp_path / "a.wav", text, voice)
    sound = samples(tmp_path / "a.wav")[:, 0]
    spectrum, hertz = power(sound)
    loud = spectrum.sum(axis=1)
    assert spectrum[:, (hertz > 90) & (hertz < 4000)].sum() > 0.85 * spectrum.sum()
    assert 0.1 < (loud < 1e-4 * loud.max()).mean() < 0.45, "pauses"
    assert 0.15 < np.abs(sound).max() < 0.9


@pytest.mark.parametrize("voice", [WOMAN, MAN])
def test_a_voice_has_its_own_pitch(tmp_path, voice):
    synth_voice(tmp_path / "a.wav", "aaaaaaaa", voice)
    sound = samples(tmp_path / "a.wav")[:, 0].astype(float)
    middle = sound[len(sound) // 2 - 4800 : len(sound) // 2 + 4800]
    again = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    short, long = round(48_000 / voice.pitch / 1.5), round(48_000 / voice.pitch * 1.5)
    period = short + int(again[short:long].argmax())
    assert again[period] > 0.5 * again[0], "not periodic"
    assert 48_000 / period == pytest.approx(voice.pitch, rel=0.2)


def test_the_same_text_is_read_the_same_every_time_and_another_is_not(tmp_path):
    for name, text in (("a", ENGLISH), ("b", ENGLISH), ("c", ENGLISH.replace("train", "plane"))):
        synth_voice(tmp_path / name, text, WOMAN)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


@pytest.mark.parametrize("text", ["", "...", "x", "42", "…", "\U0001f600", "é" * 500])
def test_any_text_is_read(tmp_path, text):
    synth_voice(tmp_path / "a.wav", text, MAN)
    assert probe(tmp_path / "a.wav").seconds > 0.3


def test_the_kick_and_the_click_are_on_the_beat_to_the_sample(tmp_path):
    synth_song(tmp_path / "song.wav", 20)
    synth_click(tmp_path / "click.wav", 20)
    song, click = (samples(tmp_path / f"{name}.wav").mean(axis=1) for name in ("song", "click"))
    assert BEAT * 128 == 60 * 48_000
    onsets = np.flatnonzero((np.abs(click) > 0.5) & (np.abs(np.roll(click, 1)) < 1e-3))
    assert onsets.tolist() == list(range(FIRST, 20 * 48_000, BEAT))
    for beat in onsets[:-3]:  # the end fades
        before, after = np.abs(song[beat - 480 : beat]).max(), np.abs(song[beat : beat + 48]).max()
        assert after > 2 * before + 0.1


@pytest.mark.parametrize("made", [synth_rain, synth_wind, synth_room])
def test_the_air_of_a_place_has_no_seam(tmp_path, made):
    made(tmp_path / "a.wav", 4)
    sound = samples(tmp_path / "a.wav")
    steps = np.abs(np.diff(sound, axis=0)).max(axis=1)
    assert np.abs(sound[0] - sound[-1]).max() <= np.quantile(steps, 0.999)
    halves = [np.sqrt((part**2).mean()) for part in (sound[:9600], sound[-9600:])]
    assert 0.5 < halves[0] / halves[1] < 2


def test_the_theme_is_soft(tmp_path):
    synth_theme(tmp_path / "a.wav", 12)
    assert 0.05 < np.abs(samples(tmp_path / "a.wav")).max() < 0.5


def test_the_logo_has_its_alpha(makers, tmp_path):
    makers[2].draw_logo(tmp_path / "logo.png")
    data = (tmp_path / "logo.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[25] == 6, "RGBA"
    picture = read_picture(tmp_path / "logo.png")
    assert (picture[:60] == 0).all()
    assert picture.max() > 200


def test_clips_are_footage_with_their_own_rate_and_one_with_sound(folder):
    clips = {one.stem: probe(one) for one in (folder / "assets" / "music_video").glob("*.mp4")}
    assert len(clips) == 8
    assert {str(one.spec.rate) for one in clips.values()} == {"24000/1001"}
    assert [name for name, one in clips.items() if one.has_sound] == ["train"]
    assert all(8 <= one.seconds <= 13 for one in clips.values())


def test_what_is_there_is_kept_and_what_is_missing_is_made(makers, folder, monkeypatch):
    make_assets = makers[0]
    monkeypatch.setattr(make_assets, "HERE", folder)
    kept = folder / "assets" / "bed.wav"
    before, bell = kept.stat().st_mtime_ns, folder / "assets" / "bell.wav"
    told = bell.read_bytes()
    bell.unlink()
    make_assets.main(["ad", "story"])
    assert kept.stat().st_mtime_ns == before
    assert bell.read_bytes() == told
    assert not [one for one in folder.rglob(".*") if one.is_file()], "nothing half made is left"
