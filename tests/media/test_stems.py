"""The sound of the whole, measured: master music, ambience without a seam, mono voices, stems."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from pipeline.errors import MediaInvalid
from pipeline.media.audio import Mastering, command, loudness, master, mix, samples, stems
from pipeline.media.loudness import RATE
from pipeline.model import PlacedCue, SoundPlan

RNG = np.random.default_rng(3)
BEAT = Fraction(60, 128)


@pytest.fixture
def pcm(tmp_path, binary):
    """Write float samples (n, channels) as a 32-bit WAV, so that nothing but the house changes them."""

    def write(name, sound):
        raw, out = tmp_path / f"{name}.raw", tmp_path / f"{name}.wav"
        raw.write_bytes(sound.astype("<f4").tobytes())
        binary("-f", "f32le", "-ar", RATE, "-ac", sound.shape[1], "-i", raw, "-c:a", "pcm_f32le", out)
        return out

    return write


def cue(file, start, stop, role="music", **more):
    return PlacedCue(file, "0" * 64, role, Fraction(start), Fraction(stop), **more)


def tone(seconds, level=0.1, pitch=997, channels=2):
    wave_form = level * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)
    return np.repeat(wave_form[:, None], channels, 1)


def level_db(sound):
    return 20 * np.log10(np.sqrt(np.mean(np.square(sound))) * np.sqrt(2))


# ---------------------------------------------------------------- master music


def click_track(beats, first_beat):
    """A short burst of 2 kHz exactly on each beat at 128 bpm."""
    length = round(float(first_beat + beats * BEAT) * RATE) + RATE // 4
    sound = np.zeros((length, 2))
    burst = 0.6 * np.sin(2 * np.pi * 2000 * np.arange(480) / RATE) * np.exp(-np.arange(480) / 120)
    for k in range(beats):
        place = int((first_beat + k * BEAT) * RATE + Fraction(1, 2))
        sound[place : place + 480] += burst[:, None]
    return sound


def onsets(sound):
    """Seconds at which the energy of 2 ms first rises above a tenth of the greatest, after 50 ms below it."""
    power = np.convolve(np.square(sound[:, 0]), np.ones(16) / 16)[: len(sound)]
    loud = np.flatnonzero(power > 0.02 * power.max())
    fresh = np.diff(loud, prepend=-RATE) > RATE // 20
    return (loud[fresh]) / RATE


def test_clicks_of_a_master_song_lie_on_their_beats_after_coding(tmp_path, pcm, binary):
    beats, first, skip = 64, Fraction(1, 4), Fraction(1, 4)
    file = pcm("song", click_track(beats, first))
    seconds = Fraction(29)
    plan = SoundPlan(seconds, (cue(file, 0, seconds, skip=skip, master=True),), loudness=None)
    mix(plan, tmp_path / "film.m4a")
    raw = binary("-i", tmp_path / "film.m4a", "-f", "f32le", "-ac", 2, "-ar", RATE, "-")
    by_ffmpeg = np.frombuffer(raw, np.float32).reshape(-1, 2)
    by_pyav = samples(tmp_path / "film.m4a")
    lag = onsets(click_track(1, Fraction(1)))[0] - 1  # what the detector itself needs
    for sound in (by_pyav, by_ffmpeg):
        found = onsets(sound) - lag
        ideal = np.array([float(first - skip + k * BEAT) for k in range(len(found))])
        assert len(found) == 62
        assert np.abs(found - ideal).max() < 0.001


def test_master_music_is_neither_ducked_nor_levelled(tmp_path, pcm):
    file = pcm("song", tone(3, 0.4))
    ducks = {"ducks": ((Fraction(1), Fraction(2)),), "duck_db": 12.0}
    mix(SoundPlan(Fraction(3), (cue(file, 0, 3, master=True),), **ducks, loudness=None), tmp_path / "film.wav")
    assert np.abs(samples(tmp_path / "film.wav") - tone(3, 0.4)).max() < 2**-22


@pytest.mark.parametrize("peak_db", [-1.1, -3.0])
def test_what_is_not_levelled_and_not_too_loud_is_left_as_it_is(tmp_path, pcm, peak_db):
    noise = RNG.normal(0, 0.1, (2 * RATE, 2))
    file = pcm("noise", noise)
    quiet = 10 ** ((peak_db - loudness(file).true_peak) / 20)
    file = pcm("loud", noise * quiet)
    setting = mix(SoundPlan(Fraction(2), (cue(file, 0, 2),), loudness=None), tmp_path / "film.wav")
    assert setting == Mastering(0.0, None)
    assert np.abs(samples(tmp_path / "film.wav") - noise * quiet).max() < 2**-22


def test_what_coding_adds_to_the_peaks_of_a_loud_song_is_held_and_nothing_else_is_changed(tmp_path, pcm):
    dull = np.apply_along_axis(np.convolve, 0, RNG.normal(0, 0.5, (2 * RATE, 2)), np.hanning(16) / 2, "same")
    loud = np.tanh(dull)  # below what AAC leaves out
    loud[RATE // 2 :] *= 0.1
    loud *= 10 ** ((-1.0 - loudness(pcm("loud", loud)).true_peak) / 20)
    file = pcm("song", loud)
    setting = mix(SoundPlan(Fraction(2), (cue(file, 0, 2, master=True),), loudness=None), tmp_path / "film.m4a")
    assert setting.gain_db == 0
    assert loudness(tmp_path / "film.m4a").true_peak <= -1
    quiet = slice(RATE, 2 * RATE)
    assert abs(level_db(samples(tmp_path / "film.m4a")[quiet]) - level_db(loud[quiet])) < 0.1


def test_a_pass_without_limiter_is_only_this(tmp_path):
    found = master(tmp_path / "mix.wav", tmp_path / "film.m4a", SoundPlan(Fraction(2)), Mastering(0.0, None))
    assert found[found.index("-filter_complex") + 1] == "[0:a]apad=whole_len=96000[s0];[s0]atrim=end_sample=96000[s1]"


# ---------------------------------------------------------------- what gives way


@pytest.mark.parametrize(("role", "lowered"), [("music", 9), ("ambience", 9), ("effect", 0), ("line", 0), ("clip", 0)])
def test_only_music_and_ambience_give_way_to_a_line(tmp_path, pcm, role, lowered):
    ducks = {"ducks": ((Fraction(2), Fraction(3)),), "duck_db": 9.0}
    plan = SoundPlan(Fraction(4), (cue(pcm("tone", tone(4)), 0, 4, role),), **ducks, loudness=None)
    mix(plan, tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")
    before, under = (level_db(sound[int(a * RATE) : int(b * RATE)]) for a, b in ((0.5, 1.5), (2.1, 2.9)))
    assert abs(before - under - lowered) < 0.1


def test_a_mono_voice_is_heard_in_full_on_both_sides(tmp_path, pcm):
    file = pcm("voice", tone(1, 0.5, channels=1))
    mix(SoundPlan(Fraction(1), (cue(file, 0, 1, "line"),), loudness=None), tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")
    assert np.abs(sound - tone(1, 0.5)).max() < 1e-4


def test_mono_is_told_in_the_command(tmp_path):
    plan = SoundPlan(Fraction(1), (cue(tmp_path / "voice.wav", 0, 1),))
    assert "channelmap=channel_layout=stereo:map=0|0" in " ".join(
        command(plan, tmp_path / "m.wav", mono=[tmp_path / "voice.wav"])
    )
    assert "channelmap" not in " ".join(command(plan, tmp_path / "m.wav"))


# ---------------------------------------------------------------- ambience


def rain(seconds):
    """Coloured noise that ends unlike it begins."""
    white = RNG.normal(0, 1, round(seconds * RATE) + 400)
    brown = np.convolve(white, np.hanning(400) / 100, "valid")[: round(seconds * RATE)]
    return (
        np.repeat((0.1 * brown / np.abs(brown).max())[:, None], 2, 1)
        + np.linspace(0, 0.2, round(seconds * RATE))[:, None]
    )


@pytest.mark.parametrize("length", [3, Fraction(1, 2)])
def test_ambience_has_no_seam(tmp_path, pcm, length):
    file = pcm("rain", rain(length))
    plan = SoundPlan(Fraction(10), (cue(file, 0, 10, "ambience", window=Fraction(length), loop=True),), loudness=None)
    mix(plan, tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")[:, 0]
    alone = samples(file)[:, 0]
    assert np.abs(np.diff(sound)).max() < 2 * np.abs(np.diff(alone)).max()
    loud = np.sqrt(np.mean(np.square(sound.reshape(-1, RATE // 10)), 1))
    assert loud.min() > 0.5 * np.sqrt(np.mean(np.square(alone.reshape(-1, RATE // 10)), 1)).min()
    assert np.abs(sound[: len(alone) // 2] - alone[: len(alone) // 2]).max() < 1e-4


def test_plain_repeating_would_be_heard_here(tmp_path, pcm):
    """The measure of the test above finds the click of a loop that is not mixed."""
    file = pcm("rain", rain(3))
    plan = SoundPlan(Fraction(10), (cue(file, 0, 10, "clip", window=Fraction(3), loop=True),), loudness=None)
    mix(plan, tmp_path / "mix.wav")
    sound, alone = samples(tmp_path / "mix.wav")[:, 0], samples(file)[:, 0]
    assert np.abs(np.diff(sound)).max() > 2 * np.abs(np.diff(alone)).max()


def test_ambience_that_ends_before_it_says_leaves_no_hole(tmp_path, pcm):
    file = pcm("rain", rain(3))
    plan = SoundPlan(Fraction(9), (cue(file, 0, 9, "ambience", window=Fraction(7, 2), loop=True),), loudness=None)
    mix(plan, tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")[:, 0]
    assert np.sqrt(np.mean(np.square(sound.reshape(-1, RATE // 10)), 1)).min() > 0.005


# ---------------------------------------------------------------- stems


def whole_film(pcm, **more):
    cues = (
        cue(pcm("song", tone(5, 0.2, 440)), 0, 5, fade_in=Fraction(1)),
        cue(pcm("rain", rain(2)), 0, 5, "ambience", window=Fraction(2), loop=True),
        cue(pcm("voice", tone(2, 0.5, 300, channels=1)), 2, 4, "line"),
        cue(pcm("bell", tone(1, 0.3, 1200)), 1, 2, "effect"),
        cue(pcm("clip", tone(2, 0.1, 700)), 3, 5, "clip", speed=Fraction(1, 2), window=Fraction(1)),
    )
    return SoundPlan(Fraction(5), cues, ((Fraction(2), Fraction(4)),), 9.0, **more)


ROLES = ("music", "ambience", "line", "effect", "clip")


@pytest.mark.parametrize("target", [None, -20.0, -9.0])
def test_stems_sum_to_the_film_before_its_limiter(tmp_path, pcm, target):
    plan = whole_film(pcm, loudness=target)
    outs = {tmp_path / f"{role}_stem.wav": (role,) for role in ROLES}
    setting = mix(plan, tmp_path / "film.wav")
    stems(plan, outs, setting.gain_db)
    whole = tmp_path / "whole.wav"
    stems(plan, {whole: ROLES}, setting.gain_db)
    assert all(len(samples(out)) == 5 * RATE for out in outs)
    summed = sum(samples(out).astype(np.float64) for out in outs)
    error = summed - samples(whole)
    assert 20 * np.log10(np.sqrt(np.mean(np.square(error))) / np.sqrt(np.mean(np.square(summed)))) < -80
    film = samples(tmp_path / "film.wav")
    quiet = np.abs(summed).max(1) < 10 ** (-3 / 20)
    if setting.limit_db is None or quiet.all():
        difference = film[quiet] - summed[quiet]
        assert 20 * np.log10(np.abs(difference).max()) < -60


def test_stems_are_24_bit_stereo_and_leave_nothing_behind(tmp_path, pcm, binary):
    import av

    plan = whole_film(pcm, loudness=-20.0)
    (tmp_path / "out").mkdir()
    stems(plan, {tmp_path / "out" / "voice.wav": ("line",)}, 0.0)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["voice.wav"]
    with av.open(str(tmp_path / "out" / "voice.wav")) as file:
        (stream,) = file.streams
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("pcm_s24le", RATE, 2)
        assert stream.duration == 5 * RATE


def test_a_stem_that_passes_full_scale_is_not_cut(tmp_path, pcm):
    loud, against = pcm("loud", tone(2, 0.9)), pcm("against", -tone(2, 0.8))
    plan = SoundPlan(Fraction(2), (cue(loud, 0, 2), cue(against, 0, 2, "effect")), loudness=-14.0)
    gain = mix(plan, tmp_path / "film.m4a").gain_db
    stems(plan, {tmp_path / "a.wav": ("music",), tmp_path / "b.wav": ("effect",)}, gain)
    music, effect = samples(tmp_path / "a.wav"), samples(tmp_path / "b.wav")
    assert np.abs(music).max() > 1.5
    assert abs(np.abs(music + effect).max() - np.abs(music).max() / 9) < 1e-3


def test_a_stem_of_a_file_that_is_gone_is_refused(tmp_path, pcm):
    plan = replace(whole_film(pcm), loudness=-20.0)
    (tmp_path / "bell.wav").unlink()
    with pytest.raises(MediaInvalid, match=r"bell\.wav"):
        stems(plan, {tmp_path / "a.wav": ("effect",)}, 0.0)
