"""A video file through finishing steps into another: what the commands for one step alone share."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pipeline.cli.app import err, out

if TYPE_CHECKING:
    from pipeline.model import MediaFacts, Spec
    from pipeline.ports import Finisher, Frame

Value = TypeVar("Value")
JsonOption = Annotated[bool, typer.Option("--json", help="For scripts.")]
Clip = Annotated[Path, typer.Argument(metavar="IN", help="A video file.")]
Result = Annotated[Path, typer.Argument(metavar="OUT", help="The .mp4 to write.")]


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was written, and what it is."""

    path: Path
    spec: "Spec"
    sound: bool


def read_option(option: str, parse: "Callable[[str], Value]", text: str) -> Value:
    """Read what was typed after an option."""
    from pipeline.errors import ProducerError

    try:
        return parse(text)
    except ValueError as failure:
        raise ProducerError(f"{option}: {failure}") from failure


def known(name: str, here: Sequence[str]) -> None:
    """Refuse a name that is not among those here."""
    from pipeline.errors import ProducerError

    if name not in here:
        raise ProducerError(f"{name!r} is not known", cure=f"choose {' or '.join(here)}")


def check_result(clip: Path, result: Path) -> None:
    """Refuse a result that would destroy its own source or cannot be written."""
    from pipeline.errors import ProducerError

    if result.suffix.lower() != ".mp4":
        raise ProducerError(f"{result.name} is no .mp4", cure="name the result .mp4")
    if result.is_dir():
        raise ProducerError(f"{result} is a folder", cure="name a file")
    if result.exists() and clip.exists() and result.samefile(clip):
        raise ProducerError(f"{result} is the source itself", cure="write to another name")


def facts_of(clip: Path) -> tuple["MediaFacts", "Spec"]:
    """Look at a video; what is none is refused."""
    from pipeline.errors import MediaInvalid
    from pipeline.media.probe import probe

    facts = probe(clip)
    if facts.kind != "video" or facts.spec is None:
        raise MediaInvalid(f"{clip.name} is a {facts.kind}, not a video", cure="name a video file")
    return facts, facts.spec


def finished(clip: Path, result: Path, steps: "Callable[[Path], list[Finisher]]") -> Made:
    """Run a clip through finishing steps into `result`, whole or absent, with the clip's own sound."""
    from pipeline.errors import OperatorError
    from pipeline.media.frames import read
    from pipeline.stages import through

    check_result(clip, result)
    facts, before = facts_of(clip)
    frames, after = through([*_even(clip, before), *steps(clip)], read(clip), before)
    try:
        with closing(frames):
            _write(result, shown(frames, after.frames, result.name), after, clip if facts.has_sound else None)
    except OSError as failure:
        message = f"{result} cannot be written: {failure.strerror}"
        raise OperatorError(message, cure="check that the folder is there, its rights and the disk") from failure
    return Made(result, after, facts.has_sound)


def _even(clip: Path, before: "Spec") -> "list[Finisher]":
    """Crop an odd side by one line: H.264 in yuv420p has none."""
    from pipeline.finishers.upscale import Lanczos
    from pipeline.model import Size

    even = Size(before.size.width // 2 * 2, before.size.height // 2 * 2)
    if even == before.size:
        return []
    err.print(f"{clip.name} is {before.size} in square pixels; video needs even sides, so it is cropped to {even}")
    return [Lanczos(even, "cover")]


def _write(result: Path, frames: "Iterator[Frame]", spec: "Spec", sound: Path | None) -> None:
    from os import cpu_count
    from tempfile import TemporaryDirectory

    from pipeline.media.frames import Encoding, write
    from pipeline.media.join import join

    fine = Encoding(crf=9, preset="veryfast", gop=48, bframes=0, threads=min(8, cpu_count() or 1))
    with TemporaryDirectory(dir=result.parent, prefix=".dailies-") as folder:
        picture = Path(folder) / "picture.mp4"
        write(picture, frames, spec, fine)
        heard = _sound(sound, spec, Path(folder)) if sound else None
        join([(picture, spec.frames)], result, spec, heard)


def _sound(clip: Path, spec: "Spec", folder: Path) -> Path:
    from pipeline.media.audio import mix
    from pipeline.model import PlacedCue, SoundPlan

    heard = folder / "sound.m4a"
    cue = PlacedCue(clip.absolute(), "", "clip", Fraction(0), spec.seconds)
    mix(SoundPlan(spec.seconds, (cue,), loudness=None), heard)
    return heard


def shown(frames: "Iterator[Frame]", count: int, what: str) -> "Iterator[Frame]":
    """Show on stderr how many of `count` frames have passed; nothing on a pipe."""
    from rich.progress import Progress

    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        yield from progress.track(frames, total=count, description=what)


def tell(made: Sequence[Made], *, as_json: bool) -> None:
    """Say what was written: its path on stdout, what it is on stderr; or all of it as JSON."""
    from pipeline.deliver.folder import rate_text

    if as_json:
        rows = [
            {
                "file": str(one.path),
                "size": [one.spec.size.width, one.spec.size.height],
                "fps": rate_text(one.spec.rate),
                "frames": one.spec.frames,
                "sound": one.sound,
            }
            for one in made
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for one in made:
        seconds = float(one.spec.seconds)
        err.print(f"{one.spec.size}, {one.spec.frames} frames, {one.spec.rate} fps, {seconds:.2f} s", highlight=False)
        out.print(str(one.path), soft_wrap=True, highlight=False, markup=False)
