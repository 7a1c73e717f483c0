"""`dailies interpolate`, `upscale`, `harmonise`: each finishing step alone, on any video files."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from pipeline.cli.app import app, err, out

if TYPE_CHECKING:
    from pipeline.model import ColourStats, MediaFacts, Spec
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


@app.command()
def interpolate(
    clip: Clip,
    result: Result,
    fps: Annotated[str, typer.Option("--fps", metavar="RATE", help="60, 23.976, 24000/1001 ...")],
    method: Annotated[str, typer.Option(help="flow or blend.")] = "flow",
    as_json: JsonOption = False,
) -> None:
    """Give a clip another frame rate at the same length, up or down; its sound stays.

    Example: dailies interpolate walk.mp4 walk60.mp4 --fps 60
    """
    from pipeline.model import parse_rate

    rate = _read("--fps", parse_rate, fps)
    _known(method, ("flow", "blend"), later=("rife",))
    from pipeline.finishers.interpolate import FlowInterpolation

    step = FlowInterpolation(rate, "blend" if method == "blend" else "flow")
    _tell([_finish(clip, result, lambda _: [step])], as_json=as_json)


@app.command()
def upscale(
    clip: Clip,
    result: Result,
    size: Annotated[str, typer.Option(metavar="WxH", help="1920x1080 ...")],
    method: Annotated[str, typer.Option(help="lanczos.")] = "lanczos",
    fit: Annotated[str, typer.Option(help="cover (crop what sticks out) or contain (black bars).")] = "cover",
    as_json: JsonOption = False,
) -> None:
    """Give a clip another size, larger or smaller; its sound stays.

    Example: dailies upscale walk.mp4 large.mp4 --size 1920x1080
    """
    from pipeline.model import parse_size

    goal = _read("--size", parse_size, size)
    _known(fit, ("cover", "contain"))
    _known(method, ("lanczos",), later=("realesrgan",))
    from pipeline.finishers.upscale import Lanczos

    step = Lanczos(goal, "contain" if fit == "contain" else "cover")
    _tell([_finish(clip, result, lambda _: [step])], as_json=as_json)


@app.command()
def harmonise(
    reference: Annotated[Path, typer.Argument(metavar="REFERENCE", help="The clip or picture whose colours rule.")],
    clips: Annotated[list[Path], typer.Argument(metavar="IN...", help="Video files to bring to its colours.")],
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the graded clips go.")],
    strength: Annotated[float, typer.Option(min=0.0, max=1.0, help="Part of the way, 0 to 1.")] = 1.0,
    as_json: JsonOption = False,
) -> None:
    """Bring clips to the colours of another, one steady grade a clip; their sound stays.

    Example: dailies harmonise gate.mp4 bridge.mp4 street.mp4 --out graded
    """
    results = _results(clips, folder)
    for clip, result in zip(clips, results, strict=True):
        _check(clip, result)
    rule = _colours(reference)
    _folder(folder)

    def steps(clip: Path) -> "list[Finisher]":
        from pipeline.finishers.grade import Graded
        from pipeline.vision.colour import match

        return [Graded(match(_colours(clip), rule, strength))]

    _tell([_finish(clip, result, steps) for clip, result in zip(clips, results, strict=True)], as_json=as_json)


def _read(option: str, parse: "Callable[[str], Value]", text: str) -> Value:
    """Read what was typed after an option."""
    from pipeline.errors import ProducerError

    try:
        return parse(text)
    except ValueError as failure:
        raise ProducerError(f"{option}: {failure}") from failure


def _known(name: str, here: Sequence[str], later: Sequence[str] = ()) -> None:
    """Refuse a name that is not among those here; one of `later` is a tool that this version has not."""
    from pipeline.errors import ProducerError, ToolMissing

    cure = f"choose {' or '.join(here)}"
    if name in later:
        raise ToolMissing(f"{name} is not part of this version", cure=cure)
    if name not in here:
        raise ProducerError(f"{name!r} is not known", cure=cure)


def _results(clips: Sequence[Path], folder: Path) -> list[Path]:
    from pipeline.errors import ProducerError

    results = [folder / f"{clip.stem}.mp4" for clip in clips]
    twice = {one.name for one in results if sum(one.name.lower() == other.name.lower() for other in results) > 1}
    if twice:
        message = f"two clips would both become {min(twice)}"
        raise ProducerError(message, cure="rename one, or grade them into two folders")
    return results


def _check(clip: Path, result: Path) -> None:
    """Refuse a result that would destroy its own source or cannot be written."""
    from pipeline.errors import ProducerError

    if result.suffix.lower() != ".mp4":
        raise ProducerError(f"{result.name} is no .mp4", cure="name the result .mp4")
    if result.is_dir():
        raise ProducerError(f"{result} is a folder", cure="name a file")
    if result.exists() and clip.exists() and result.samefile(clip):
        raise ProducerError(f"{result} is the source itself", cure="write to another name")


def _folder(folder: Path) -> None:
    from pipeline.errors import ProducerError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        message = f"the folder {folder} cannot be made: {failure.strerror}"
        raise ProducerError(message, cure="choose another place") from failure


def _facts(clip: Path) -> tuple["MediaFacts", "Spec"]:
    from pipeline.errors import MediaInvalid
    from pipeline.media.probe import probe

    facts = probe(clip)
    if facts.kind != "video" or facts.spec is None:
        raise MediaInvalid(f"{clip.name} is a {facts.kind}, not a video", cure="name a video file")
    return facts, facts.spec


def _colours(clip: Path) -> "ColourStats":
    """Measure colours on frames of at most 180 lines: a clip's mean and spread hardly change."""
    from pipeline.media.frames import read
    from pipeline.media.probe import probe
    from pipeline.model import Size
    from pipeline.vision.colour import stats_of
    from pipeline.vision.scale import fit, inner_size

    facts = probe(clip)
    if facts.spec is None:
        _facts(clip)
        return stats_of([])
    small = inner_size(facts.spec.size, Size(320, 180), "contain")
    frames = _shown(read(clip), facts.spec.frames, f"looking at {clip.name}")
    return stats_of(fit(frame, small, "cover") for frame in frames)


def _finish(clip: Path, result: Path, steps: "Callable[[Path], list[Finisher]]") -> Made:
    """Run a clip through finishing steps into `result`, whole or absent, with the clip's own sound."""
    from pipeline.errors import OperatorError
    from pipeline.media.frames import read

    _check(clip, result)
    facts, before = _facts(clip)
    frames, after = read(clip), before
    for step in [*_even(clip, before), *steps(clip)]:
        frames, after = step.frames(frames, after), step.spec(after)
    try:
        _write(result, _shown(frames, after.frames, result.name), after, clip if facts.has_sound else None)
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


def _shown(frames: "Iterator[Frame]", count: int, what: str) -> "Iterator[Frame]":
    """Show on stderr how many of `count` frames have passed; nothing on a pipe."""
    from rich.progress import Progress

    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        yield from progress.track(frames, total=count, description=what)


def _tell(made: Sequence[Made], *, as_json: bool) -> None:
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
