"""Profiles and versions laid over a storyboard: mappings are merged, everything else replaces."""

from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.errors import ProducerError
from pipeline.storyboard.places import Step
from pipeline.storyboard.words import missing_name

Steps = tuple[Step, ...]
Origins = dict[Steps, Steps]
"""Where values stand that were laid over others: path in the board -> path in the file."""

ALTERNATIVES = (("seconds", "frames", "beats"), ("target_seconds", "target_beats"))
"""Keys of which one takes the others' place."""

WHOLE = frozenset(("generator", "open", "close", "transition", "race"))
"""Mappings that are replaced, not merged: their keys belong to their name, or to each other."""


def laid_over(board: Mapping[str, Any], over: Mapping[str, Any], at: Steps, origins: Origins) -> dict[str, Any]:
    """Give the board with `over`, which stands at `at` in the file, laid over it; `origins` grows by what moved."""
    return _merged(board, over, (), at, origins)


def _merged(
    below: Mapping[str, Any], over: Mapping[str, Any], here: Steps, at: Steps, origins: Origins
) -> dict[str, Any]:
    merged = dict(below)
    for key, value in over.items():
        for other in _alternatives(key):
            merged.pop(other, None)
        before = merged.get(key)
        if isinstance(value, dict) and isinstance(before, dict) and key not in WHOLE:
            merged[key] = _merged(before, value, (*here, key), (*at, key), origins)
        else:
            merged[key] = value
            _forget(origins, (*here, key))
            origins[(*here, key)] = (*at, key)
    return merged


def _alternatives(key: str) -> Iterable[str]:
    return [other for group in ALTERNATIVES if key in group for other in group if other != key]


def _forget(origins: Origins, path: Steps) -> None:
    for known in [known for known in origins if known[: len(path)] == path]:
        del origins[known]


def chosen(kind: str, name: str, known: Iterable[str], file: str) -> None:
    """Refuse a name that the storyboard does not know.

    Raises:
        ProducerError: with the near one, or those there are.
    """
    names = list(known)
    if name not in names:
        cure = f"write it under `{kind}s`, or leave --{kind} out"
        raise ProducerError(f"{file}: {missing_name(kind, name, names)}", cure=cure)
