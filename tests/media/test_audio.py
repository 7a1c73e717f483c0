import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.media.audio import Mastering, command, duck_expression, loudness, master, mix, samples
from pipeline.media.encode import PIECE, write
from pipeline.media.join import join
from pipeline.media.loudness import RATE
from pipeline.model import PlacedCue, Size, SoundPlan, Spec

RNG = np.random.default_rng(0)


def wav(path: Path, sound: np.ndarray, rate: int = RATE) -> Path:
    """Write float samples (n, channels) as 16-bit PCM."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(seconds: float, level: float = 0.1, rate: int = RATE, channels: int = 2) -> np.ndarray:
    wave_form = level * np.sin(2 * np.pi * 997 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave_form[:, None], channels, 1)


def click(path: Path) -> Path:
    sound = np.zeros((480, 2))
    sound[0] = 0.9
    return wav(path, sound)


def cue(file: Path, start, stop, role: str = "effect", **more) -> PlacedCue:
    return PlacedCue(file, "0" * 64, role, Fraction(start), Fraction(stop), **more)


def heard(binary, path: Path) -> np.ndarray:
    """Decode by the bundled ffmpeg to float32 (n, 2)."""
    return np.frombuffer(
        binary("-i", path, "-map", "0:a:0", "-f", "f32le", "-ac", 2, "-ar", RATE, "-"), np.float32
    ).reshape(-1, 2)


def unlevelled(*cues: PlacedCue, seconds=4, **more) -> SoundPlan:
    return SoundPlan(Fraction(seconds), cues, loudness=None, **more)


def test_the_mixing_command_is_exactly_this():
    plan = SoundPlan(
        Fraction(10),
        (
            cue(Path("/a/theme.wav"), 0, 10, "music", gain_db=-12.0, fade_in=Fraction(1), fade_out=Fraction(2)),
            cue(Path("/a/bell.wav"), Fraction(5, 2), 4, skip=Fraction(1, 2)),
        ),
        ducks=((Fraction(3), Fraction(4)),),
        duck_db=9.0,
    )
    graph = (
        "[0:a]aresample=48000:async=1:first_pts=0[s0];"
        "[s0]aformat=channel_layouts=stereo:sample_fmts=fltp[s1];"
        "[s1]atrim=end_sample=480000:start_sample=0[s2];"
        "[s2]asetpts=N/SR/TB[s3];"
        "[s3]volume=precision=float:volume=-12dB[s4];"
        "[s4]afade=nb_samples=48000:start_sample=0:type=in[s5];"
        "[s5]afade=nb_samples=96000:start_sample=384000:type=out[s6];"
        "[s6]asetnsamples=n=48:p=0[s7];"
        "[s7]volume=eval=frame:precision=float:volume=pow(10\\,-0.45*clip(min((t-2.92)/0.08\\,(4.3-t)/0.3)\\,0\\,1))[s8];"
        "[s8]asetnsamples=n=1024:p=0[s9];"
        "[1:a]aresample=48000:async=1:first_pts=0[s10];"
        "[s10]aformat=channel_layouts=stereo:sample_fmts=fltp[s11];"
        "[s11]atrim=end_sample=96000:start_sample=24000[s12];"
        "[s12]asetpts=N/SR/TB[s13];"
        "[s13]adelay=all=1:delays=120000S[s14];"
        "[s9][s14]amix=dropout_transition=0:duration=longest:inputs=2:normalize=0[s15];"
        "[s15]apad=whole_len=480000[s16];"
        "[s16]atrim=end_sample=480000[s17]"
    )
    inputs = [
        "-thread_queue_size",
        "64",
        "-i",
        "file:/a/theme.wav",
        "-thread_queue_size",
        "65",
        "-i",
        "file:/a/bell.wav",
    ]
    coding = ["-acodec", "pcm_f32le", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1"]
    rest = ["-map", "[s17]", *coding, "-rf64", "auto", "file:/a/mix.wav"]
    assert command(plan, Path("/a/mix.wav")) == [*inputs, "-filter_complex", graph, *rest]


def test_the_mastering_command_is_exactly_this():
    graph = (
        "[0:a]volume=precision=float:volume=3.5dB[s0];"
        "[s0]aresample=192000[s1];"
        "[s1]alimiter=attack=5:latency=1:level=0:limit=0.841395:release=80[s2];"
        "[s2]aresample=48000[s3];"
        "[s3]apad=whole_len=96000[s4];"
        "[s4]atrim=end_sample=96000[s5]"
    )
    coding = ["-b:a", "256k", "-acodec", "aac", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1"]
    found = master(Path("/a/mix.wav"), Path("/a/film.m4a"), SoundPlan(Fraction(2)), Mastering(3.5, -1.5))
    assert found == ["-i", "file:/a/mix.wav", "-filter_complex", graph, "-map", "[s5]", *coding, "file:/a/film.m4a"]


def test_windows_that_touch_duck_once_and_many_are_searched_by_halving():
    near = ((Fraction(1), Fraction(2)), (Fraction(9, 4), Fraction(3)))
    assert duck_expression(near, 6, Fraction(0)) == duck_expression(((Fraction(1), Fraction(3)),), 6, Fraction(0))
    many = duck_expression([(Fraction(k), Fraction(2 * k + 1, 2)) for k in range(0, 600, 2)], 6, Fraction(0))
    assert many.count("if(lt(t,") == 299
    depth = max(np.cumsum([(c == "(") - (c == ")") for c in many]))
    assert depth < 30


def test_every_cue_lies_on_its_sample(tmp_path):
    tick = click(tmp_path / "click.wav")
    starts = (Fraction(0), Fraction(1), Fraction(7001, 2000), Fraction(10007, 48000))
    mix(unlevelled(*(cue(tick, start, start + 1) for start in starts)), tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")
    assert len(sound) == 4 * RATE
    assert sorted(np.nonzero(np.abs(sound[:, 0]) > 0.4)[0]) == sorted(int(start * RATE) for start in starts)


def test_a_cue_begins_where_its_file_is_told_to(tmp_path):
    ramp = np.repeat(np.linspace(0, 0.8, RATE)[:, None], 2, 1)
    part = cue(wav(tmp_path / "ramp.wav", ramp), 1, Fraction(3, 2), skip=Fraction(1, 4))
    mix(unlevelled(part, seconds=2), tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")
    assert not np.abs(sound[: RATE - 24]).max() > 1e-3
    assert abs(sound[RATE + 4800, 0] - 0.8 * 0.35) < 2e-3
    assert abs(sound[RATE + 23_900, 0] - 0.8 * 0.748) < 4e-3
    assert np.abs(sound[RATE + 24_100 :]).max() < 1e-2


@pytest.mark.parametrize(
    ("played", "ticks"),
    [
        ({"reverse": True}, (0.75,)),
        ({"loop": True}, (0.25, 1.25)),
        ({"loop": True, "reverse": True}, (0.75, 1.75)),
        ({"speed": Fraction(2)}, (0.125,)),
        ({"speed": Fraction(1, 4)}, (1.0,)),
    ],
)
def test_a_window_is_played_backwards_round_and_round_and_retimed(tmp_path, played, ticks):
    sound = np.zeros((2 * RATE, 2))
    sound[RATE * 3 // 4 : RATE * 3 // 4 + 480] = 0.5
    sound[RATE * 7 // 4 :] = 0.9  # after the window: never heard
    part = cue(wav(tmp_path / "tick.wav", sound), 0, 2, skip=Fraction(1, 2), window=Fraction(1), **played)
    mix(unlevelled(part, seconds=2), tmp_path / "mix.wav")
    heard_at = np.nonzero(np.abs(samples(tmp_path / "mix.wav")[:, 0]) > 0.1)[0] / RATE
    near = np.abs(heard_at[:, None] - np.array(ticks)[None, :])
    assert near.min(1).max() < 0.1
    assert near.min(0).max() < 0.02


def test_gain_and_fades_are_applied_and_shortened_when_they_do_not_fit(tmp_path):
    file = wav(tmp_path / "tone.wav", tone(2, 0.5))
    faded = cue(file, 0, 2, gain_db=-6.0, fade_in=Fraction(3), fade_out=Fraction(1))
    mix(unlevelled(faded, seconds=2), tmp_path / "mix.wav")
    level = np.abs(samples(tmp_path / "mix.wav")[:, 0]).reshape(-1, 480).max(1) / (0.5 * 10 ** (-6 / 20))
    assert abs(level[75] - 0.5) < 0.02
    assert abs(level[149] - 1.0) < 0.02
    assert abs(level[175] - 0.5) < 0.03
    assert level[0] < 0.02


def test_music_ducks_smoothly_inside_the_windows_and_nothing_else_does(tmp_path):
    file = wav(tmp_path / "tone.wav", tone(4))
    plan = {"ducks": ((Fraction(2), Fraction(5, 2)),), "duck_db": 12.0}
    mix(unlevelled(cue(file, 0, 4, "music"), **plan), tmp_path / "music.wav")
    mix(unlevelled(cue(file, 0, 4, "effect"), **plan), tmp_path / "effect.wav")
    levels = [
        20 * np.log10(np.abs(samples(tmp_path / name)[:, 0]).reshape(-1, 480).max(1) / 0.1)
        for name in ("music.wav", "effect.wav")
    ]
    music, effect = levels
    assert np.abs(music[:191]).max() < 0.1
    assert np.abs(music[200:250] + 12).max() < 0.3
    assert np.abs(music[281:-1]).max() < 0.1
    assert np.abs(np.diff(music[190:282])).max() < 2
    assert np.abs(effect[1:-1]).max() < 0.1


@pytest.mark.parametrize("target", [-14.0, -23.0])
def test_loudness_lands_within_one_lu_and_the_peak_below_the_ceiling(tmp_path, target):
    bursts = RNG.normal(0, 0.05, (RATE * 5, 2))
    bursts[:: RATE // 2] = 0.9
    mix(SoundPlan(Fraction(5), (cue(wav(tmp_path / "a.wav", bursts), 0, 5),), loudness=target), tmp_path / "a.m4a")
    found = loudness(tmp_path / "a.m4a")
    assert abs(found.integrated - target) <= 1
    assert found.true_peak <= -1


def test_a_mix_that_is_too_loud_is_limited_even_when_it_is_not_levelled(tmp_path):
    file = wav(tmp_path / "a.wav", tone(2, 0.9))
    mix(unlevelled(*[cue(file, 0, 2, gain_db=float(k)) for k in range(4)], seconds=2), tmp_path / "a.m4a")
    assert loudness(tmp_path / "a.m4a").true_peak <= -1


def test_silence_and_what_is_nearly_silent_are_left_alone(tmp_path):
    mix(SoundPlan(Fraction(3)), tmp_path / "none.m4a")
    assert not samples(tmp_path / "none.m4a").any()
    assert 0 <= len(samples(tmp_path / "none.m4a")) - 3 * RATE < 1024
    hiss = wav(tmp_path / "hiss.wav", RNG.normal(0, 1e-4, (RATE * 2, 2)))
    mix(SoundPlan(Fraction(2), (cue(hiss, 0, 2),)), tmp_path / "hiss.m4a")
    assert np.abs(samples(tmp_path / "hiss.m4a")).max() < 2e-3
    assert loudness(tmp_path / "none.m4a").integrated == float("-inf")


def test_picture_and_sound_of_a_film_stay_together(tmp_path, binary, numbered):
    tick = click(tmp_path / "click.wav")
    rate, frames = Fraction(24000, 1001), 72
    film = Spec(Size(64, 48), rate, frames)
    write(tmp_path / "piece.mp4", numbered(frames), film, PIECE)
    mix(SoundPlan(film.seconds, (cue(tick, 1, 2), cue(tick, Fraction(5, 2), 3)), loudness=None), tmp_path / "mix.m4a")
    join([(tmp_path / "piece.mp4", frames)], tmp_path / "film.mp4", film, tmp_path / "mix.m4a")
    sound = heard(binary, tmp_path / "film.mp4")
    assert abs(len(sound) - film.seconds * RATE) <= 1024
    loudest = np.abs(sound[:, 0])
    for start in (RATE, RATE * 5 // 2):
        place = start - 2400 + int(loudest[start - 2400 : start + 2400].argmax())
        assert abs(place - start) < 48


@pytest.mark.parametrize("name", ["a.mp3", "a.m4a", "a.flac", "mono.wav", "five.wav", "clip.mkv"])
def test_any_kind_of_sound_file_can_be_a_cue(tmp_path, binary, name):
    channels = {"mono.wav": 1, "five.wav": 6}.get(name, 2)
    source = wav(tmp_path / "source.wav", tone(1, 0.3, 22_050, channels), 22_050)
    picture = ("-f", "lavfi", "-i", "color=red:s=64x48:d=1") if name == "clip.mkv" else ()
    binary("-i", source, *picture, tmp_path / name)
    mix(unlevelled(cue(tmp_path / name, 1, 2), seconds=3), tmp_path / "mix.wav")
    level = np.abs(samples(tmp_path / "mix.wav")).reshape(-1, 4800, 2).max((1, 2))
    assert level[:10].max() < 0.02
    assert level[11:19].min() > 0.15
    assert level[20:].max() < 0.05


def test_a_cue_without_sound_is_refused_before_anything_is_written(tmp_path, bars, numbered):
    write(tmp_path / "mute.mp4", numbered(2), Spec(Size(64, 48), Fraction(24), 2), PIECE)
    (tmp_path / "text.wav").write_text("no sound at all")
    for name, reason in (("mute.mp4", "has no sound"), ("text.wav", "damaged"), ("none.wav", "not there")):
        with pytest.raises(MediaInvalid, match=reason):
            mix(unlevelled(cue(tmp_path / name, 0, 1)), tmp_path / "mix.m4a")
    assert not list(tmp_path.glob("*mix*"))


def test_cues_past_their_files_end_and_past_the_films_are_harmless(tmp_path):
    file = wav(tmp_path / "a.wav", tone(1))
    late = cue(file, Fraction(7, 2), 9)
    beyond = cue(file, 0, 1, skip=Fraction(5))
    mix(unlevelled(late, beyond), tmp_path / "mix.wav")
    sound = samples(tmp_path / "mix.wav")
    assert len(sound) == 4 * RATE
    assert not sound[: RATE * 3].any()
    assert sound[-RATE // 4 :].any()


def test_a_hundred_cues_are_all_heard(tmp_path):
    tick = click(tmp_path / "click.wav")
    starts = [Fraction(k, 10) for k in range(100)]
    mix(unlevelled(*(cue(tick, start, start + Fraction(1, 100)) for start in starts), seconds=10), tmp_path / "mix.wav")
    found = np.nonzero(np.abs(samples(tmp_path / "mix.wav")[:, 0]) > 0.4)[0]
    assert found.tolist() == [4800 * k for k in range(100)]


def test_a_mix_leaves_nothing_behind_and_gives_the_same_bytes(tmp_path):
    plan = SoundPlan(Fraction(1), (cue(wav(tmp_path / "a.wav", tone(1)), 0, 1),))
    mix(plan, tmp_path / "one.m4a")
    mix(plan, tmp_path / "two.m4a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "one.m4a", "two.m4a"]
    assert (tmp_path / "one.m4a").read_bytes() == (tmp_path / "two.m4a").read_bytes()
    with pytest.raises(ToolFailed, match="stopped"):
        mix(plan, tmp_path / "three.m4a", deadline=0.001)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "one.m4a", "two.m4a"]


def test_the_meter_reads_what_the_standard_says(tmp_path):
    stereo = wav(tmp_path / "a.wav", tone(4, 10 ** (-23 / 20)))
    found = loudness(stereo)  # EBU Tech 3341, case 1: a 1 kHz sine at -23 dBFS in both channels
    assert abs(found.integrated + 23) <= 0.2
    assert abs(found.true_peak + 23) <= 0.2
    assert found.seconds == 4
