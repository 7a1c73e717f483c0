"""The air of places, as loops without a seam: every sound is shaped on a circle, so its end runs into its beginning."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline.media.synth import RATE, Sound, write_wave

Shape = Callable[[Sound], Sound]

_LEVEL = 0.06
"""Root mean square of every bed, about -24 dB full scale."""


def synth_rain(path: Path, seconds: float) -> None:
    """Write steady rain: a hiss from 700 Hz up and single drops, some near."""
    length, dice = round(seconds * RATE), np.random.default_rng(31)
    hiss = _stereo(length, dice, lambda f: (f / 900) ** 2 / (1 + (f / 900) ** 2) / (1 + (f / 5200) ** 1.4))
    time = np.arange(round(0.03 * RATE)) / RATE
    for _ in range(round(45 * seconds)):
        pitch, level, side = dice.uniform(1500, 6500), 0.5 * dice.uniform(0.1, 1) ** 3, dice.uniform(0.15, 0.85)
        drop = level * np.sin(2 * np.pi * pitch * time) * np.exp(-time / 0.004)
        places = (int(dice.integers(length)) + np.arange(len(time))) % length
        hiss[places] += 8 * drop[:, None] * np.array([1 - side, side])
    _write(path, hiss)


def synth_wind(path: Path, seconds: float) -> None:
    """Write wind from the sea: low noise that swells and falls, a whistle in its gusts."""
    length, dice = round(seconds * RATE), np.random.default_rng(37)
    low = _stereo(length, dice, lambda f: (f / 60) / (1 + (f / 60)) / (1 + (f / 260) ** 1.8))
    high = _stereo(length, dice, lambda f: np.exp(-(((f - 640) / 190) ** 2)))
    turn = 2 * np.pi * np.arange(length) / length
    gust = 0.5 + 0.28 * np.sin(turn + 1) + 0.16 * np.sin(3 * turn) + 0.08 * np.sin(7 * turn + 2)
    _write(path, low * (0.35 + gust)[:, None] + 0.16 * high * (gust**2)[:, None])


def synth_room(path: Path, seconds: float) -> None:
    """Write the tone of a quiet room: soft low noise, a lamp's hum at 50 Hz, a clock that ticks once a second."""
    length, dice = round(seconds * RATE), np.random.default_rng(41)
    air = _stereo(length, dice, lambda f: 1 / (1 + (f / 180) ** 1.3))
    air /= air.std()
    time = np.arange(length) / RATE
    hum = 0.25 * np.sin(2 * np.pi * 50 * time) + 0.12 * np.sin(2 * np.pi * 100 * time)
    tick = np.arange(round(0.02 * RATE)) / RATE
    beat = np.zeros(length)
    for second in range(int(seconds)):
        start = second * RATE + RATE // 3
        pitch = 2600 if second % 2 else 2200
        beat[start : start + len(tick)] += 2.2 * np.sin(2 * np.pi * pitch * tick) * np.exp(-tick / 0.003)
    _write(path, air + (hum + beat)[:, None])


def _stereo(length: int, dice: np.random.Generator, shape: Shape) -> Sound:
    return np.stack([_circular(length, dice, shape) for _ in range(2)], axis=1)


def _circular(length: int, dice: np.random.Generator, shape: Shape) -> Sound:
    """Give noise whose spectrum follows `shape` (of hertz); filtered by a transform, it is periodic."""
    spectrum = np.fft.rfft(dice.standard_normal(length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 1.0)
    spectrum[hertz < 25] = 0
    return np.asarray(np.fft.irfft(spectrum * shape(hertz), length))


def _write(path: Path, sound: Sound) -> None:
    write_wave(path, sound * (_LEVEL / sound.std()))


def synth_train(path: Path, seconds: float) -> None:
    """Write a train that runs by: a rumble that comes near and goes, and wheels over the joints of the rails."""
    length, dice = round(seconds * RATE), np.random.default_rng(43)
    rumble = _stereo(length, dice, lambda f: 1 / (1 + (f / 110) ** 1.6))
    rumble /= rumble.std()
    time = np.arange(round(0.16 * RATE)) / RATE
    wheel = (np.sin(2 * np.pi * 95 * time) + 0.4 * dice.standard_normal(len(time))) * np.exp(-time / 0.03)
    for start in np.arange(0.2, seconds - 0.5, 0.86):
        for after in (0.0, 0.17):
            place = round((start + after) * RATE)
            rumble[place : place + len(wheel)] += 2.4 * wheel[:, None]
    near = 0.35 + np.sin(np.pi * np.arange(length) / length) ** 2
    _write(path, rumble * near[:, None])
