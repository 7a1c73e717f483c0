"""A film folder as a render leaves it, small and drawn."""

import json
import shutil
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline import picks
from pipeline.cli.app import run
from pipeline.deliver.provenance import check_signer
from pipeline.deliver.provenance_certificate import Signer
from pipeline.deliver.report import report
from pipeline.media import frames as film_frames
from pipeline.model import Size, Spec
from pipeline.picks import Pick

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
        "versions": {},
        **more,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(about), "utf-8")


@pytest.fixture(scope="session")
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


@pytest.fixture
def studio(tmp_path: Path) -> Path:
    """A studio folder that is not there yet."""
    return tmp_path / "renders"


@pytest.fixture
def who(studio: Path) -> Signer:
    """The studio's own signature."""
    return check_signer(studio, {})


@pytest.fixture
def dailies(monkeypatch: pytest.MonkeyPatch):
    """Run the command line as a shell would, and give its exit code."""

    def call(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["dailies", *arguments])
        return run()

    return call


# ---------------------------------------------------------------- the page in a browser


def clip(path: Path, level: int) -> None:
    """Write a clip whose picture moves, so that a frame can be told from the next."""
    shades = np.tile(np.linspace(30, 200, 160).astype(np.uint8), (90, 1))
    frames = (np.repeat(np.roll(shades, 3 * k, axis=1)[..., None] // 2 + level, 3, axis=2) for k in range(FRAMES))
    film_frames.write(path, frames, Spec(Size(160, 90), Fraction(24), FRAMES), film_frames.TAKE)


@pytest.fixture(scope="session")
def clips(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    for number in (1, 2, 3):
        clip(folder / f"{number}.mp4", 20 * number)
    return [folder / f"{number}.mp4" for number in (1, 2, 3)]


def with_curves(take: dict) -> dict:
    points = [2.5 if 12 <= k < 24 else 0.2 for k in range(FRAMES - 1)]
    curve = {"name": "flicker", "step": 1, "points": points, "peak": 2.5, "worst": [[12, 25]]}
    calm = {"name": "shake", "step": 1, "points": [0.3] * (FRAMES - 1), "peak": 0.3, "worst": []}
    return take | {"curves": [curve, calm]}


@pytest.fixture(scope="module")
def page_folder(tmp_path_factory, clips: list[Path], desk) -> Path:
    """Three shots of three takes; `end` is missing, `bridge` was picked, `gate` has changed since the cut before."""
    folder = tmp_path_factory.mktemp("page") / "renders" / "kyoto"
    titles = [{"text": "Kyoto in autumn", "role": "headline", "start": 6, "stop": 40}]
    lines = [{"who": "Yuki", "text": {"ja": "昔は静かだった。", "en": "It was quieter then."}, "at": -0.5}]
    shots = [
        desk.shot("gate", 0, 1, titles=titles, speed="1/2", window=[2, 14], sha256="b"),
        desk.shot("bridge", 1, 2, picked_by="producer", lines=lines, warnings=["the line is long"]),
        desk.shot("end", 2, None, reason="every take was rejected"),
    ]
    versions = {"ja": {"size": [160, 90], "fps": "24/1", "frames": 144, "language": "ja", "complete": True}}
    desk.write_manifest(folder, shots, versions=versions, language="en")
    desk.write_manifest(folder / "cuts/0002", shots)
    desk.write_manifest(folder / "cuts/0001", [shots[0] | {"sha256": "a"}, *shots[1:]], cut=1)
    for one, chosen in (("gate", 1), ("bridge", 2), ("end", None)):
        takes = [with_curves(desk.take(n, rejected="dark" if one == "end" else "")) for n in (1, 2, 3)]
        desk.lay_takes(folder / "shots" / one, takes, chosen=chosen, by="score", prompt="a gate")
        for n, path in enumerate(clips, start=1):
            shutil.copy(path, folder / f"shots/{one}/take_{n}.mp4")
    shutil.copy(clips[0], folder / "film.mp4")
    picks.write(folder, {"bridge": Pick(2, 1), "gate": Pick(None, 4), "gone": Pick(7, 3)})
    report(folder)
    return folder


@pytest.fixture
def opened(browser, page_folder: Path):
    """Give a function that opens the page from its file, fresh; a word on the console is a failure."""
    contexts, said = [], []

    def open_it(viewport=None, **about):
        context = browser.new_context(
            viewport=viewport or {"width": 1280, "height": 900}, accept_downloads=True, **about
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda failure: said.append(str(failure)))
        page.goto((page_folder / "dailies.html").as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def until():
    """Give a function that waits in a page, frame by frame, until something holds.

    The page's policy forbids what Playwright does for that, to evaluate a text again and again.
    """

    def wait(page, expression: str) -> None:
        looks = "if (performance.now() > end) throw new Error('never'); await new Promise(requestAnimationFrame);"
        page.evaluate(f"async () => {{ const end = performance.now() + 10000; while (!({expression})) {{ {looks} }} }}")

    return wait
