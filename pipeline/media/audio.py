"""The film's sound: every cue placed to the sample, music ducked, loudness and true peak as asked."""

import math
import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import ToolFailed
from pipeline.media import run
from pipeline.media.loudness import Loudness, channels, loudness, samples
from pipeline.media.mixing import Mastering, command, duck_expression, master
from pipeline.model import SoundPlan

__all__ = ["Loudness", "Mastering", "command", "duck_expression", "loudness", "master", "mix", "samples", "stems"]

CEILING = -1.0
"""True peak of the decoded film, dBTP, never passed."""

_BATCH = 40  # cues in one graph: bounds threads, open files and the command line
_ROUNDS = 6  # for loudness; as many again for the true peak alone
_CLOSE = 0.4  # LU: near enough to stop


def mix(plan: SoundPlan, out: Path, deadline: float | None = None) -> Mastering:
    """Make the film's sound: 48 kHz stereo, exactly `plan.seconds` long, AAC in `.m4a` or 24-bit PCM in `.wav`.

    Loudness lands within 1 LU of `plan.loudness` where the limiter lets it; what is quieter than the gate of
    BS.1770 (-70 LUFS) is left as it is. The true peak after decoding is at most -1 dBTP. What is not levelled is left
    wholly as it is unless it passes that, by itself or by what AAC adds to its peaks (up to 0.8 dB); then those peaks
    alone are held. `deadline` in seconds bounds each single pass. `out` is whole or absent.

    Raises:
        MediaInvalid: a cue's file is missing, damaged or has no sound.
        ToolFailed: a pass failed or took too long.
    """
    limit = deadline or _deadline(plan)
    with TemporaryDirectory(dir=out.parent, prefix=".mix-") as name:
        folder = Path(name)
        unfinished = folder / f"film{out.suffix}"
        setting = _mastered(plan, _mixed(plan, folder, limit), unfinished, limit)
        _settle(unfinished, out)
    return setting


def stems(plan: SoundPlan, outs: Mapping[Path, Collection[str]], gain_db: float) -> None:
    """Write files that hold the sound of some roles each, as loud as in the film; mixed again they are the film.

    `gain_db` is what `mix` gave the film.

    Their sum is the film's sound before its limiter, if every role is in one of them. 48 kHz stereo WAV of exactly the
    film's length, 24-bit; 32-bit float where a stem passes full scale, so that nothing of it is cut off.

    Raises:
        MediaInvalid: a cue's file is missing, damaged or has no sound.
        ToolFailed: a pass failed or took too long.
    """
    limit = _deadline(plan)
    for out, roles in outs.items():
        alone = replace(plan, cues=tuple(cue for cue in plan.cues if cue.role in roles))
        with TemporaryDirectory(dir=out.parent, prefix=".stem-") as name:
            mixed, unfinished = _mixed(alone, Path(name), limit), Path(name) / "stem.wav"
            whole = loudness(mixed, limit).true_peak + gain_db < 0
            pcm = "pcm_s24le" if whole else "pcm_f32le"
            run.ffmpeg(master(mixed, unfinished, plan, Mastering(gain_db, None), pcm), limit)
            _settle(unfinished, out)


def _deadline(plan: SoundPlan) -> float:
    return 120 + 2 * float(plan.seconds) + 5 * len(plan.cues)


def _settle(written: Path, out: Path) -> None:
    """Give a file that is whole its name."""
    with written.open("rb+") as file:
        os.fsync(file.fileno())
    written.replace(out)


def _mixed(plan: SoundPlan, folder: Path, deadline: float) -> Path:
    """Mix all cues into one float file; many cues go in batches, each on top of the one before."""
    mono = {file for file in sorted({cue.file for cue in plan.cues}) if channels(file) == 1}
    batches = [plan.cues[k : k + _BATCH] for k in range(0, len(plan.cues), _BATCH)] or [()]
    before: Path | None = None
    for number, cues in enumerate(batches):
        out = folder / f"mix{number}.wav"
        run.ffmpeg(command(plan, out, cues, before, mono), deadline)
        if before is not None:
            before.unlink()
        before = out
    assert before is not None
    return before


def _mastered(plan: SoundPlan, mixed: Path, out: Path, deadline: float) -> Mastering:
    """Apply gain and limiter, measure what came out decoded, and correct both until it fits; give what was applied."""
    found = loudness(mixed, deadline)
    ceiling = CEILING - 0.5
    if plan.loudness is None and found.true_peak <= CEILING:
        run.ffmpeg(master(mixed, out, plan, Mastering(0.0, None)), deadline)
        peak = loudness(out, deadline).true_peak
        if peak <= CEILING:
            return Mastering(0.0, None)
        ceiling = round(min(ceiling, CEILING - 0.1 - (peak - found.true_peak)), 2)
    wanted = plan.loudness if math.isfinite(found.integrated) else None
    gain = 0.0 if wanted is None else round(wanted - found.integrated, 2)
    before = (0.0, found.integrated)
    for number in range(2 * _ROUNDS):
        setting = Mastering(gain, ceiling)
        run.ffmpeg(master(mixed, out, plan, setting), deadline)
        after = loudness(out, deadline)
        over = max(0.0, after.true_peak - (CEILING - 0.1))
        short = 0.0 if wanted is None or number >= _ROUNDS else wanted - after.integrated
        if not over and abs(short) <= _CLOSE:
            return setting
        now = (gain, after.integrated)
        gain, before = round(gain + _step(short, before, now), 2), now
        ceiling = round(ceiling - (over + 0.1 if over else 0), 2)
    raise ToolFailed("the limiter could not hold the true peak", cure="lower the loudest sound by some decibels")


def _step(short: float, before: tuple[float, float], now: tuple[float, float]) -> float:
    """Tell how much more gain makes up for `short` LU, from what the last change of gain did under the limiter."""
    gained = now[0] - before[0]
    slope = (now[1] - before[1]) / gained if gained else 1.0
    return short / min(max(slope, 0.25), 1.0)
