"""Songs on an exact grid of samples: a dance track with its click, a slow theme, a bright bed for an ad."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipeline.media.synth import RATE, Sound, echoed, ended, hertz, lay, pad, panned, pluck, write_wave

BPM = 128
BEAT = RATE * 60 // BPM
"""Samples of a beat at 128 beats a minute: 22 500 exactly."""

FIRST = RATE // 4
"""The sample of a track's first beat, at 0.25 s."""

_CHORDS = ((45, 57, 60, 64, 67), (41, 57, 60, 65, 69), (48, 55, 60, 64, 67), (43, 55, 59, 62, 67))
"""Am7, F, C, G: MIDI notes, root first; four beats each."""

_SLOW = ((38, 57, 62, 65, 69), (34, 53, 58, 62, 65), (41, 53, 57, 60, 65), (36, 55, 60, 64, 67))
_TUNE = (74, 77, 76, 69, 70, 74, 72, 69, 69, 72, 77, 76, 74, 72, 67, 69)
_BRIGHT = ((41, 57, 60, 65, 69), (36, 55, 60, 64, 67), (38, 57, 62, 65, 69), (46, 58, 62, 65, 70))

_BUILD, _DROP, _REST, _AGAIN, _OUT = 16, 48, 80, 96, 132
"""The beats at which the sections of a track begin."""


def synth_song(path: Path, seconds: float) -> None:
    """Write a dance track at 128 beats a minute, first beat at 0.25 s: a kick on every beat, to the sample.

    Sections by beat: 0 drums, 16 bass and chords, 48 all with a tune, 80 a rest (kick and chords), 96 all, 132 drums.
    """
    length = round(seconds * RATE)
    sound = np.zeros((length, 2))
    for beat, start in enumerate(range(FIRST, length, BEAT)):
        _beat(sound, beat, start / RATE)
    write_wave(path, ended(np.tanh(sound * 1.15) * 0.82, 0.0, 1.0))


def synth_click(path: Path, seconds: float) -> None:
    """Write nothing but a click on every beat of that track, mono: 5 ms, its first sample on the beat."""
    time = np.arange(round(0.005 * RATE)) / RATE
    click = 0.9 * np.cos(2 * np.pi * 2000 * time) * (1 - time / 0.005)
    sound = np.zeros(round(seconds * RATE))
    for start in range(FIRST, len(sound), BEAT):
        lay(sound, click, start / RATE)
    write_wave(path, sound)


def synth_theme(path: Path, seconds: float) -> None:
    """Write a slow theme in D minor: a pad, a low note and a tune of soft bells, 60 beats a minute."""
    sound = np.zeros((round(seconds * RATE), 2))
    for number, start in enumerate(np.arange(0.0, seconds, 4.0)):
        chord = _SLOW[number % 4]
        lay(sound, pad(chord, 4.0), float(start) - 0.6)
        for step in range(4):
            tune = _TUNE[(4 * number + step) % 16]
            if number and (step != 3 or number % 2):
                lay(sound, panned(pluck(hertz(tune), 1.3), 0.25 - 0.17 * step), float(start) + step)
            lay(sound, panned(pluck(hertz(chord[1 + step] + 12), 0.5), -0.4), float(start) + step + 0.5)
    write_wave(path, ended(echoed(sound), 1.0, 2.0) * 0.62)


