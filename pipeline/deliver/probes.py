"""Probes on the desk: a contact sheet a shot of what its takes promise, and the numbers beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.deliver import sheet
from pipeline.deliver.folder import as_json
from pipeline.deliver.words import named
from pipeline.media import frames as film_frames
from pipeline.model import Card, ShotPlan
from pipeline.store import make_folder, read_value, write_whole

FOLDER = "probes"

MOST = 999_999
"""The highest number of a take that a pick may have."""

WHOLE = {"text_to_image": "whole", "frame_by_frame": "its first picture, whole"}
"""What is shown where there is no half-drawn clip to show."""


def write(
    film: Path, shot: ShotPlan, share: float, looks: Mapping[int, tuple[Card, Path]], failed: Mapping[int, str]
) -> Path | None:
    """Write `probes/<shot>.jpg` and `.json` into a film's folder, whole; give the sheet's path, None without looks.

    `looks` are cards and strips by take, drawn to `share` (0..1) of the steps; `failed` says why others are not there.
    """
    place = make_folder(film / FOLDER)
    if not looks:  # what lies there is of other words
        for old in (place / f"{shot.shot.id}.jpg", place / f"{shot.shot.id}.json"):
            old.unlink(missing_ok=True)
        return None
    seeds = {take.number: take.seed for take in shot.takes}
    rows = [_row(number, seeds[number], *look) for number, look in looks.items()]
    rows += [sheet.Row(number, seeds[number], None, 0, None, failure=reason) for number, reason in failed.items()]
    rows.sort(key=lambda row: row.take)
    part = WHOLE.get(shot.generation.task, f"first {share:.0%} of the steps")
    told = {
        "kind": "probes/1",
        "shot": shot.shot.id,
        "generator": shot.generation.generator,
        "share": share,
        "takes": [_told(number, seeds[number], card) for number, (card, _) in sorted(looks.items())],
        "failed": [{"take": number, "reason": reason} for number, reason in sorted(failed.items())],
    }
    write_whole(place / f"{shot.shot.id}.json", as_json(told))
    whole = sheet.Sheet(
        shot.shot.id, tuple(rows), shot.shot.scene, named(shot.shot.camera), f"{shot.generation.tool}, {part}"
    )
    return sheet.save(sheet.sheet(whole), place / f"{shot.shot.id}.jpg", sheet.BYTES)


def numbers(film: Path, shot: str) -> list[int]:
    """List the takes of a shot that were probed."""
    told = next((path for path in (film / FOLDER).glob("*.json") if path.stem == shot and path.is_file()), None)
    found = (read_value(told, "takes", list) if told else None) or []
    takes = (one.get("take") for one in found if isinstance(one, dict))
    return sorted(take for take in takes if type(take) is int and 1 <= take <= MOST)


def _told(number: int, seed: int, card: Card) -> dict[str, Any]:
    gates = [one.gate for one in card.rejected]
    return {"take": number, "seed": seed, "score": round(card.score, 4), "rejected": gates}


def _row(number: int, seed: int, card: Card, strip: Path) -> sheet.Row:
    picture = film_frames.read_picture(strip)
    return sheet.Row(number, seed, card.score, card.spec.frames, picture, card.rejected, rate=card.spec.rate)
