"""A film folder as a render leaves it, small and drawn."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.media import frames as film_frames

FRAMES = 48


def strip(seed: int, height: int = 90) -> np.ndarray:
    """Eight thumbnails with gradients and some grain, 160 pixels wide each."""
    noise = np.random.default_rng(seed)
    wave = np.linspace(30, 200, 1280)[None, :, None] + noise.normal(0, 10, (height, 1280, 3))
    return np.ascontiguousarray(np.clip(wave + seed % 40, 0, 255).astype(np.uint8))


def take(number: int, *, rejected: str = "", start: int = 12, stop: int = 24) -> dict[str, Any]:
    reasons = [{"gate": rejected, "start": start, "stop": stop, "reason": f"it is {rejected} here"}] if rejected else []
    return {
        "take": number,
        "seed": 1000 + number,
        "score": 0.9 - number / 50,
        "rejected": [rejected] if rejected else [],
        "features": {"motion": 0.01},
        "terms": {"warp_error": 0.6, "shake": 0.1, "dark": 0.0},
        "reasons": reasons,
        "file": f"take_{number}.mp4",
        "strip": f"take_{number}.jpg",
        "rate": "24/1",
        "frames": FRAMES,
    }


def lay_takes(folder: Path, takes: list[dict[str, Any]], **more: Any) -> None:
    """Write a shot's folder: clips (placeholders), strips, scores.json."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in takes:
        (folder / one["file"]).write_bytes(b"a clip")
        film_frames.write_picture(folder / one["strip"], strip(one["take"]))
    scores = {"kind": "scores/1", "shot": folder.name, "takes": takes, **more}
    (folder / "scores.json").write_text(json.dumps(scores, ensure_ascii=False), "utf-8")


def shot(name: str, index: int, chosen: int | None, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "status": "done" if chosen else "missing",
        "take": chosen,
        "picked_by": "score" if chosen else None,
        "score": 0.8 if chosen else None,
        "seed": 1000,
        "generator": "animatic@1",
        "frames": [index * FRAMES, (index + 1) * FRAMES],
        "transition": {"type": "dissolve", "frames": 12},
        "cost_usd": 0.5,
        "compute_seconds": 2.0,
        "scene": f"the {name} at dawn",
        "camera": "dolly_in",
        "rerun": f"dailies render storyboards/kyoto.yaml --shot {name}",
        **more,
    }


def write_manifest(folder: Path, shots: list[dict[str, Any]], **more: Any) -> None:
    about = {
        "kind": "manifest/1",
        "name": folder.name,
        "title": "Kyoto: one autumn day",
        "storyboard": "storyboards/kyoto.yaml",
        "size": [1280, 720],
        "fps": "24/1",
        "frames": len(shots) * FRAMES,
        "film": "film.mp4",
        "complete": all(one["status"] == "done" for one in shots),
        "cut": 2,
        "made_at": "2026-11-21T06:12:09Z",
        "seconds_to_make": 74.2,
        "shots": shots,
        "versions": {"dailies": "0.1.0"},
        **more,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(about), "utf-8")


@pytest.fixture
def desk() -> SimpleNamespace:
    """What a folder is laid out with: strip, take, shot, lay_takes, write_manifest."""
    return SimpleNamespace(strip=strip, take=take, shot=shot, lay_takes=lay_takes, write_manifest=write_manifest)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three shots: one chosen by score with a rejected take, one picked, one missing."""
    folder = tmp_path / "renders" / "kyoto"
    reason = "every take was rejected"
    shots = [shot("gate", 0, 1), shot("bridge", 1, 2, picked_by="producer"), shot("end", 2, None, reason=reason)]
    write_manifest(folder, shots)
    lay_takes(
        folder / "shots/gate", [take(1), take(2, rejected="frozen")], chosen=1, by="score", why="take 1: steadiest"
    )
    lay_takes(
        folder / "shots/bridge", [take(1), take(2)], chosen=2, by="producer", why="take 2: picked by the producer"
    )
    lay_takes(folder / "shots/end", [take(1, rejected="dark")], chosen=None, by=None, why=reason)
    (folder / "film.mp4").write_bytes(b"a film")
    (folder / "cuts/0001").mkdir(parents=True)
    (folder / "cuts/0001/film.mp4").write_bytes(b"an older film")
    return folder
