"""What a manifest says of a shot besides its take: titles, lines, speed, window, advice; and of the film's versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.deliver import json_values
from pipeline.deliver.facts_takes import there
from pipeline.model import Size


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """Text over film frames [start, stop)."""

    text: str
    role: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class LineFacts:
    """Something said, in the film's language where it is told; `at` is seconds from the shot's cut point."""

    who: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class Extras:
    """All of it; `window` is the first frame of the take that may be shown and how many it has to spare."""

    titles: tuple[TitleFacts, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    uses: str = ""
    window: tuple[int, int] | None = None
    speed: Fraction | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """Another cut of the film; `page` and `film` are paths inside the film's folder, or ""."""

    name: str
    language: str
    size: Size | None
    rate: Fraction | None
    frames: int
    complete: bool
    page: str
    film: str


def extras(about: Mapping[str, Any], language: str) -> Extras:
    """Read what one shot of a manifest has of it."""
    first, spare = json_values.pair(about.get("window"))
    return Extras(
        titles=tuple(_title(one) for one in json_values.mappings(about.get("titles"))),
        lines=tuple(_line(one, language) for one in json_values.mappings(about.get("lines"))),
        uses=json_values.text(about.get("uses")),
        window=(first, spare) if spare > 0 else None,
        speed=json_values.rate(about.get("speed")) if about.get("speed") is not None else None,
        advice=json_values.texts(about.get("advice")),
    )


def versions(folder: Path, about: Mapping[str, Any]) -> tuple[VersionFacts, ...]:
    """Read the versions that a film's manifest tells of."""
    found = json_values.mapping(about.get("versions"))
    return tuple(_version(folder, json_values.text(name), one) for name, one in found.items() if isinstance(one, dict))


def _title(about: Mapping[str, Any]) -> TitleFacts:
    start, stop = (json_values.whole(about.get(name)) or 0 for name in ("start", "stop"))
    return TitleFacts(json_values.text(about.get("text")), json_values.text(about.get("role")), start, stop)


def _line(about: Mapping[str, Any], language: str) -> LineFacts:
    said = about.get("text")
    by_language = json_values.strings(said)
    text = json_values.text(said) or by_language.get(language) or next(iter(by_language.values()), "")
    return LineFacts(json_values.text(about.get("who")), text, json_values.number(about.get("at")) or 0.0)


def _version(folder: Path, name: str, about: Mapping[str, Any]) -> VersionFacts:
    width, height = json_values.pair(about.get("size"))
    place = json_values.text(about.get("folder")) or f"versions/{name}"
    return VersionFacts(
        name=name,
        language=json_values.text(about.get("language")),
        size=Size(width, height) if width > 0 and height > 0 else None,
        rate=json_values.rate(about.get("fps")),
        frames=json_values.whole(about.get("frames")) or 0,
        complete=about.get("complete") is True,
        page=there(folder, f"{place}/dailies.html"),
        film=there(folder, json_values.text(about.get("film")) or f"{place}/film.mp4"),
    )
