"""The film's sound as ffmpeg arguments: every cue placed to the sample, music ducked, the whole limited. Pure."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph

from pipeline.media.loudness import RATE
from pipeline.model import PlacedCue, SoundPlan

ATTACK, RELEASE = Fraction(8, 100), Fraction(3, 10)
"""Seconds the music takes to go down before a window, and to come back after it."""

DUCKED = frozenset({"music", "ambience"})
"""Roles that give way."""

SEAM = Fraction(1)
"""Seconds over which the end of ambience passes into its beginning; a quarter of its length where that is less."""


@dataclass(frozen=True, slots=True)
class Mastering:
    """What the last pass applies: gain in dB, then a true-peak limiter at `limit_db`, None = no limiter."""

    gain_db: float
    limit_db: float | None


def command(
    plan: SoundPlan,
    out: Path,
    cues: Sequence[PlacedCue] | None = None,
    before: Path | None = None,
    mono: Collection[Path] = (),
) -> list[str]:
    """Write down the ffmpeg arguments that mix `cues` (all of the plan's if None) onto `before`.

    The files of `mono` are heard in full on both sides. The result is a float WAV of exactly the film's length, not
    levelled, not limited.
    """
    chosen = plan.cues if cues is None else cues
    layers = [_cue(number, cue, plan, mono=cue.file in mono) for number, cue in enumerate(chosen)]
    if before is not None:
        layers.insert(0, graph.input(_local(before)).audio)
    if not layers:
        layers = [graph.input(f"anullsrc=sample_rate={RATE}:channel_layout=stereo", f="lavfi").audio]
    whole = layers[0] if len(layers) == 1 else _summed(layers)
    return _arguments(_exact(whole, plan.seconds), out, {"acodec": "pcm_f32le", "rf64": "auto"})


def master(mixed: Path, out: Path, plan: SoundPlan, setting: Mastering, pcm: str = "pcm_s24le") -> list[str]:
    """Write down the ffmpeg arguments of the last pass, into AAC or, in a `.wav`, the PCM of that name.

    The limiter works at 192 kHz, where sample peaks are true peaks (ITU-R BS.1770-5, annex 2: 4 times oversampled).
    """
    sound = graph.input(_local(mixed)).audio
    if setting.gain_db or setting.limit_db is not None:
        sound = sound.filter("volume", volume=f"{setting.gain_db:g}dB", precision="float")
    if setting.limit_db is not None:
        ceiling = f"{10 ** (setting.limit_db / 20):.6f}"
        sound = sound.filter("aresample", 4 * RATE)
        sound = sound.filter("alimiter", limit=ceiling, attack=5, release=80, level=0, latency=1)
        sound = sound.filter("aresample", RATE)
    coding = {"acodec": pcm, "rf64": "auto"} if out.suffix == ".wav" else {"acodec": "aac", "audio_bitrate": "256k"}
    return _arguments(_exact(sound, plan.seconds), out, coding)


def _cue(number: int, cue: PlacedCue, plan: SoundPlan, *, mono: bool) -> Any:
    """Place one cue: cut, converted, levelled, faded, ducked and delayed, all counted in samples.

    ffmpeg-python takes two equal inputs for one; a queue length of its own keeps each cue apart. By itself ffmpeg puts
    mono on both sides 3 dB down.
    """
    start, skip = _samples(cue.start), _samples(cue.skip)
    length = _samples(cue.stop) - start
    sound = graph.input(_local(cue.file), thread_queue_size=64 + number).audio
    sound = sound.filter("aresample", RATE, **{"async": 1, "first_pts": 0})
    if mono:
        sound = sound.filter("channelmap", map="0|0", channel_layout="stereo")
    sound = sound.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    taken = length if cue.window is None else _samples(cue.window)
    sound = sound.filter("atrim", start_sample=skip, end_sample=skip + taken).filter("asetpts", "N/SR/TB")
    if cue.window is not None:
        played = _endless(sound, taken) if cue.loop and cue.role == "ambience" else _played(sound, cue, taken)
        sound = played.filter("atrim", end_sample=length)
    if cue.gain_db:
        sound = sound.filter("volume", volume=f"{cue.gain_db:g}dB", precision="float")
    sound = _faded(sound, cue, length)
    if cue.role in DUCKED and not cue.master and plan.duck_db and plan.ducks:
        lowered = duck_expression(plan.ducks, plan.duck_db, cue.start)
        sound = sound.filter("asetnsamples", n=48, p=0).filter(
            "volume", volume=lowered, eval="frame", precision="float"
        )
        sound = sound.filter("asetnsamples", n=1024, p=0)
    return sound.filter("adelay", delays=f"{start}S", all=1) if start else sound


def _endless(sound: Any, taken: int) -> Any:
    """Repeat `taken` samples, or what there is of them, without a seam: the end passes into the beginning.

    Equal powers add up, as the two are unlike each other. The first time round nothing is mixed into the beginning.
    """
    seam = max(1, min(_samples(SEAM), taken // 4))
    parts = sound.filter_multi_output("asplit", 3)
    first, head = (parts[number].filter("atrim", end_sample=seam) for number in (0, 1))
    rest = parts[2].filter("atrim", start_sample=seam).filter("asetpts", "N/SR/TB")
    loop = graph.filter([rest, head], "acrossfade", nb_samples=seam, curve1="qsin", curve2="qsin")
    loop = loop.filter("aloop", loop=-1, size=taken)
    return graph.filter([first, loop], "concat", n=2, v=0, a=1).filter("asetpts", "N/SR/TB")


def _played(sound: Any, cue: PlacedCue, taken: int) -> Any:
    """Turn `taken` samples round, repeat and retime them; atempo keeps the pitch and goes down to half at once."""
    sound = sound.filter("apad", whole_len=taken)
    if cue.reverse:
        sound = sound.filter("areverse")
    if cue.loop:
        sound = sound.filter("aloop", loop=-1, size=taken)
    tempo = cue.speed
    while tempo < Fraction(1, 2):
        sound, tempo = sound.filter("atempo", "0.5"), tempo * 2
    if tempo != 1:
        sound = sound.filter("atempo", f"{float(min(tempo, Fraction(100))):.9g}")
    return sound.filter("asetpts", "N/SR/TB")


def _faded(sound: Any, cue: PlacedCue, length: int) -> Any:
    """Fade in and out; fades that do not fit are shortened in proportion."""
    entry, leave = _samples(cue.fade_in), _samples(cue.fade_out)
    if entry + leave > length:
        entry, leave = entry * length // (entry + leave), leave * length // (entry + leave)
    if entry:
        sound = sound.filter("afade", type="in", start_sample=0, nb_samples=entry)
    if leave:
        sound = sound.filter("afade", type="out", start_sample=length - leave, nb_samples=leave)
    return sound


def _summed(layers: Sequence[Any]) -> Any:
    return graph.filter(layers, "amix", inputs=len(layers), duration="longest", dropout_transition=0, normalize=0)


def _exact(sound: Any, seconds: Fraction) -> Any:
    """Bring a sound to the film's length, to the sample."""
    length = _samples(seconds)
    return sound.filter("apad", whole_len=length).filter("atrim", end_sample=length)


def _arguments(sound: Any, out: Path, coding: dict[str, Any]) -> list[str]:
    plain = {"map_metadata": -1, "fflags": "+bitexact", "flags:a": "+bitexact"}
    return [str(word) for word in graph.output(sound, _local(out), **coding, **plain).get_args()]


def _local(path: Path) -> str:
    return f"file:{path.absolute()}"


def _samples(seconds: Fraction) -> int:
    return math.floor(seconds * RATE + Fraction(1, 2))


def duck_expression(windows: Sequence[tuple[Fraction, Fraction]], lower_db: float, start: Fraction) -> str:
    """Write the music's gain as an ffmpeg expression of `t`, seconds since `start` of the film.

    Down by `lower_db` inside the windows, going down over 80 ms before and coming back over 300 ms after,
    linear in decibels; windows so near that the music could not come back are one.
    """
    joined: list[tuple[Fraction, Fraction]] = []
    for first, last in sorted(windows):
        if joined and first - ATTACK <= joined[-1][1] + RELEASE:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    shape = _tree([(float(first - start), float(last - start)) for first, last in joined])
    return f"pow(10,{-lower_db / 20:.6g}*{shape})"


def _tree(windows: Sequence[tuple[float, float]]) -> str:
    """Choose the window by halving, so that a thousand windows cost ten comparisons."""
    if len(windows) == 1:
        first, last = windows[0]
        down = f"(t-{first - float(ATTACK):.6g})/{float(ATTACK):g}"
        up = f"({last + float(RELEASE):.6g}-t)/{float(RELEASE):g}"
        return f"clip(min({down},{up}),0,1)"
    middle = len(windows) // 2
    split = windows[middle][0] - float(ATTACK)
    return f"if(lt(t,{split:.6g}),{_tree(windows[:middle])},{_tree(windows[middle:])})"
