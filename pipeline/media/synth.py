"""Sounds made from nothing, the same on every machine: what all of them need, and the demo's music bed and bell."""

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
Sound = npt.NDArray[np.float64]

_CHORDS = (  # Dmaj9, Bm7, Gmaj9, A6sus: MIDI note numbers, root first
    (38, 57, 61, 64, 66),
    (35, 54, 57, 62, 66),
    (31, 55, 59, 62, 69),
    (33, 57, 62, 64, 66),
)
_CHORD_SECONDS = 4.0
_BEAT = 0.5
_PATTERN = (1, 3, 2, 4, 3, 2, 4, 3)


def synth_bed(path: Path, seconds: float) -> None:
    """Write a quiet chord pad with a gentle arpeggio over it, as a 48 kHz stereo 16-bit WAV of `seconds` seconds."""
    length = round(seconds * RATE)
    sound = np.zeros((length, 2))
    for number, start in enumerate(np.arange(0.0, seconds, _CHORD_SECONDS)):
        chord = _CHORDS[number % len(_CHORDS)]
        lay(sound, pad(chord, _CHORD_SECONDS), float(start) - 0.6)
        for step, voice in enumerate(_PATTERN):
            note = pluck(hertz(chord[voice] + 12), 0.9 - 0.25 * (step % 2))
            lay(sound, panned(note, 0.35 if step % 2 else -0.35), float(start) + step * _BEAT)
    write_wave(path, ended(echoed(sound), 0.5, 1.5) * 0.5)


def synth_bell(path: Path) -> None:
    """Write one stroke of a small temple bell, 3.5 s: inharmonic partials, each beating slightly and dying away."""
    time = np.arange(round(3.5 * RATE)) / RATE
    partials = (
        (0.5, 0.35, 1.1),
        (1.0, 1.0, 1.5),
        (1.19, 0.5, 2.1),
        (1.56, 0.35, 2.6),
        (2.0, 0.45, 2.4),
        (2.74, 0.2, 4.2),
    )
    sides = [
        sum(
            level * np.exp(-decay * time) * np.sin(2 * np.pi * 523.25 * ratio * (1 + detune) * time)
            for ratio, level, decay in partials
        )
        for detune in (-0.0006, 0.0006)
    ]
    stroke = np.stack([np.asarray(side) for side in sides], axis=1) * np.minimum(time / 0.004, 1)[:, None]
    write_wave(path, ended(stroke, 0.0, 0.4) * 0.22)


def hertz(note: float) -> float:
    """Give the frequency of a MIDI note; 69 is 440 Hz."""
    return float(440.0 * 2 ** ((note - 69) / 12))


@lru_cache(maxsize=16)
def pad(chord: tuple[int, ...], seconds: float) -> Sound:
    """Give one chord, (n, 2): three detuned voices a note, soft harmonics, swelling 0.9 s into both neighbours."""
    seconds += 1.8
    time = np.arange(round(seconds * RATE)) / RATE
    swell = np.sin(np.pi * np.clip(time / seconds, 0, 1)) ** 0.8
    sides = []
    for side in (-1, 1):
        voice = np.zeros_like(time)
        for place, note in enumerate(chord):
            for detune in (-0.0011, 0.0, 0.0013):
                turn = 2 * np.pi * hertz(note) * (1 + side * detune) * time + place + 2.4 * detune * 1000
                voice += np.sin(turn) + 0.28 * np.sin(2 * turn) + 0.09 * np.sin(3 * turn)
        sides.append(voice * (1 + 0.06 * side * np.sin(2 * np.pi * 0.23 * time)))
    return np.stack(sides, axis=1) * (swell * 0.028)[:, None]


def pluck(pitch: float, level: float) -> Sound:
    """Give one plucked note of `pitch` hertz, (n,): 1.6 s, dying away."""
    time = np.arange(round(1.6 * RATE)) / RATE
    body = np.sin(2 * np.pi * pitch * time) + 0.3 * np.exp(-5 * time) * np.sin(4 * np.pi * pitch * time)
    return np.asarray(level * 0.09 * body * np.exp(-3.2 * time) * np.minimum(time / 0.008, 1))


def panned(sound: Sound, side: float) -> Sound:
    """Set a sound (n,) between left (-1) and right (1), at even power: (n, 2)."""
    angle = (side + 1) * np.pi / 4
    return np.stack([sound * np.cos(angle), sound * np.sin(angle)], axis=1)


def lay(onto: Sound, sound: Sound, seconds: float) -> None:
    """Add a sound that begins at `seconds`, which may lie before the start or run past the end."""
    start = round(seconds * RATE)
    first, last = max(start, 0), min(start + len(sound), len(onto))
    if last > first:
        onto[first:last] += sound[first - start : last - start]


def echoed(sound: Sound) -> Sound:
    """Add room to (n, 2): four echoes, each darker, crossing from side to side."""
    wet = sound.copy()
    for number, (delay, level) in enumerate(((0.113, 0.25), (0.197, 0.2), (0.311, 0.15), (0.457, 0.1))):
        shift = round(delay * RATE)
        if shift < len(sound):
            source = sound[:-shift, ::-1] if number % 2 else sound[:-shift]
            wet[shift:] += level * source
    return wet


def ended(sound: Sound, fade_in: float, fade_out: float) -> Sound:
    """Fade (n, 2) in and out, in seconds; 0 begins at once."""
    time = np.arange(len(sound)) / RATE
    left = time[::-1]
    ramp = np.minimum(np.minimum(time / max(fade_in, 1e-9), left / max(fade_out, 1e-9)), 1)
    return np.asarray(
        sound * np.sin(np.pi / 2 * ramp)[:, None] if fade_in else sound * np.minimum(left / fade_out, 1)[:, None]
    )


def write_wave(path: Path, sound: Sound) -> None:
    """Write (n, 2) or (n,) of full scale 1 as a 48 kHz 16-bit WAV, stereo or mono; the caller renames it into place."""
    coded = np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1] if sound.ndim > 1 else 1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(coded.tobytes())
