"""What producers write in short, written in full: one for a list, a plain value for a mapping.

The board has passed the contract, so only the kinds of values that it allows are met here (and None, where something
was wrong).
"""

from collections.abc import Callable, Mapping
from typing import Any

Way = Callable[[Any], Any]

PLACES = {"top": "upper", "bottom": "lower", "center": "centre", "middle": "centre"}
"""Where a title stands, in other words."""

SIDES = {
    "left": (0, 0.5),
    "right": (1, 0.5),
    "top": (0.5, 0),
    "bottom": (0.5, 1),
    "centre": (0.5, 0.5),
    "center": (0.5, 0.5),
}
"""The point that is kept inside when a side is."""


def in_full(board: Mapping[str, Any]) -> dict[str, Any]:
    """Write a whole storyboard in full, its profiles and versions too."""
    film = _written(board, _FILM)
    parts: dict[str, Way] = {
        "profiles": lambda named: _by_name(named, lambda one: _written(one, _FILM)),
        "versions": lambda listed: [_written(one, _FILM | {"shots": _list}) for one in listed],
        "shots": lambda listed: [_shot(one) for one in listed],
    }
    full: dict[str, Any] = _written(film, parts)
    return full


def listed(key: str, value: Any) -> list[Any]:
    """Give a shot's `titles` or `lines` as a list of mappings."""
    return [] if value is None else list(_SHOT[key](value))


def _written(data: Any, ways: Mapping[str, Way]) -> Any:
    if not isinstance(data, Mapping):
        return data
    return {**data, **{key: way(data[key]) for key, way in ways.items() if data.get(key) is not None}}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _by_name(data: Any, way: Way) -> Any:
    return {name: way(one) for name, one in data.items()} if isinstance(data, dict) else data


def _under(key: str) -> Way:
    """Put a plain value under the key of the mapping that it stands for."""
    return lambda value: value if isinstance(value, dict) or value is None else {key: value}


def _each(way: Way) -> Way:
    return lambda value: [way(one) for one in _list(value)]


# ---------------------------------------------------------------- shots


def _shot(data: Any) -> Any:
    if not isinstance(data, dict) or not _SHOT.keys() & data.keys():
        return data
    full: dict[str, Any] = _written(data, _SHOT)
    if full.get("card") is False:
        del full["card"]
    return full


def _title(value: Any) -> Any:
    return _written(_under("text")(value), {"place": lambda place: PLACES.get(place, place)})


def _card(value: Any) -> Any:
    if value is True:
        return {}
    if isinstance(value, str):
        return {"image" if value == "logo" or "." in value or "/" in value else "background": value}
    return value


def _focus(value: Any) -> Any:
    point = SIDES[value] if isinstance(value, str) else value
    return (
        point
        if isinstance(point, dict)
        else dict(zip("xy", (0.5 if one is None else one for one in point), strict=True))
    )


# ---------------------------------------------------------------- the film


def _music(value: Any) -> Any:
    cue = _under("file")
    return [cue(one) for one in value] if isinstance(value, list) else cue(value)


def _subtitles(value: Any) -> Any:
    if value is True or value == "burn":
        return {"burn": True} if value == "burn" else {}
    if isinstance(value, list):
        return {"languages": value}
    return _written(value, {"languages": _list})


def _score(value: Any) -> Any:
    return _written(value, {"allow": _list})


_LOOK: Mapping[str, Way] = {"lora": _each(_under("file"))}
_VARIANT: Mapping[str, Way] = {**_LOOK, "references": _list}


def _actor(value: Any) -> Any:
    return _written(value, {**_VARIANT, "variants": lambda named: _by_name(named, lambda one: _written(one, _VARIANT))})


_SHOT: Mapping[str, Way] = {
    "titles": _each(_title),
    "lines": _each(_under("text")),
    "card": _card,
    "use": _under("shot"),
    "focus": _focus,
    "score": _score,
    "lora": _each(_under("file")),
}
_FILM: dict[str, Way] = {
    "looks": lambda named: _by_name(named, lambda one: _written(one, _LOOK)),
    "cast": lambda named: _by_name(named, _actor),
    "audio": lambda audio: _written(audio, {"music": _music}),
    "sequences": lambda named: _by_name(named, lambda one: _written(one, {"ambience": _under("file")})),
    "subtitles": _subtitles,
    "rights": lambda rights: _written(rights, {"territory": _list}),
    "disclosure": lambda told: {True: "file", False: "none"}.get(told, told),
    "deliver": _list,
    "score": _score,
    "defaults": lambda defaults: _written(defaults, {"score": _score}),
}