def synth_jingle(path: Path, seconds: float) -> None:
    """Write a bright bed for an ad at 100 beats a minute: plucked chords, finger snaps, a soft bass."""
    sound = np.zeros((round(seconds * RATE), 2))
    beat = 0.6
    for number in range(int(seconds / beat) + 1):
        chord, start = _BRIGHT[number // 4 % 4], number * beat
        if number % 4 == 0:
            lay(sound, 0.55 * pad(chord, 4 * beat), start - 0.6)
        lay(sound, panned(_bass(hertz(chord[0])), 0.0), start + (0.3 if number % 4 == 3 else 0.0))
        for step in (0, 1):
            voice = chord[1 + (2 * number + step) % 4] + 12
            lay(sound, panned(pluck(hertz(voice), 1.0 - 0.3 * step), 0.4 - 0.8 * step), start + step * beat / 2)
        if number % 2:
            lay(sound, panned(0.25 * _snap(), 0.2), start)
    write_wave(path, ended(echoed(sound), 0.3, 1.5) * 0.6)


def _beat(sound: Sound, beat: int, start: float) -> None:
    """Lay everything that one beat of the track holds."""
    chord, half = _CHORDS[beat // 4 % 4], BEAT / RATE / 2
    full = _DROP <= beat < _REST or _AGAIN <= beat < _OUT
    lay(sound, panned(_kick(), 0.0), start)
    lay(sound, panned(_hat(0.09 if beat >= _OUT else 0.13), 0.3), start + half)
    if beat % 2 and not _REST <= beat < _AGAIN:
        lay(sound, panned(0.5 * _snap(), -0.1), start)
    if full:
        lay(sound, panned(_hat(0.06), -0.35), start + half / 2)
        lay(sound, panned(_hat(0.06), -0.35), start + 1.5 * half)
        _tune(sound, beat, start)
    if _BUILD <= beat < _OUT and beat % 4 == 0:
        lay(sound, (0.75 if full else 1.0) * pad(chord, 4 * BEAT / RATE), start - 0.5)
    if _BUILD <= beat < _REST or _AGAIN <= beat < _OUT:
        lay(sound, panned(_bass(hertz(chord[0])), 0.0), start + half)


def _tune(sound: Sound, beat: int, start: float) -> None:
    chord, half = _CHORDS[beat // 4 % 4], BEAT / RATE / 2
    for step, voice in enumerate(_voices(beat)):
        lay(sound, panned(1.2 * pluck(hertz(chord[voice] + 12), 1.0), 0.5 - step), start + step * half)


def _voices(beat: int) -> Sequence[int]:
    return ((4, 3), (2, 4), (3, 1), (2, 3))[beat % 4]


@lru_cache(maxsize=1)
def _kick() -> Sound:
    """Give a bass drum: a sine that falls from 170 to 46 Hz behind a 3 ms click, loudest at its first samples."""
    time = np.arange(round(0.32 * RATE)) / RATE
    phase = 2 * np.pi * (46 * time + 124 * 0.035 * (1 - np.exp(-time / 0.035)))
    click = np.cos(2 * np.pi * 1800 * time) * np.exp(-time / 0.0015)
    return np.asarray(0.95 * np.cos(phase) * np.exp(-time / 0.11) + 0.35 * click)


@lru_cache(maxsize=4)
def _hat(level: float) -> Sound:
    time = np.arange(round(0.09 * RATE)) / RATE
    noise = np.random.default_rng(7).standard_normal(len(time))
    return np.asarray(level * np.diff(noise, 2, prepend=[0, 0]) * np.exp(-time / 0.018))


@lru_cache(maxsize=1)
def _snap() -> Sound:
    time = np.arange(round(0.2 * RATE)) / RATE
    noise = np.diff(np.random.default_rng(11).standard_normal(len(time)), prepend=0)
    ring = np.sin(2 * np.pi * 1900 * time) + np.sin(2 * np.pi * 2350 * time)
    return np.asarray((0.3 * noise + 0.25 * ring) * np.exp(-time / 0.028))


@lru_cache(maxsize=16)
def _bass(pitch: float) -> Sound:
    time = np.arange(round(0.24 * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * k * pitch * time) / k**1.6 for k in range(1, 7))
    edges = np.minimum(1, np.minimum(time / 0.006, (time[-1] - time) / 0.06))
    return np.asarray(0.3 * np.asarray(wave) * np.exp(-time / 0.3) * edges)
