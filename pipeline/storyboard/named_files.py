"""Which files a storyboard names, also one that does not load yet: what has to travel with it."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from pipeline.errors import MediaInvalid, StoryboardInvalid
from pipeline.model import MediaFacts
from pipeline.storyboard.assets import Assets
from pipeline.storyboard.ledger import Ledger
from pipeline.storyboard.places import Places
from pipeline.storyboard.schema import Schema, resolved, schema
from pipeline.storyboard.shorthand import in_full
from pipeline.storyboard.source_text import read_text
from pipeline.storyboard.yaml_text import TooDeepError, Values, compose, grows_too_much

FILE, SHOT = "#/$defs/file", "#/$defs/shot"
KINDS = {"array": list, "object": dict}


def named_files(board_file: Path) -> dict[str, Path]:
    """Give every file that a storyboard names, in its shots (skipped ones too), sound, brand, profiles and versions.

    Names are as written but with `/` and in NFC, without `.` and empty parts. A file that is there has its real path,
    in the storyboard's folder or in DAILIES_ASSETS; any other the path beside the storyboard where it is expected.
    Names that are never looked for (absolute, with `..` or a backslash, addresses) are left out; `load` refuses them.
    What cannot be read as YAML names nothing.
    """
    return located(board_file, names_in(board_file))


def names_in(board_file: Path) -> tuple[str, ...]:
    """Give the names that a storyboard gives to files, as written, each once."""
    return tuple(dict.fromkeys(_strings(_document(board_file), schema())))


def located(board_file: Path, names: Iterable[str]) -> dict[str, Path]:
    """Give files by their plain names, as `named_files` does."""
    found: dict[str, Path] = {}
    assets = Assets(board_file, _unprobed, Ledger(str(board_file), Places("")))
    for name in names:
        if plain := _plain(name):
            found.setdefault(plain, _found(assets, name) or assets.roots[0] / plain)
    return found


def _found(assets: Assets, name: str) -> Path | None:
    try:
        there = assets.file(name, "")
    except (OSError, RuntimeError):  # a folder that may not be read; links that lead round in a circle
        return None
    return there.path if there else None


def _unprobed(path: Path) -> MediaFacts:
    raise MediaInvalid(f"{path.name} was only listed")


def _document(board_file: Path) -> Any:
    try:
        root = compose(read_text(board_file))
    except (StoryboardInvalid, TooDeepError, yaml.YAMLError):
        return None
    return None if root is None or grows_too_much(root) else Values().of(root)


def _strings(value: Any, part: Schema) -> Iterator[str]:
    """Walk the texts that stand where the contract has a file."""
    if part.get("$ref") == FILE:
        yield from _text(value)
        return
    if part.get("$ref") == SHOT:
        yield from _of_shot(value)
    part = resolved(part)
    for branch in part.get("anyOf", ()):
        if isinstance(value, KINDS.get(str(branch.get("type")), object)):
            yield from _strings(value, branch)
    if isinstance(value, list):
        for below in value if "items" in part else ():
            yield from _strings(below, part["items"])
    elif isinstance(value, dict):
        yield from _of_keys(value, part)


def _of_keys(value: Mapping[str, Any], part: Schema) -> Iterator[str]:
    known, others = part.get("properties", {}), part.get("additionalProperties")
    for key, below in value.items():
        if key in known:
            yield from _strings(below, known[key])
        elif isinstance(others, dict):
            yield from _strings(below, others)


def _of_shot(shot: Any) -> Iterator[str]:
    """Walk what only the meaning tells to be a file: one that is picked, and the picture of a card."""
    if not isinstance(shot, dict):
        return
    yield from _text(shot.get("pick"))
    card = in_full({"shots": [{"card": shot.get("card")}]})["shots"][0].get("card")
    image = card.get("image") if isinstance(card, dict) else None
    if image != "logo":
        yield from _text(image)


def _text(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value


def _plain(name: str) -> str:
    """Give a name in one spelling; nothing where it is one that is never looked for."""
    outside = name.startswith(("/", "~")) or "\\" in name or "://" in name or name[1:3] == ":/"
    if outside or ".." in name.split("/") or any(ord(sign) < 32 for sign in name):
        return ""
    plain = unicodedata.normalize("NFC", str(PurePosixPath(name)))
    return "" if plain == "." else plain
