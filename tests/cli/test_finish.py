"""Each finishing step alone, on any video file."""

import json
import wave
from fractions import Fraction

import numpy as np
import pytest

from pipeline.media.audio import loudness
from pipeline.media.frames import TAKE, read, write
from pipeline.media.join import join
from pipeline.media.probe import probe
from pipeline.model import PlacedCue, Size, SoundPlan, Spec


def clip(path, count=13, colour=(180, 90, 40)):
    """A clip with a moving bar."""

    def frames():
        for k in range(count):
            frame = np.full((48, 64, 3), colour, np.uint8)
            frame[:, 2 * k : 2 * k + 8] = 255 - np.array(colour, np.uint8)
            yield frame

    write(path, frames(), Spec(Size(64, 48), Fraction(12), count), TAKE)
    return path


def with_sound(path, folder):
    from pipeline.media.audio import mix

    silent, tone, heard = clip(folder / "silent.mp4"), folder / "tone.wav", folder / "sound.m4a"
    wave_of = (8000 * np.sin(np.arange(48000 * 2) * 2 * np.pi * 440 / 48000)).astype("<i2")
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.writeframes(wave_of.tobytes())
    length = Fraction(13, 12)
    mix(SoundPlan(length, (PlacedCue(tone, "", "clip", Fraction(0), length),), loudness=None), heard)
    join([(silent, 13)], path, Spec(Size(64, 48), Fraction(12), 13), heard)
    return path


@pytest.mark.parametrize(("fps", "rate", "frames"), [("24", "24", 26), ("23.976", "24000/1001", 26), ("60", "60", 65)])
@pytest.mark.parametrize("method", ["flow", "blend"])
def test_interpolate(dailies, tmp_path, fps, rate, frames, method):
    clip(tmp_path / "in.mp4")
    code, out, _ = dailies("interpolate", "in.mp4", "out.mp4", "--fps", fps, "--method", method)
    assert (code, out.strip()) == (0, "out.mp4")
    assert probe(tmp_path / "out.mp4").spec == Spec(Size(64, 48), Fraction(rate), frames)


def test_sound_stays_when_the_rate_changes(dailies, tmp_path):
    with_sound(tmp_path / "in.mp4", tmp_path)
    code, out, _ = dailies("interpolate", "in.mp4", "out.mp4", "--fps", "24", "--json")
    assert code == 0
    assert json.loads(out) == [{"file": "out.mp4", "size": [64, 48], "fps": "24/1", "frames": 26, "sound": True}]
    before, after = loudness(tmp_path / "in.mp4"), loudness(tmp_path / "out.mp4")
    assert abs(before.integrated - after.integrated) < 1


def test_upscale(dailies, tmp_path):
    clip(tmp_path / "in.mp4")
    code, _, _ = dailies("upscale", "in.mp4", "out.mp4", "--size", "128x72", "--fit", "contain")
    assert code == 0
    assert probe(tmp_path / "out.mp4").spec == Spec(Size(128, 72), Fraction(12), 13)
    first = next(read(tmp_path / "out.mp4", 0, 1))
    assert first[:, :10].max() < 8


@pytest.mark.usefixtures("finishing_models")
@pytest.mark.parametrize("size", ["128x96", "300x200", "48x36"])
def test_a_model_enlarges_to_any_size(dailies, tmp_path, size):
    clip(tmp_path / "in.mp4")
    how = ("--method", "realesrgan", "--model", "tiny-x2", "--fidelity", "0.5", "--stabilise", "0.5")
    code, _, told = dailies("upscale", "in.mp4", "out.mp4", "--size", size, *how)
    assert code == 0, told
    width, height = map(int, size.split("x"))
    assert probe(tmp_path / "out.mp4").spec == Spec(Size(width, height), Fraction(12), 13)


