"""Numbers as a person in the cutting room says them: lengths, money, dates, and what pulls a score down."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from itertools import takewhile

from pipeline.choose import BLAME
from pipeline.model import Rejection

GATES = {
    "frozen": "freezes",
    "dark": "too dark",
    "still": "does not move",
    "cut": "has a cut in it",
    "size": "has another size",
    "rate": "has another frame rate",
    "length": "has another length",
    "undecodable": "cannot be decoded",
}
"""What a gate found, said of a take."""

TRANSITIONS = {
    "cut": "Cut",
    "dissolve": "Dissolve",
    "dip_black": "Dip to black",
    "dip_white": "Dip to white",
    "wipe_left": "Wipe left",
    "wipe_right": "Wipe right",
}

HEAVY = 0.8
"""A term this large costs a tenth of the score: score = exp(-sum / 8)."""


def term(name: str) -> str:
    """Say what a term of the score is about."""
    return BLAME.get(name, name.replace("_", " "))


def gate(name: str) -> str:
    """Say what a gate found."""
    return GATES.get(name, name.replace("_", " "))


def named(word: str) -> str:
    """Write an id of the vocabulary as words: `dolly_in` is "dolly in"."""
    return word.replace("_", " ")


def blame(terms: Mapping[str, float]) -> str:
    """Say in a sentence what pulled a score down most: at most two terms, and nothing where all are small."""
    worst = sorted(terms.items(), key=lambda one: -one[1])[:2]
    named_ones = [term(name) for name, value in takewhile(lambda one: one[1] >= HEAVY / 2, worst)]
    if not terms:
        return ""
    if not named_ones:
        return "No weak point stands out."
    return f"Weakest point{'s' * (len(named_ones) > 1)}: {'; '.join(named_ones)}."


def timecode(frame: int, rate: Fraction | None) -> str:
    """Write a film frame as minutes, seconds and frames, `0:04:12`; without a rate, as a frame number."""
    if not rate:
        return f"frame {frame}"
    seconds = int(frame / rate)
    rest = frame - -(-seconds * rate.numerator // rate.denominator)
    return f"{seconds // 60}:{seconds % 60:02d}:{rest:02d}"


def length(frames: int, rate: Fraction | None) -> str:
    """Say how long something runs: `4.5 s`, `2 min 3 s`; without a rate, in frames."""
    return duration(float(frames / rate)) if rate else plural(frames, "frame")


def duration(seconds: float) -> str:
    """Say a time as a person does: `0.4 s`, `24 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole // 60, "min", whole % 60, "s")
    return _two(whole // 3600, "h", round(whole % 3600 / 60), "min")


def _two(many: int, large: str, rest: int, small: str) -> str:
    return f"{many} {large} {rest} {small}" if rest else f"{many} {large}"


def rate(value: Fraction) -> str:
    """Write a frame rate: `24 fps`, `23.976 fps`."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".") + " fps"


def money(usd: float) -> str:
    """Write what something cost: `nothing`, `$0.004`, `$12.50`."""
    if usd <= 0:
        return "nothing"
    return f"${usd:.2f}" if usd >= 0.01 else f"${usd:.4f}".rstrip("0")


def when(iso: str) -> str:
    """Write an ISO date as `21 November 2026, 22:10`, in its own time zone; anything else as it is."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    zone = f" {moment.tzname()}" if moment.tzinfo else ""
    return f"{moment.day} {moment:%B %Y, %H:%M}{zone}"


def plural(number: int, noun: str) -> str:
    """Count something: `1 take`, `3 takes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def complete(shots: int) -> str:
    """Say that a film of so many shots has them all."""
    return f"Complete: all {plural(shots, 'shot')} are in." if shots > 1 else "Complete: its one shot is in."


def listed(words: list[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def chooser(by: str) -> str:
    """Say who chose a take."""
    return {"producer": "picked by the producer", "score": "chosen by score"}.get(by, "in the film")


def run(start: int, stop: int, value: Fraction | None) -> str:
    """Name frames [start, stop): `frames 12 to 35 (0.5 to 1.5 s)`; without a rate, without seconds."""
    seconds = f" ({_seconds(start, stop, value)})" if value else ""
    return f"frame {start}{seconds}" if stop == start + 1 else f"frames {start} to {stop - 1}{seconds}"


def speed(value: Fraction) -> str:
    """Say how fast a take is played: `half speed`, `0.4 of its speed`."""
    known = {Fraction(1, 2): "half speed", Fraction(2): "double speed"}
    return known.get(value, f"{float(value):.3g} of its speed")


def struck(one: Rejection, frames: int, value: Fraction | None) -> str:
    """Say where a gate struck a take of `frames`: `frames 12 to 35 (0.5 to 1.5 s)`, counted from 0; "" if all over."""
    if one.stop <= one.start or (one.start <= 0 and one.stop >= frames):
        return ""
    return run(one.start, one.stop, value)


def why(one: Rejection, frames: int, value: Fraction | None) -> str:
    """Say as a sentence why a gate struck and where, without repeating the place where the reason names it."""
    found, place = one.reason.strip().rstrip("."), struck(one, frames, value)
    if not found or not place:
        return sentence(": ".join(part for part in (found or gate(one.gate), place) if part))
    if " frame " not in found:
        return sentence(f"{found}: {place}")
    return sentence(f"{found} ({_seconds(one.start, one.stop, value)})" if value else found)


def _seconds(start: int, stop: int, value: Fraction) -> str:
    first = float(start / value)
    return f"{first:.1f} s" if stop == start + 1 else f"{first:.1f} to {float(stop / value):.1f} s"


def gates(rejected: tuple[Rejection, ...]) -> str:
    """Say what the gates found, each once: `freezes and too dark`."""
    return listed(list(dict.fromkeys(gate(one.gate) for one in rejected)))


def sentence(text: str) -> str:
    """Make words a sentence: a capital first, a full stop last."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}" + ("" if text[-1] in ".!?。！？" else ".")
