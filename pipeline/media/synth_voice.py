"""A voice that reads: no words, but the sound of speaking, as long as its text takes.

Source and filter (Fant, Acoustic Theory of Speech Production, 1960): glottal pulses and noise, shaped 187 times a
second by the resonances of the vocal tract. Sounds follow the letters, so the rhythm is the text's own.
"""

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.media.synth import RATE, Sound, write_wave
from pipeline.media.synth_phones import PHONES, Phone, spoken

Counts = npt.NDArray[np.int_]

_HOP, _WINDOW = 256, 1024
_LEVEL = 0.11
"""Root mean square of a recording while it speaks, about -19 dB full scale."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: pitch in hertz, length of the vocal tract (1 = a man's), breath 0..1, pace (14 letters a second)."""

    pitch: float
    tract: float = 1.0
    breath: float = 0.05
    pace: float = 1.0


def synth_voice(path: Path, text: str, voice: Voice) -> None:
    """Write `text` read by `voice`, as a 48 kHz mono 16-bit WAV.

    It lasts a second for 14 Latin or 7 Japanese letters, at pace 1, and 0.15 s of silence at both ends.
    """
    sounds = spoken(text)
    seconds = _lengths(sounds, text, voice)
    hops = np.maximum(1, np.rint(seconds * RATE / _HOP)).astype(int)
    tracks = _tracks(sounds, hops, voice)
    dice = np.random.default_rng([crc32(text.encode()), round(voice.pitch)])
    length = int(hops.sum()) * _HOP
    buzz = _glottis(_melody(sounds, hops, text, voice, dice), length, dice)
    noise = dice.standard_normal(length)
    voiced = _filtered(buzz + voice.breath * noise, _resonances(tracks, voice)) * _spread(tracks[:, 3], length)
    hissed = _filtered(noise, _bands(tracks)) * _spread(tracks[:, 4], length)
    sound = voiced / _loud(voiced) + 0.55 * hissed
    write_wave(path, np.tanh(sound * _LEVEL / _loud(sound) / 0.9) * 0.9)


def _lengths(sounds: list[Phone], text: str, voice: Voice) -> Sound:
    """Give each sound's seconds: stretched so that the whole is as long as its letters are read."""
    wide = sum(ord(one) > 0x2E80 for one in text)
    whole = (len(text) + wide) / 14 / voice.pace
    raw = np.array([one.seconds for one in sounds])
    paused = np.array([one.is_pause for one in sounds])
    speaking = max(whole - raw[paused].sum(), 0.5 * whole)
    raw[~paused] *= speaking / raw[~paused].sum()
    return np.concatenate([[0.15], raw, [0.15]])


def _tracks(sounds: list[Phone], hops: Counts, voice: Voice) -> Sound:
    """Give, a row a hop: three formants, how loud the voice and the noise are, the noise's middle and its width."""
    silence = PHONES[" "]
    rows = []
    for phone, count in zip([silence, *sounds, silence], hops, strict=True):
        row = np.tile([*phone.formants, phone.voiced, phone.noise, phone.middle, phone.width], (int(count), 1))
        if phone.burst:
            row[: max(1, int(count * 0.6)), 3:5] *= 0.15
        rows.append(row)
    tracks = np.concatenate(rows)
    tracks[:, :3] *= voice.tract
    for column, reach in ((0, 9), (1, 9), (2, 9), (3, 5), (4, 3)):
        tracks[:, column] = _smooth(tracks[:, column], reach)
    return tracks


