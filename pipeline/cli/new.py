"""`dailies new`: a storyboard to start from."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import app
from pipeline.cli.giving import give
from pipeline.errors import ProducerError

PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}
MOVES = ("dolly_in", "pan_right", "tilt_up", "zoom_out", "pan_left", "crane", "orbit", "dolly_out")

HEAD = """\
# A storyboard: one film, shot by shot. Try it:
#   dailies check {name}      every mistake, with line and column
#   dailies render {name}     the film
storyboard: 1                        # the format's version
title: {title}
output: {{size: landscape-1080p, fps: 24}}      # also portrait-1080p, square-1080p, landscape-4k, or 1920x1080
open: {{type: dip_black, seconds: 1}}           # how the film begins and ends
close: {{type: dip_black, seconds: 1}}

looks:                               # words that shots share
  day: {{style: cinematic, lighting: golden_hour, negative: "blurry, text, watermark"}}

defaults:                            # what every shot has unless it says otherwise
  generator: auto                    # the best tool that is here
  takes: 3                           # the best of three is chosen; `dailies pick` chooses another
  seconds: 4
  look: day

# camera: {cameras}
# transition: cut, dissolve, dip_black, dip_white, wipe_left, wipe_right
shots:
"""

CAST = """\
cast:                                # described once, repeated wherever {heroine} stands (then in quotes)
  heroine: {description: "a woman in a red raincoat"}

"""

EXAMPLE = """\
  - id: gate
    scene: "mist between maple trees, {heroine} walks up to an old wooden gate"
    camera: dolly_in
    motion: {type: natural, amount: low, details: leaves falling}
    transition: {type: dissolve, seconds: 0.5}      # into the next shot

  - id: bridge
    scene: a red bridge over a river
    camera: a slow pan to the left   # words of your own work too
    seconds: 3

  - id: moon
    scene: the moon above dark hills
    camera: tilt_up
    lighting: moonlight              # this shot only
"""


@app.command()
def new(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Pictures: one shot each.", show_default=False)
    ] = None,
    to: Annotated[Path | None, typer.Option("--out", help="Write this file.", show_default=False)] = None,
) -> None:
    """Print a commented storyboard to start from; with a folder of pictures, one shot a picture.

    Example: dailies new pictures --out film.yaml
    """
    give(_storyboard(folder, to), to)


def _storyboard(folder: Path | None, to: Path | None) -> str:
    from pipeline.prompts import vocabulary

    title = "My film" if folder is None else _words(folder.resolve().name)
    name = "film.yaml" if to is None else to.name
    head = HEAD.format(name=name, title=json.dumps(title, ensure_ascii=False), cameras=_folded(vocabulary()["camera"]))
    if folder is None:
        return head.replace("defaults:  ", f"{CAST}defaults:  ") + EXAMPLE
    pictures = _pictures(folder)
    home = (Path.cwd() if to is None else to.parent).resolve()
    return head + "\n".join(_shot(one, number, home) for number, one in enumerate(_with_ids(pictures)))


def _folded(names: Iterable[str]) -> str:
    words = list(names)
    return ", ".join(words[:9]) + ",\n#   " + ", ".join(words[9:])


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ProducerError(f"{folder} is not a folder", cure="name a folder of pictures, or nothing")
    found = [one for one in folder.iterdir() if one.suffix.lower() in PICTURES and not one.name.startswith(".")]
    if not found:
        raise ProducerError(f"{folder} holds no pictures", cure=f"put {', '.join(sorted(PICTURES))} files into it")
    return sorted(found, key=_natural)


def _natural(path: Path) -> list[tuple[bool, int, str]]:
    return [(not digits, int(digits or 0), word) for digits, word in re.findall(r"(\d+)|(\D+)", path.name.casefold())]


def _with_ids(pictures: Sequence[Path]) -> list[tuple[str, Path]]:
    from pipeline.importing import Ids

    ids = Ids()
    return [(ids.legal(picture.stem, number, small=True), picture) for number, picture in enumerate(pictures, 1)]


def _shot(named: tuple[str, Path], number: int, home: Path) -> str:
    from pipeline.importing import clean, said, value

    name, picture = named
    if clean(picture.name) != picture.name:
        raise ProducerError(
            f"{picture.name!r} cannot be written into a storyboard", cure="give the picture another name"
        )
    real = picture.resolve()
    if not real.is_relative_to(home):
        cure = "files stay inside the storyboard's folder: use --out with a file in a folder above the pictures"
        raise ProducerError(f"{picture} is not inside {home.name or home}", cure=cure)
    file = real.relative_to(home).as_posix()
    lines = (
        f"- id: {value(name)}",
        f"  scene: {json.dumps(said(_words(picture.stem)), ensure_ascii=False)}      # what is seen, for generators",
        f"  first_frame: {json.dumps(file, ensure_ascii=False)}",
        f"  camera: {MOVES[number % len(MOVES)]}",
    )
    return "".join(f"  {line}\n" for line in lines)


def _words(stem: str) -> str:
    words = " ".join(re.sub(r"[_\-.]+", " ", unicodedata.normalize("NFC", stem)).split())
    return words if re.search(r"[^\W\d_]", words) else f"picture {words}".strip()
