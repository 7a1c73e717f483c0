"""Footage of one's own: which part of which clip, and how it is played."""

from fractions import Fraction
from typing import Any

from pipeline.model import Source
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.words import number

VIDEO = ("video",)


def footage(value: Any, path: str, assets: Assets, ledger: Ledger) -> tuple[Source, Fraction] | None:
    """Read a shot's `source`, with the length of its clip in seconds; None where there is none or it cannot be used."""
    data = value if isinstance(value, dict) else {"file": value}
    written = f"{path}.file" if isinstance(value, dict) else path
    found = assets.get(data.get("file"), written, VIDEO) if data.get("file") is not None else None
    if found is None:
        return None
    asset, facts = found
    start, stop = Fraction(data.get("in", 0)), data.get("out")
    _check_range(start, stop, facts.seconds, path, ledger)
    if data.get("audio") == "keep" and not facts.has_sound:
        ledger.doubt(f"{path}.audio", f"{asset.name} has no sound to keep")
    source = Source(
        asset,
        start,
        None if stop is None else Fraction(stop),
        speed=Fraction(data.get("speed", 1)),
        reverse=data.get("reverse", False),
        mirror=data.get("mirror", False),
        loop=data.get("loop", False),
        sound=data.get("audio", "drop"),
        as_is=data.get("use") == "as_is",
    )
    return source, facts.seconds


def _check_range(start: Fraction, stop: Any, seconds: Fraction, path: str, ledger: Ledger) -> None:
    if stop is not None and stop <= start:
        ledger.wrong(f"{path}.out", f"must be later than `in` ({number(start)})")
    elif start >= seconds:
        ledger.wrong(f"{path}.in", f"the clip is only {number(seconds)} seconds long")
    elif stop is not None and stop > seconds:
        ledger.wrong(f"{path}.out", f"the clip is only {number(seconds)} seconds long")
