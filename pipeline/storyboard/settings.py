"""What holds for the whole film: output, its ends, finishing, budget; and values that shots share."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pipeline.model import (
    Budget,
    Finish,
    Harmonise,
    Output,
    Size,
    ToolChoice,
    Transition,
    Upscale,
    frame_rate,
    parse_rate,
    parse_size,
)
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.names import Names

LINES = {"720p": 720, "1080p": 1080, "4k": 2160}
DEFAULT_OUTPUT = Output(Size(1920, 1080), Fraction(24))
SHAPES = (Fraction(1, 10), 10)
"""The narrowest and the widest picture, width by height."""

ENDS = ("cut", "dip_black", "dip_white")
AUTO = "auto"
"""The best tool that is here: the plan chooses it."""


def output(data: Mapping[str, Any], ledger: Ledger) -> Output:
    """Read size, rate, fit and bars; what cannot be is noted and the usual stands in."""
    size = _size(data["size"], ledger) if "size" in data else DEFAULT_OUTPUT.size
    rate = _rate(data["fps"], ledger) if "fps" in data else DEFAULT_OUTPUT.rate
    return Output(
        size or DEFAULT_OUTPUT.size,
        rate or DEFAULT_OUTPUT.rate,
        data.get("fit", "cover"),
        _shape(data.get("picture"), ledger),
    )


def _shape(value: Any, ledger: Ledger) -> Fraction | None:
    """Read a shape of the picture: a number, or width and height."""
    if not isinstance(value, str):
        return None if value is None else Fraction(value)
    width, height = (Fraction(one) for one in re.split(r"\s*[:/xX×]\s*", value))
    if height and SHAPES[0] < width / height <= SHAPES[1]:
        return width / height
    ledger.wrong("output.picture", f'"{value}" is no shape of a picture; write e.g. 2.39, or 16:9')
    return None


def size_of(text: str) -> Size:
    """Read a size by its name or as WIDTHxHEIGHT.

    Raises:
        ValueError: with what would be right.
    """
    shape, _, lines = text.partition("-")
    if lines not in LINES:
        return parse_size(text)
    short, long = LINES[lines], LINES[lines] * 16 // 9
    return {"landscape": Size(long, short), "portrait": Size(short, long), "square": Size(short, short)}[shape]


def _size(text: str, ledger: Ledger) -> Size | None:
    try:
        return size_of(text)
    except ValueError as failure:
        ledger.wrong("output.size", str(failure))
    return None


def _rate(value: str | int | Fraction, ledger: Ledger) -> Fraction | None:
    try:
        return parse_rate(value) if isinstance(value, str) else frame_rate(Fraction(value))
    except ValueError as failure:
        ledger.wrong("output.fps", str(failure))
    return None


class Transitions:
    """Reads transitions, each spelling once: a class because ten thousand shots share a few."""

    def __init__(self, names: Names, rate: Fraction, ledger: Ledger) -> None:
        self._names = names
        self._rate = rate
        self._ledger = ledger

    def between(self, value: Any, path: str) -> Transition:
        """Read how a shot passes into the next; half a second unless said."""
        return self._read(value, path, Fraction(1, 2))

    def end(self, value: Any, path: str) -> Transition:
        """Read how the film begins or ends; one second unless said, and a fade is one from or to black."""
        if value is None:
            return Transition()
        read = self._read(value, path, Fraction(1))
        if read.type == "dissolve":
            return Transition("dip_black", read.seconds)
        if read.type not in ENDS:
            self._ledger.wrong(path, f"a film cannot begin or end with {read.type}; write cut, dip_black or dip_white")
        return read

    def _read(self, value: Any, path: str, usual: Fraction) -> Transition:
        mapping = value if isinstance(value, dict) else {"type": value}
        written = f"{path}.type" if isinstance(value, dict) else path
        kind = self._names.term("transition", mapping.get("type"), written) or "cut"
        seconds, frames = mapping.get("seconds"), mapping.get("frames")
        if seconds is not None and frames is not None:
            self._ledger.wrong(path, "`seconds` and `frames` both say how long it takes; keep one")
        length = usual if seconds is None else Fraction(seconds)
        if frames is not None:
            length = frames / self._rate
        return Transition() if kind == "cut" else Transition(kind, length)


def tool(value: Any) -> ToolChoice:
    """Read a tool: a name, several, or a name with options; `auto` where none is named."""
    if isinstance(value, dict):
        options = {key: plain(one) for key, one in value.items() if key != "name"}
        return ToolChoice(_tool_names(value.get("name")), options)
    return ToolChoice(_tool_names(value))


def _tool_names(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value or AUTO]
    return tuple(dict.fromkeys(str(name) for name in names))


def plain(value: Any) -> Any:
    """Turn exact decimals into floats, for options that go to a tool as they are."""
    if isinstance(value, Fraction):
        return float(value) if value.denominator > 1 else int(value)
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items()}
    return [plain(below) for below in value] if isinstance(value, list) else value


def finish(data: Mapping[str, Any], shots: Mapping[str, Any], film: Mapping[str, Any], names: Names) -> Finish:
    """Read how takes become film; a reference that is among the shots but not in this film is none."""
    usual = Finish()
    asked = data.get("harmonise", True)
    harmonise = None if asked is False else _harmonise(asked if isinstance(asked, dict) else {}, shots, film, names)
    return Finish(
        data.get("interpolate", usual.interpolate),
        _upscale(data.get("upscale", usual.upscale.name)),
        harmonise,
        float(data.get("grain", usual.grain)),
        float(data.get("denoise", usual.denoise)),
        float(data.get("deflicker", usual.deflicker)),
        float(data.get("sharpen", usual.sharpen)),
        data.get("first", usual.first),
    )


def _upscale(data: Any) -> Upscale:
    """Read how pictures are enlarged; whoever gives settings of a model without saying so means one."""
    if not isinstance(data, dict):
        return Upscale(str(data))
    denoise = data.get("denoise")
    return Upscale(
        data.get("name", "realesrgan"),
        data.get("model", ""),
        float(data.get("fidelity", Upscale().fidelity)),
        None if denoise is None else float(denoise),
        float(data.get("stabilise", 0)),
    )


def _harmonise(data: Mapping[str, Any], shots: Mapping[str, Any], film: Mapping[str, Any], names: Names) -> Harmonise:
    reference = data.get("reference")
    named = names.own("shot", None if reference is None else str(reference), shots, "finish.harmonise.reference")
    return Harmonise(data.get("within", "look"), float(data.get("strength", 1)), named if named in film else None)


def budget(data: Mapping[str, Any]) -> Budget:
    """Read what the film may cost."""
    usd, hours = data.get("usd"), data.get("hours")
    return Budget(None if usd is None else float(usd), None if hours is None else float(hours))


def section(board: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Give the mapping `key`, empty where there is none."""
    value = board.get(key)
    return value if isinstance(value, dict) else {}
