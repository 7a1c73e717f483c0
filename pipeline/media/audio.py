"""The film's sound: every cue placed to the sample, music ducked, loudness and true peak as asked."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import ffmpeg as graph

from pipeline.errors import ToolFailed
from pipeline.media import run
from pipeline.media.loudness import RATE, Loudness, loudness, require_sound, samples
from pipeline.model import PlacedCue, SoundPlan

__all__ = ["Loudness", "Mastering", "command", "duck_expression", "loudness", "master", "mix", "samples"]

CEILING = -1.0
"""True peak of the decoded film, dBTP, never passed."""

ATTACK, RELEASE = Fraction(8, 100), Fraction(3, 10)
"""Seconds the music takes to go down before a window, and to come back after it."""

_BATCH = 40  # cues in one graph: bounds threads, open files and the command line
_ROUNDS = 6  # for loudness; as many again for the true peak alone
_CLOSE = 0.4  # LU: near enough to stop


@dataclass(frozen=True, slots=True)
class Mastering:
    """What the last pass applies: gain in dB, then a true-peak limiter at `limit_db`."""

    gain_db: float
    limit_db: float


def mix(plan: SoundPlan, out: Path, deadline: float | None = None) -> None:
    """Make the film's sound: 48 kHz stereo, exactly `plan.seconds` long, AAC in `.m4a` or 24-bit PCM in `.wav`.

    Loudness lands within 1 LU of `plan.loudness` where the limiter lets it; what is quieter than the gate of
    BS.1770 (-70 LUFS) is left as it is. The true peak after decoding is at most -1 dBTP. `deadline` in seconds
    bounds each single pass. `out` is whole or absent.

    Raises:
        MediaInvalid: a cue's file is missing, damaged or has no sound.
        ToolFailed: a pass failed or took too long.
    """
    limit = deadline or 120 + 2 * float(plan.seconds) + 5 * len(plan.cues)
    for file in sorted({cue.file for cue in plan.cues}):
        require_sound(file)
    unfinished = out.with_name(f".{uuid4().hex}{out.suffix}")
    try:
        with TemporaryDirectory(dir=out.parent, prefix=".mix-") as folder:
            _mastered(plan, _mixed(plan, Path(folder), limit), unfinished, limit)
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _mixed(plan: SoundPlan, folder: Path, deadline: float) -> Path:
    """Mix all cues into one float file; many cues go in batches, each on top of the one before."""
    batches = [plan.cues[k : k + _BATCH] for k in range(0, len(plan.cues), _BATCH)] or [()]
    before: Path | None = None
    for number, cues in enumerate(batches):
        out = folder / f"mix{number}.wav"
        run.ffmpeg(command(plan, out, cues, before), deadline)
        if before is not None:
            before.unlink()
        before = out
    assert before is not None
    return before


def _mastered(plan: SoundPlan, mixed: Path, out: Path, deadline: float) -> None:
    """Apply gain and limiter, measure what came out decoded, and correct both until it fits."""
    found = loudness(mixed, deadline)
    wanted = plan.loudness if math.isfinite(found.integrated) else None
    setting = Mastering(0.0 if wanted is None else round(wanted - found.integrated, 2), CEILING - 0.5)
    before = (0.0, found.integrated)
    for number in range(2 * _ROUNDS):
        run.ffmpeg(master(mixed, out, plan, setting), deadline)
        after = loudness(out, deadline)
        over = max(0.0, after.true_peak - (CEILING - 0.1))
        short = 0.0 if wanted is None or number >= _ROUNDS else wanted - after.integrated
        if not over and abs(short) <= _CLOSE:
            return
        raised = setting.gain_db + _step(short, before, (setting.gain_db, after.integrated))
        before = (setting.gain_db, after.integrated)
        setting = Mastering(round(raised, 2), round(setting.limit_db - (over + 0.1 if over else 0), 2))
    raise ToolFailed("the limiter could not hold the true peak", cure="lower the loudest sound by some decibels")


def _step(short: float, before: tuple[float, float], now: tuple[float, float]) -> float:
    """Tell how much more gain makes up for `short` LU, from what the last change of gain did under the limiter."""
    gained = now[0] - before[0]
    slope = (now[1] - before[1]) / gained if gained else 1.0
    return short / min(max(slope, 0.25), 1.0)


def command(
    plan: SoundPlan, out: Path, cues: Sequence[PlacedCue] | None = None, before: Path | None = None
) -> list[str]:
    """Write down the ffmpeg arguments that mix `cues` (all of the plan's if None) onto `before`; pure.

    The result is a float WAV of exactly the film's length, not levelled, not limited.
    """
    chosen = plan.cues if cues is None else cues
    layers = [_cue(number, cue, plan) for number, cue in enumerate(chosen)]
    if before is not None:
        layers.insert(0, graph.input(_local(before)).audio)
    if not layers:
        layers = [graph.input(f"anullsrc=sample_rate={RATE}:channel_layout=stereo", f="lavfi").audio]
    whole = layers[0] if len(layers) == 1 else _summed(layers)
    return _arguments(_exact(whole, plan.seconds), out, {"acodec": "pcm_f32le", "rf64": "auto"})


def master(mixed: Path, out: Path, plan: SoundPlan, setting: Mastering) -> list[str]:
    """Write down the ffmpeg arguments of the last pass; pure.

    The limiter works at 192 kHz, where sample peaks are true peaks (ITU-R BS.1770-5, annex 2: 4 times oversampled).
    """
    sound = graph.input(_local(mixed)).audio
    sound = sound.filter("volume", volume=f"{setting.gain_db:g}dB", precision="float")
    sound = sound.filter("aresample", 4 * RATE)
    ceiling = f"{10 ** (setting.limit_db / 20):.6f}"
    sound = sound.filter("alimiter", limit=ceiling, attack=5, release=80, level=0, latency=1)
    sound = sound.filter("aresample", RATE)
    coding = (
        {"acodec": "pcm_s24le", "rf64": "auto"} if out.suffix == ".wav" else {"acodec": "aac", "audio_bitrate": "256k"}
    )
    return _arguments(_exact(sound, plan.seconds), out, coding)


def _cue(number: int, cue: PlacedCue, plan: SoundPlan) -> Any:
    """Place one cue: cut, converted, levelled, faded, ducked and delayed, all counted in samples.

    ffmpeg-python takes two equal inputs for one; a queue length of its own keeps each cue apart.
    """
    start, skip = _samples(cue.start), _samples(cue.skip)
    length = _samples(cue.stop) - start
    sound = graph.input(_local(cue.file), thread_queue_size=64 + number).audio
    sound = sound.filter("aresample", RATE, **{"async": 1, "first_pts": 0})
    sound = sound.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    taken = length if cue.window is None else _samples(cue.window)
    sound = sound.filter("atrim", start_sample=skip, end_sample=skip + taken).filter("asetpts", "N/SR/TB")
    if cue.window is not None:
        sound = _played(sound, cue, taken).filter("atrim", end_sample=length)
    if cue.gain_db:
        sound = sound.filter("volume", volume=f"{cue.gain_db:g}dB", precision="float")
    sound = _faded(sound, cue, length)
    if cue.role == "music" and plan.duck_db and plan.ducks:
        lowered = duck_expression(plan.ducks, plan.duck_db, cue.start)
        sound = sound.filter("asetnsamples", n=48, p=0).filter(
            "volume", volume=lowered, eval="frame", precision="float"
        )
        sound = sound.filter("asetnsamples", n=1024, p=0)
    return sound.filter("adelay", delays=f"{start}S", all=1) if start else sound


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
