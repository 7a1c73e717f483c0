"""One JSON value at a time, read tolerantly: what is not of the kind asked for reads as empty or None."""

import re
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

RATE = re.compile(r"\d{1,9}(/\d{1,9}|\.\d{1,9})?")


def text(value: object) -> str:
    """Read a string that can be written as UTF-8; anything else is empty."""
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """Read a finite number."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    known = whole(value)
    return None if known is None else float(known)


def whole(value: object) -> int | None:
    """Read a whole number of at most 64 bits."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64 else None


def rate(value: object) -> Fraction | None:
    """Read a rate such as `24/1`; None unless it is above 0."""
    if not RATE.fullmatch(str(value)):
        return None
    try:
        return Fraction(str(value)) or None
    except ZeroDivisionError:
        return None


def mapping(value: object) -> Mapping[str, Any]:
    """Read an object."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """Read the objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def texts(value: object) -> tuple[str, ...]:
    """Read the strings of a list."""
    return tuple(text(one) for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def pair(value: object) -> tuple[int, int]:
    """Read a list of two whole numbers; anything else is 0, 0."""
    if not isinstance(value, list) or len(value) != 2:
        return 0, 0
    return whole(value[0]) or 0, whole(value[1]) or 0


def numbers(value: object) -> Mapping[str, float]:
    """Read the finite numbers of an object."""
    return {text(name): known for name, one in mapping(value).items() if (known := number(one)) is not None}


def strings(value: object) -> Mapping[str, str]:
    """Read the strings and numbers of an object, as strings."""
    return {text(name): text(str(one)) for name, one in mapping(value).items() if isinstance(one, str | int | float)}