def test_a_file_of_weights_enlarges_too(dailies, finishing_models, tmp_path):
    clip(tmp_path / "in.mp4")
    file = finishing_models / "tiny-x2" / "ours.pth"
    how = ("--size", "128x96", "--method", "realesrgan", "--model", str(file))
    assert dailies("upscale", "in.mp4", "out.mp4", *how)[0] == 0
    assert dailies("upscale", "in.mp4", "named.mp4", *how[:-1], "tiny-x2")[0] == 0
    for one, other in zip(read(tmp_path / "out.mp4"), read(tmp_path / "named.mp4"), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.usefixtures("finishing_models")
def test_rife_makes_frames(dailies, tmp_path):
    clip(tmp_path / "in.mp4", count=4)
    code, _, told = dailies("interpolate", "in.mp4", "out.mp4", "--fps", "24", "--method", "rife")
    assert code == 0, told
    assert probe(tmp_path / "out.mp4").spec == Spec(Size(64, 48), Fraction(24), 8)


def test_retouch_does_what_it_is_told_and_keeps_length_and_sound(dailies, tmp_path):
    with_sound(tmp_path / "in.mp4", tmp_path)
    options = ("--denoise", "0.5", "--deflicker", "1", "--sharpen", "0.5", "--grain", "0.3", "--letterbox", "2:1")
    code, out, told = dailies("retouch", "in.mp4", "out.mp4", *options, "--json")
    assert code == 0, told
    assert json.loads(out) == [{"file": "out.mp4", "size": [64, 48], "fps": "12/1", "frames": 13, "sound": True}]
    first = next(read(tmp_path / "out.mp4", 0, 1))
    assert first[:7].max() < 8
    assert first[10:38].mean() > 40
    assert first[10:38].std(axis=(0, 1)).min() > 3


def test_harmonise_brings_clips_to_the_colours_of_another(dailies, tmp_path):
    clip(tmp_path / "rule.mp4", colour=(60, 120, 200))
    clip(tmp_path / "a.mp4")
    clip(tmp_path / "b.mp4", count=5, colour=(20, 30, 20))
    code, out, _ = dailies("harmonise", "rule.mp4", "a.mp4", "b.mp4", "--out", "graded")
    assert code == 0
    assert out.split() == ["graded/a.mp4", "graded/b.mp4"]

    def mean(path):
        return np.mean([frame.reshape(-1, 3).mean(0) for frame in read(path)], axis=0)

    rule = mean(tmp_path / "rule.mp4")
    assert np.abs(mean(tmp_path / "graded" / "a.mp4") - rule).max() < 10
    assert np.abs(mean(tmp_path / "a.mp4") - rule).max() > 40


UPSCALE = ("upscale", "in.mp4", "out.mp4", "--size", "64x48")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("interpolate", "none.mp4", "out.mp4", "--fps", "24"), 2, "none.mp4"),
        (("interpolate", "in.mp4", "out.mp4", "--fps", "fast"), 2, "no frame rate"),
        (("interpolate", "in.mp4", "out.mp4", "--fps", "24", "--method", "rife"), 4, "dailies models pull rife-v4.6"),
        (("interpolate", "in.mp4", "out.mp4", "--fps", "24", "--method", "magic"), 2, "choose"),
        (("interpolate", "in.mp4", "in.mp4", "--fps", "24"), 2, "the source itself"),
        (("interpolate", "in.mp4", "out.avi", "--fps", "24"), 2, "no .mp4"),
        (("interpolate", "in.mp4", "missing/out.mp4", "--fps", "24"), 4, "cannot be written"),
        (("upscale", "in.mp4", "out.mp4", "--size", "big"), 2, "no size"),
        (("upscale", "in.mp4", "out.mp4", "--size", "129x72"), 2, "odd side"),
        (("upscale", "in.mp4", "out.mp4", "--size", "9x9"), 2, "no film size"),
        ((*UPSCALE, "--method", "realesrgan"), 4, "dailies models pull realesr-general-x4v3"),
        ((*UPSCALE, "--method", "realesrgan", "--model", "../etc"), 2, "no name for a model"),
        ((*UPSCALE, "--method", "realesrgan", "--model", "text.pth"), 4, "text.pth"),
        ((*UPSCALE, "--fidelity", "0.5"), 2, "add --method realesrgan"),
        (("retouch", "in.mp4", "out.mp4"), 2, "nothing is to be done"),
        (("retouch", "in.mp4", "out.mp4", "--letterbox", "wide"), 2, "no shape"),
        (("retouch", "in.mp4", "out.mp4", "--denoise", "2"), 2, "--denoise"),
        (("upscale", "text.mp4", "out.mp4", "--size", "64x48"), 2, "text.mp4"),
        (("harmonise", "in.mp4", "in.mp4", "deep/in.mp4", "--out", "graded"), 2, "in.mp4"),
        (("interpolate", "in.mp4"), 2, "Missing"),
    ],
)
def test_what_is_wrong_is_told(dailies, monkeypatch, tmp_path, arguments, code, words):
    monkeypatch.setenv("DAILIES_MODELS", str(tmp_path / "none"))
    clip(tmp_path / "in.mp4")
    (tmp_path / "text.mp4").write_text("no video")
    (tmp_path / "text.pth").write_text("no weights")
    found, _, told = dailies(*arguments)
    assert (found, words in told) == (code, True), told
    assert "Traceback" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "text.mp4", "text.pth"]
