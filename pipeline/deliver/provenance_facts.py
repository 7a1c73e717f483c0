"""What a signed film says of itself: a stable part of its manifest.json, and how another manifest differs from it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.deliver import json_values

KIND = "dailies-manifest/1"
LABEL = "org.dailies.manifest"
"""The name of our own assertion in a film's credentials."""

_LARGEST = 1 << 26
_SHOT = ("id", "take", "seed", "generator", "sha256", "frames")
_FILM = ("title", "size", "fps", "frames")


def facts_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Take from a manifest.json what stays true wherever the film goes: no path, no price, no time.

    Every value is text, a list of texts or None, so that no reader of JSON rounds a seed.
    """
    shots = [{name: _plain(shot.get(name)) for name in _SHOT} for shot in json_values.mappings(manifest.get("shots"))]
    return {**{name: _plain(manifest.get(name)) for name in _FILM}, "shots": shots}


def _plain(value: object) -> str | list[str] | None:
    if isinstance(value, list):
        return [json_values.text(str(one)) for one in value]
    return None if value is None else json_values.text(str(value))


def digest(facts: Mapping[str, Any]) -> str:
    """Give the sha256 of facts as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def assertion(manifest: Mapping[str, Any], outside: str) -> dict[str, Any]:
    """Give the data of our assertion; `outside` is the hash of those bytes that C2PA's own hash leaves out."""
    facts = facts_of(manifest)
    recipe = _plain(manifest.get("recipe"))
    return {"kind": KIND, "sha256": digest(facts), "recipe": recipe, "outside": outside, **facts}


def beside(film: Path) -> Mapping[str, Any] | None:
    """Read the manifest.json beside a film; None where there is none that can be read."""
    try:
        with (film.parent / "manifest.json").open("rb") as file:
            found = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def differences(signed: Mapping[str, Any], beside: Mapping[str, Any]) -> list[str]:
    """Say in which facts two films differ, in words such as `the seed of shot 'gate'`; empty where they agree."""
    found = [f"its {name}" for name in _FILM if signed.get(name) != beside.get(name)]
    ours, theirs = signed["shots"], beside["shots"]
    if [one["id"] for one in ours] != [one["id"] for one in theirs]:
        return [*found, "its shots"]
    return [*found, *_of_shots(ours, theirs)]


def _of_shots(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"the {name} of shot '{one['id']}'"
        for one, other in zip(ours, theirs, strict=True)
        for name in _SHOT
        if one[name] != other[name]
    ]
