"""What a producer probably meant by a value that will not do."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from pipeline.storyboard import words
from pipeline.storyboard.schema import is_number

LANGUAGES = {
    "jp": "ja",
    "kr": "ko",
    "cn": "zh",
    "us": "en",
    "gb": "en",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "japanese": "ja",
    "korean": "ko",
    "chinese": "zh",
    "english": "en",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "日本語": "ja",
    "英語": "en",
}
"""Countries and names of languages written for codes of languages; `uk` is none of them: it is Ukrainian."""

COLOURS = {
    "white": "#ffffff",
    "black": "#000000",
    "grey": "#808080",
    "gray": "#808080",
    "silver": "#c0c0c0",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
    "yellow": "#ffff00",
    "orange": "#ffa500",
    "purple": "#800080",
    "navy": "#000080",
    "teal": "#008080",
    "pink": "#ffc0cb",
    "brown": "#a52a2a",
}
"""Of CSS."""

SIZES = {
    **dict.fromkeys(("landscape", "horizontal", "hd", "fullhd", "full hd", "1080p", "1080", "16:9"), "landscape-1080p"),
    **dict.fromkeys(("portrait", "vertical", "9:16"), "portrait-1080p"),
    **dict.fromkeys(("square", "1:1"), "square-1080p"),
    "720p": "landscape-720p",
    "4k": "landscape-4k",
    "uhd": "landscape-4k",
    "2160p": "landscape-4k",
}

OTHER_WORDS = {
    **dict.fromkeys(("title", "heading", "head"), "headline"),
    **dict.fromkeys(("subtitle", "sub", "subtitles", "body"), "caption"),
    **dict.fromkeys(("disclaimer", "fine_print", "small_print"), "legal"),
    **dict.fromkeys(("lower_third", "lower_thirds", "foot", "footer", "down"), "lower"),
    **dict.fromkeys(("head", "header", "up"), "upper"),
    **dict.fromkeys(("none", "off", "instant", "pop"), "cut"),
    **dict.fromkeys(("slide", "slide_up", "up", "fly_in"), "rise"),
    **dict.fromkeys(("dissolve", "fade_in", "fade_out"), "fade"),
    **dict.fromkeys(("crop", "fill"), "cover"),
    **dict.fromkeys(("letterbox", "fit", "bars"), "contain"),
    **dict.fromkeys(("edit", "timeline"), "otio"),
    **dict.fromkeys(("video", "film", "mov"), "mp4"),
    **dict.fromkeys(("subtitles", "captions"), "srt"),
}
"""What other tools call one of several words; it is offered only where it stands among them."""

_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?|[-+]?\.\d+)\s*([^\d\s]*)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")
_UNITS = {
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds", "秒", "db", "mb", "fps", "lufs", "bpm"), Fraction(1)),
    **dict.fromkeys(("px", "x", "h", "hours", "$", "usd", "frames", "takes", "beats", "kelvin"), Fraction(1)),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "m", "分"), Fraction(60)),
    **dict.fromkeys(("ms",), Fraction(1, 1000)),
    **dict.fromkeys(("%", "％"), Fraction(1, 100)),
}
_WIDE = str.maketrans("０１２３４５６７８９．，：", "0123456789.,:")


def of_kind(value: Any, wanted: str) -> str:
    """Give the cure where another kind of value was `wanted`; "" where none is known."""
    if isinstance(value, str) and "number" in wanted:
        return number(value)
    if isinstance(value, str) and "true or false" in wanted:
        told = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.casefold())
        return f"; write {told}" if told else ""
    if "text" in wanted and (isinstance(value, bool) or is_number(value)):
        return "; put it in quotes to make it text"
    return ""


def number(text: str) -> str:
    """Give the cure for a number written with its unit, as a clock shows it, or in full-width signs."""
    plain = text.translate(_WIDE).strip().casefold().replace(",", ".")
    clock = _CLOCK.fullmatch(plain)
    if clock is not None:
        hours, minutes, seconds = clock.groups(default="0")
        return f"; write seconds, {words.number(int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds))}"
    found = _NUMBER.fullmatch(plain.lstrip("$"))
    if found is None or found[2] not in _UNITS or len(plain) > 30:
        return ""
    return f"; write {words.number(Fraction(found[1]) * _UNITS[found[2]])}"


def of_pattern(value: str, pattern: str) -> str:
    """Give the cure for a text of another form: what it probably means, where that has the right form."""
    told = next((one for one in _meant(value) if re.search(pattern, one)), None)
    if told is None:
        return ""
    return f'; write "{told}", in quotes' if told.startswith("#") else f"; did you mean {told}?"


def _meant(value: str) -> Iterator[str]:
    folded = value.strip().casefold()
    for known in (LANGUAGES, SIZES):
        if folded in known:
            yield known[folded]
    language = folded.replace("_", "-").partition("-")[0]
    if language in LANGUAGES:
        yield LANGUAGES[language]
    yield from colour(value)
    yield value.strip().replace("_", "-")
    yield re.sub(r"\s*[*,]\s*", "x", value.strip())
    yield re.sub(r"[^A-Za-z0-9_-]+", "_", value.strip()).strip("_")


def colour(value: str) -> Iterator[str]:
    """Give a colour's sign for its name, or for a sign written short."""
    folded = value.strip().casefold()
    if folded in COLOURS:
        yield COLOURS[folded]
    if re.fullmatch("#[0-9a-f]{3}", folded):
        yield "#" + "".join(sign * 2 for sign in folded[1:])
    if re.fullmatch("[0-9a-f]{6}", folded):
        yield f"#{folded}"


def near(value: str, allowed: Iterable[Any]) -> list[str]:
    """Find which of the words allowed was meant: one, or none."""
    options = [str(one) for one in allowed]
    known = OTHER_WORDS.get(re.sub(r"[\s-]+", "_", value.strip().casefold()))
    return [known] if known in options else words.close(value, options)
