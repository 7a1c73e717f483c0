"""What a producer may write beside a model's name: `generator: {name: wan2.2-t2v, steps: 30}`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pipeline.generators.weights import NAME
from pipeline.model import Size, parse_size

_FROM_THE_PLAN = frozenset({"head", "tail"})
ATTENTION = ("native", "flash", "sage", "xformers", "flex")
CACHES = ("first_block", "pyramid")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: what it takes, in words, and a test of a value."""

    words: str
    accepts: Callable[[Any], bool]


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(least: float, most: float) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        try:
            return not isinstance(value, bool | str) and least <= float(value) <= most
        except (TypeError, ValueError, OverflowError):
            return False

    return accepts


def _size(value: Any) -> bool:
    try:
        parse_size(str(value))
    except ValueError:
        return False
    return True


def _one_of(*names: str) -> Option:
    return Option(f"one of {', '.join(names)}", lambda value: value in names)


def _name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None and ".." not in value


OPTIONS: Mapping[str, Option] = {
    "model": Option("a hub id such as owner/name, or a folder inside the models folder", _name),
    "path": Option("a folder inside the models folder", _name),
    "steps": Option("a whole number of steps, 1 to 200", _whole(1, 200)),
    "guidance": Option("a number, 0 to 30", _number(0, 30)),
    "size": Option("a size such as 832x480", _size),
    "noise": Option("a number, 0 to 1: how far the first frame may be left", _number(0, 1)),
    "references": Option("a number, 0 to 1: how strongly reference pictures count", _number(0, 1)),
    "crf": Option("a whole number, 0 (lossless) to 30: how finely takes are stored", _whole(0, 30)),
    "dtype": _one_of("bfloat16", "float16", "float32"),
    "compile": Option("true or false", lambda value: isinstance(value, bool)),
    "attention": _one_of(*ATTENTION),
    "store": _one_of("fp8"),
    "cache": _one_of(*CACHES),
    "device": _one_of("auto", "cuda", "mps", "cpu"),
}
"""`compile`, `attention`, `store` (weights kept in 8 bits) and `cache` (steps skipped) trade sameness for speed."""

LEVERS = ("compile", "attention", "store", "cache")


def option_problems(name: str, options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List what is wrong with the options written beside the model `name`."""
    found = []
    for key, value in options.items():
        if key in _FROM_THE_PLAN:
            continue
        option = OPTIONS.get(key)
        if option is None:
            near = get_close_matches(str(key), OPTIONS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"it knows {', '.join(OPTIONS)}"
            found.append(("generator", f"{name} has no option `{key}`: {hint}"))
        elif not option.accepts(value):
            found.append(("generator", f"{key}: {value!r} is not {option.words}"))
    if "model" in options and "path" in options:
        found.append(("generator", "`model` and `path` both name the weights; keep one"))
    return found


def asked_size(options: Mapping[str, Any]) -> Size | None:
    """Give the size that the producer asked for."""
    return parse_size(str(options["size"])) if "size" in options else None
