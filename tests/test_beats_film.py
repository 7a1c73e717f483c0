"""A film cut to a click track, measured in the finished file by the bundled ffmpeg: pictures against sound."""

import subprocess
import wave
from fractions import Fraction

import imageio_ffmpeg
import numpy as np
import pytest

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
RATE = 48_000
COLOURS = ("#c03028", "#2858c0", "#e0b828", "#28a048", "#f0f0f0", "#202028")
SIZE = (160, 96)


def click_track(path, bpm, first, seconds):
    """Write clicks of 2 ms, each beginning on its beat to the sample; give when each begins."""
    sound = np.zeros(round(seconds * RATE), np.float64)
    beats = [first + k * Fraction(60) / bpm for k in range(int((seconds - first) * bpm / 60))]
    burst = 0.5 * np.sin(2 * np.pi * 3000 * np.arange(96) / RATE)
    for beat in beats:
        at = round(beat * RATE)
        sound[at : at + len(burst)] += burst
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def pictures(film):
    argv = [FFMPEG, "-v", "error", "-i", str(film), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(argv, capture_output=True, check=True, timeout=120).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)


def picture_times(film):
    """When each frame is shown, in seconds of the file."""
    argv = [FFMPEG, "-v", "error", "-i", str(film), "-map", "0:v", "-c", "copy", "-f", "framecrc", "-"]
    told = subprocess.run(argv, capture_output=True, check=True, timeout=60, text=True).stdout.splitlines()
    base = next(Fraction(line.split()[-1]) for line in told if line.startswith("#tb 0"))
    return sorted(int(line.split(",")[2]) * base for line in told if not line.startswith("#"))


def clicks(film):
    """When each click begins, in seconds of the file: decoded at once with the pictures' clock, gaps filled."""
    argv = [
        FFMPEG,
        "-v",
        "error",
        "-i",
        str(film),
        "-af",
        "aresample=async=1:first_pts=0",
        "-f",
        "f32le",
        "-ac",
        "1",
        "-",
    ]
    raw = subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout
    loud = np.abs(np.frombuffer(raw, np.float32))
    above = np.flatnonzero(loud > 0.4 * loud.max())
    first = above[np.concatenate([[True], np.diff(above) > RATE // 10])]
    return first / RATE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bpm", "first", "starts", "fps"), [(128, "0.25", "0.25", "24000/1001"), (174, "0.1", "0", "30")]
)
def test_every_cut_is_on_its_click(board, shoot, tmp_path, bpm, first, starts, fps):
    (tmp_path / "assets").mkdir(exist_ok=True)
    lengths = [4, 4, 2, 2, 1, 1, 1, 1, 8, 4, 4, 0.5, 0.5, 1, 2, 4, 4, 4, 4, 8]
    shots = "".join(
        f'  - {{id: s{n}, card: {{background: "{COLOURS[n % len(COLOURS)]}"}}, beats: {length}}}\n'
        for n, length in enumerate(lengths)
    )
    place = board(
        f"storyboard: 1\ntitle: clicks\noutput: {{size: {SIZE[0]}x{SIZE[1]}, fps: {fps}}}\n"
        f"target_beats: {sum(lengths):g}\n"
        f"audio: {{music: {{file: click.wav, bpm: {bpm}, first_beat: {first}, starts_at: {starts}, master: true}}}}\n"
        f"shots:\n{shots}"
    )
    click_track(place.parent / "click.wav", bpm, Fraction(first), Fraction(60))
    production = shoot(place)
    film = production.folder / "film.mp4"
    seen, times = pictures(film), picture_times(film)
    assert len(seen) == len(times) == production.plan.frames
    changed = np.abs(seen[1:].astype(int) - seen[:-1]).mean(axis=(1, 2, 3)) > 8
    cuts = [float(times[k + 1]) for k in np.flatnonzero(changed)]
    assert len(cuts) == len(lengths) - 1
    heard = clicks(film)
    half = float(Fraction(1, 2) / Fraction(fps))
    on_beats = [cut for cut, at in zip(cuts, np.cumsum(lengths), strict=False) if float(at).is_integer()]
    distances = [min(abs(heard - cut)) for cut in on_beats]
    assert max(distances) <= half + 0.001  # of the ear: a click is found to a millisecond
    whole = Fraction(first) - Fraction(starts)
    wanted = [float(whole + k * Fraction(60) / bpm) for k in range(len(heard))]
    assert abs(heard[1] - wanted[1]) < 0.010
    assert abs(heard[-1] - wanted[len(heard) - 1]) < 0.010
