"""film.gif: a small moving picture of the film, under the size that was asked."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.deliver.finished import FinishedFilm
from pipeline.errors import ProducerError
from pipeline.media import gif

WIDTH, RATE, LARGEST = 480, Fraction(12), Fraction(8)
"""What is made unless something else is asked: pixels across, frames a second, MB of 10^6 bytes."""


def write(made: FinishedFilm, options: Mapping[str, Any]) -> list[Path]:
    """Write film.gif into the cut, at most `width` pixels, `fps` and `max_mb`, from second `from` on, `seconds` long.

    Raises:
        ProducerError: it cannot be made as small as `max_mb`, or begins after the film's end.
    """
    largest = int(_number(options, "max_mb", LARGEST) * 1_000_000)
    best = gif.Quality(int(_number(options, "width", Fraction(WIDTH))), _number(options, "fps", RATE))
    seconds = _number(options, "seconds", Fraction(0)) or None
    part = gif.part_of(made.film, _number(options, "from", Fraction(0)), seconds)
    out = made.cut / "film.gif"
    gif.write(part, out, best, largest)
    return [out]


def describe(path: Path) -> str:
    """Say in words what the search came to: `480x270, 12 frames a second, 30.00 s, 7.62 MB`."""
    found = gif.facts(path)
    rate = 100 * found.frames / max(found.centiseconds, 1)
    return f"{found.size}, {rate:.3g} frames a second, {found.centiseconds / 100:.2f} s, {found.bytes / 1e6:.2f} MB"


def _number(options: Mapping[str, Any], name: str, usual: Fraction) -> Fraction:
    """Read one number of the options exactly; the schema has checked its bounds."""
    if options.get(name) is None:
        return usual
    try:
        return Fraction(str(options[name]))
    except (ValueError, ZeroDivisionError) as failure:
        raise ProducerError(f"gif: {name} is no number: {options[name]!r}", cure="write a number") from failure