def _smooth(values: Sound, reach: int) -> Sound:
    bell = np.hanning(reach + 2)[1:-1]
    padded = np.pad(values, reach // 2, mode="edge")
    return np.asarray(np.convolve(padded, bell / bell.sum(), "valid"))


def _melody(sounds: list[Phone], hops: Counts, text: str, voice: Voice, dice: np.random.Generator) -> Sound:
    """Give the pitch a hop: it falls through each sentence, rises on the first vowel of words, and at a question."""
    falls, place, since = np.ones(len(hops)), 0, 0
    ends = [k for k, one in enumerate(sounds) if one.ends] or [len(sounds)]
    for k, one in enumerate(sounds):
        place += k > ends[min(place, len(ends) - 1)]
        span = max(1, ends[min(place, len(ends) - 1)] - since)
        share = min(1.0, (k - since) / span)
        accent = 0.16 * dice.uniform(0.5, 1.2) if one.stressed else 0.0
        falls[k + 1] = 1.16 - 0.32 * share + accent
        since = k + 1 if one.ends else since
    if text.rstrip("」\"'").endswith(("?", "？")):
        falls[-max(4, len(hops) // 8) :] += np.linspace(0, 0.4, max(4, len(hops) // 8))
    melody = _smooth(np.repeat(falls, hops), 21)
    sway = _smooth(dice.standard_normal(len(melody)), 9) * 0.012
    return np.asarray(voice.pitch * (melody + sway))


def _glottis(pitch: Sound, length: int, dice: np.random.Generator) -> Sound:
    """Give the flow's derivative: slow opening, abrupt closing (Rosenberg, JASA 49, 1971), every pulse a bit other."""
    hertz = np.interp(np.arange(length), np.arange(len(pitch)) * _HOP, pitch)
    turns = np.cumsum(hertz) / RATE
    phase = turns % 1.0
    opening, closing = 0.42, 0.16
    rising = np.sin(np.pi * phase / opening)
    falling = -2.2 * np.sin(np.pi / 2 * np.clip((phase - opening) / closing, 0, 1))
    pulse = np.where(phase < opening, rising, np.where(phase < opening + closing, falling, 0.0))
    shimmer = 1 + 0.06 * dice.standard_normal(int(turns[-1]) + 2)
    return np.asarray(pulse * shimmer[turns.astype(int)])


def _resonances(tracks: Sound, voice: Voice) -> Sound:
    """Give the complex response of the tract (hops, bins): five resonances in cascade."""
    hertz = np.fft.rfftfreq(2 * _WINDOW, 1 / RATE)[None]
    response = np.ones((len(tracks), hertz.shape[1]), complex)
    columns = [tracks[:, k : k + 1] for k in range(3)] + [
        np.full((len(tracks), 1), f * voice.tract) for f in (3500, 4500)
    ]
    for formant, width in zip(columns, (80, 100, 140, 220, 300), strict=True):
        response *= formant**2 / (formant**2 - hertz**2 + 1j * hertz * width)
    return np.asarray(response / (1 + (hertz / 9000) ** 4))


def _bands(tracks: Sound) -> Sound:
    hertz = np.maximum(np.fft.rfftfreq(2 * _WINDOW, 1 / RATE), 1.0)[None]
    return np.asarray(np.exp(-((np.log2(hertz / tracks[:, 5:6]) / tracks[:, 6:7]) ** 2)))


def _filtered(sound: Sound, responses: Sound) -> Sound:
    """Filter a sound by one response a hop (overlap and add)."""
    count = len(responses)
    padded = np.pad(sound, (_WINDOW // 2, _WINDOW))
    bell = np.hanning(_WINDOW + 1)[:-1]
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:count] * bell
    shaped = np.fft.irfft(np.fft.rfft(pieces, 2 * _WINDOW) * responses, 2 * _WINDOW)
    whole = np.zeros(len(padded) + 2 * _WINDOW)
    for place, piece in enumerate(shaped):
        whole[place * _HOP : place * _HOP + 2 * _WINDOW] += piece
    return whole[_WINDOW // 2 : _WINDOW // 2 + len(sound)]


def _spread(values: Sound, length: int) -> Sound:
    return np.interp(np.arange(length), (np.arange(len(values)) + 0.5) * _HOP, values)


def _loud(sound: Sound) -> float:
    """Give the root mean square of what is not silent; 1 where all is."""
    heard = sound[np.abs(sound) > 0.05 * np.abs(sound).max()]
    return float(np.sqrt(np.mean(heard**2))) if len(heard) else 1.0
