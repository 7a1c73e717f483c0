"""Lengths as people write them in lists: 5, 5s, 5秒, 1:05, 5+12, 00:00:05:12."""

import re
import unicodedata
from fractions import Fraction

UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒", "秒間", '"', "''", "″"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "分", "分間", "'", "′"), "m"),
    **dict.fromkeys(("f", "fr", "frame", "frames", "コマ", "フレーム", "k"), "f"),
    "ms": "ms",
}
ABOUT = re.compile(r"^(?:約|およそ|about|approx\.?|ca\.?|c\.|~|≈|±)\s*|(?:程度|くらい|ぐらい|ほど)$")
PART = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,6})?)(?![0-9.,])\s*(?:([^\s0-9.,]{1,7})\.?)?\s*")
CLOCK = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-9]{2}(?:[.,][0-9]{1,6})?)")
TIMECODE = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})([:;])([0-9]{2,3})")
PLUS = re.compile(r"([0-9]{1,5})\s*\+\s*([0-9]{1,3})")


def seconds(text: str, rate: Fraction, *, bare: str = "s") -> Fraction | None:
    """Read a length as exact seconds; None where it is none. A bare number counts `bare`: s, or f for frames.

    Timecode counts whole frames of `rate`; with `;` its numbers drop as NTSC drop-frame does. `5+12` is 5 seconds and
    12 frames. `00:05` is minutes and seconds.
    """
    plain = ABOUT.sub("", unicodedata.normalize("NFKC", text).strip().casefold()).strip()
    if code := TIMECODE.fullmatch(plain):
        return _timecode(code, rate)
    if clock := CLOCK.fullmatch(plain):
        return _clock(clock)
    if plus := PLUS.fullmatch(plain):
        return Fraction(int(plus[1]) * round(rate) + int(plus[2])) / rate
    return _parts(plain, rate, bare)


def _timecode(code: re.Match[str], rate: Fraction) -> Fraction | None:
    hours, minutes, whole, frames = (int(code[place]) for place in (1, 2, 3, 5))
    nominal = round(rate)
    if minutes > 59 or whole > 59 or frames >= nominal:
        return None
    count = (hours * 3600 + minutes * 60 + whole) * nominal + frames
    if code[4] == ";" and nominal % 30 == 0:
        past = hours * 60 + minutes
        count -= nominal // 15 * (past - past // 10)
    return Fraction(count) / rate


def _clock(clock: re.Match[str]) -> Fraction | None:
    last = _number(clock[3])
    if last >= 60 or (clock[1] and int(clock[2]) > 59):
        return None
    return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + last


def _parts(plain: str, rate: Fraction, bare: str) -> Fraction | None:
    worth = {"s": Fraction(1), "m": Fraction(60), "f": 1 / rate, "ms": Fraction(1, 1000)}
    total, place, parts = Fraction(0), 0, 0
    while place < len(plain) and parts < 4:
        part = PART.match(plain, place)
        unit = UNITS.get(part[2] or "", bare if part and not part[2] else "") if part else ""
        if part is None or not unit:
            return None
        total += _number(part[1]) * worth[unit]
        place, parts = part.end(), parts + 1
    return total if place == len(plain) and parts else None


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))
