"""What few shots have: words over them and in them, cards, another shot's take, a choice already made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.model import Made, Motion, Source, ToolChoice, Use
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.brand import House, face
from pipeline.storyboard.footage import VIDEO
from pipeline.storyboard.judging import Judging, judging
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.lines import Lines
from pipeline.storyboard.settings import AUTO
from pipeline.storyboard.titles import titles

CARD = ToolChoice(("card",))
NOTHING = ToolChoice(())
"""The tool of a shot that shows another's take."""

Values = dict[str, Any]

NO_MODEL: Mapping[str, Any] = {"keyframe": None, "race": None, "loras": (), "references": ()}
"""What a shot lacks that no model makes."""


@dataclass(frozen=True, slots=True)
class Extras:
    """Reads rare keys; a class because they share the brand, the files and the language.

    `judged` is how takes are judged in every shot.
    """

    style: House
    lines: Lines
    assets: Assets
    ledger: Ledger
    judged: Judging

    def of(self, data: Mapping[str, Any], path: str) -> Values:
        """Give what a shot's rare keys make of it, by field of Shot."""
        found: Values = {}
        if _READERS.keys() & data.keys():
            for key in [key for key in _READERS if data.get(key) is not None]:
                found |= _READERS[key](self, data[key], f"{path}.{key}")
        return found


def _card(read: Extras, value: Any, path: str) -> Values:
    drawn: Values = {"generator": CARD, "takes": 1, "max_takes": None, "harmonise": False}
    still: Values = {"camera": "", "motion": Motion(), "strength": None, **NO_MODEL}
    return {"card": face(value, path, read.style, read.assets, read.ledger), **drawn, **still}


def _use(_: Extras, value: Any, __: str) -> Values:
    if not isinstance(value, dict) or "shot" not in value:
        return {}
    use = Use(str(value["shot"]), Fraction(value.get("in", 0)))
    return {"use": use, "generator": NOTHING, "takes": 1, "max_takes": None, **NO_MODEL}


def _pick(read: Extras, value: Any, path: str) -> Values:
    """Read the number of a take, or a file of one's own: footage that wins over every generator."""
    if isinstance(value, int | Fraction):
        return {"pick": int(value)}
    found = read.assets.get(value, path, VIDEO)
    if found is None:
        return {}
    instead: Values = {"source": Source(found[0], as_is=True), "generator": ToolChoice((AUTO,)), **NO_MODEL}
    return instead | dict.fromkeys(("first_frame", "last_frame", "continues", "strength"))


def _focus(_: Extras, value: Any, __: str) -> Values:
    return {"focus": (float(value.get("x", 0.5)), float(value.get("y", 0.5)))} if isinstance(value, dict) else {}


def _made(_: Extras, value: Any, __: str) -> Values:
    if not isinstance(value, dict) or "frames" not in value:
        return {}
    first = value.get("first")
    frames, head, tail = (int(value.get(key, 0)) for key in ("frames", "head", "tail"))
    return {"made": Made(frames, head, tail, None if first is None else int(first))}


_READERS: Mapping[str, Callable[[Extras, Any, str], Values]] = {
    "card": _card,
    "use": _use,
    "pick": _pick,
    "focus": _focus,
    "made": _made,
    "speed": lambda _, value, __: {"speed": Fraction(value)},
    "score": lambda read, value, _: judging({"score": value}, read.judged).values(),
    "lines": lambda read, value, path: {"lines": read.lines.of(value, path)},
    "titles": lambda read, value, path: {
        "titles": titles(value, path, read.lines.tongue, read.lines.font, read.ledger)
    },
}
"""What a key adds to its shot."""
