"""Make the files of the example storyboards from nothing: sounds, voices, footage, pictures; the same every time.

    python storyboards/make_assets.py [BOARD ...]        all of them, or those that these boards name

What is there already is kept. Each file is made under another name and renamed, so none is ever half there.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from asset_footage import PORTRAITS, VIEWS, film, photograph
from asset_logo import draw_logo

from pipeline.media.synth import synth_bed, synth_bell
from pipeline.media.synth_place import synth_rain, synth_room, synth_wind
from pipeline.media.synth_song import synth_click, synth_jingle, synth_song, synth_theme
from pipeline.media.synth_voice import Voice, synth_voice

HERE = Path(__file__).parent
BOARDS = ("ad", "story", "music_video")
VOICES = {
    "narrator": Voice(196, 1.16, 0.06),
    "Mio": Voice(222, 1.2, 0.07, 0.98),
    "Genzo": Voice(104, 0.98, 0.1, 0.94),
    "child": Voice(300, 1.34, 0.08),
}

Make = Callable[[Path], None]


def table() -> dict[str, Make]:
    """List every file of the boards, the slow ones first, with what makes it."""
    pictures = {f"assets/music_video/{name}.mp4": partial(film, view=view) for name, view in VIEWS.items()}
    portraits = {f"assets/story/{name}.png": partial(photograph, view=view) for name, view in PORTRAITS.items()}
    sounds: dict[str, Make] = {
        "assets/music_video/song.wav": partial(synth_song, seconds=70),
        "assets/click_128.wav": partial(synth_click, seconds=61),
        "assets/story/theme.wav": partial(synth_theme, seconds=35),
        "assets/story/rain.wav": partial(synth_rain, seconds=6),
        "assets/story/wind.wav": partial(synth_wind, seconds=6),
        "assets/story/room.wav": partial(synth_room, seconds=6),
        "assets/ad/jingle.wav": partial(synth_jingle, seconds=31),
        "assets/bed.wav": partial(synth_bed, seconds=30),
        "assets/bell.wav": synth_bell,
    }
    return {**pictures, **sounds, **portraits, "assets/ad/logo.png": draw_logo, **dict(recordings())}


def recordings() -> Iterator[tuple[str, Make]]:
    """Give every recording the boards name, read by the voice of who says it."""
    for board in BOARDS:
        shots = yaml.safe_load((HERE / f"{board}.yaml").read_text("utf-8"))["shots"]
        for line in (line for shot in shots for line in shot.get("lines", [])):
            for file, text in _read_from(line):
                yield file, partial(synth_voice, text=text, voice=VOICES[line["who"]])


def _read_from(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    files, texts = line.get("file"), line["text"]
    if isinstance(files, dict):
        yield from ((file, texts[language]) for language, file in files.items())
    elif files:
        yield files, texts if isinstance(texts, str) else texts["en"]


def make(name: str) -> str:
    """Make one file, whole or not at all, and give its name."""
    path = HERE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        table()[name](unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return name


def main(boards: list[str]) -> None:
    """Make what is not there yet, as many at a time as there are processors (at most four)."""
    wanted = "".join((HERE / f"{board}.yaml").read_text("utf-8") for board in boards)
    missing = [name for name in table() if not (HERE / name).is_file() and (not boards or name in wanted)]
    if len(missing) < 2:  # no process is started for one file
        for name in missing:
            print(f"storyboards/{make(name)}")
        return
    with ProcessPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for name in pool.map(make, missing):
            print(f"storyboards/{name}")


if __name__ == "__main__":
    main(sys.argv[1:])
