"""`dailies interpolate`, `upscale`, `harmonise`: each finishing step alone, on any video files."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import app
from pipeline.cli.finishing import (
    Clip,
    JsonOption,
    Result,
    check_result,
    facts_of,
    finished,
    known,
    read_option,
    shown,
    tell,
)

if TYPE_CHECKING:
    from pipeline.model import ColourStats, Size
    from pipeline.ports import Finisher
    from pipeline.vision.fitting import Fit


@app.command()
def interpolate(
    clip: Clip,
    result: Result,
    fps: Annotated[str, typer.Option("--fps", metavar="RATE", help="60, 23.976, 24000/1001 ...")],
    method: Annotated[str, typer.Option(help="flow, blend, or rife (a trained model).")] = "flow",
    as_json: JsonOption = False,
) -> None:
    """Give a clip another frame rate at the same length, up or down; its sound stays.

    Example: dailies interpolate walk.mp4 walk60.mp4 --fps 60
    """
    from pipeline.model import parse_rate

    rate = read_option("--fps", parse_rate, fps)
    known(method, ("flow", "blend", "rife"))
    tell([finished(clip, result, lambda _: [_between(rate, method)])], as_json=as_json)


def _between(rate: Fraction, method: str) -> "Finisher":
    if method == "rife":
        from pipeline.finishers.rife import Rife

        return Rife(rate)
    from pipeline.finishers.interpolate import FlowInterpolation

    return FlowInterpolation(rate, "blend" if method == "blend" else "flow")


@app.command()
def upscale(
    clip: Clip,
    result: Result,
    size: Annotated[str, typer.Option(metavar="WxH", help="1920x1080 ...")],
    method: Annotated[str, typer.Option(help="lanczos, or realesrgan (a trained model).")] = "lanczos",
    fit: Annotated[str, typer.Option(help="cover (crop what sticks out) or contain (black bars).")] = "cover",
    model: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="Which model, by name or as a file of weights.", show_default=False)
    ] = "",
    fidelity: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="How much of what a model changed is put back; 0.5.", show_default=False),
    ] = None,
    stabilise: Annotated[
        float, typer.Option(min=0, max=1, help="How much the flicker of a model's detail is steadied.")
    ] = 0.0,
    as_json: JsonOption = False,
) -> None:
    """Give a clip another size, larger or smaller; its sound stays.

    Example: dailies upscale walk.mp4 large.mp4 --size 1920x1080
    """
    from pipeline.model import Upscale, parse_size

    goal = read_option("--size", parse_size, size)
    known(fit, ("cover", "contain"))
    known(method, ("lanczos", "realesrgan"))
    settings = {"--model": model, "--fidelity": fidelity, "--stabilise": stabilise}
    if method == "lanczos":
        _refuse(settings)
        from pipeline.finishers.upscale import Lanczos

        steps: list[Finisher] = [Lanczos(goal, "contain" if fit == "contain" else "cover")]
    else:
        steps = _trained(goal, fit, model, Upscale().fidelity if fidelity is None else fidelity, stabilise)
    tell([finished(clip, result, lambda _: steps)], as_json=as_json)


def _refuse(settings: Mapping[str, object]) -> None:
    """Refuse settings of a model where none is used."""
    from pipeline.errors import ProducerError

    if given := next((name for name, value in settings.items() if value not in (None, "", 0.0)), None):
        raise ProducerError(f"{given} belongs to a trained model", cure="add --method realesrgan, or leave it out")


def _trained(goal: "Size", fit: str, model: str, fidelity: float, stabilise: float) -> "list[Finisher]":
    from pipeline.finishers.realesrgan import RealEsrgan
    from pipeline.finishers.stabilise import Stabilise

    file = Path(model) if model and Path(model).suffix and Path(model).is_file() else None
    how: Fit = "contain" if fit == "contain" else "cover"
    step = RealEsrgan(goal, how, model="" if file else model, fidelity=fidelity, weights=file)
    return [step, Stabilise(stabilise)] if stabilise else [step]


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
        check_result(clip, result)
    rule = _colours(reference)
    _folder(folder)

    def steps(clip: Path) -> "list[Finisher]":
        from pipeline.finishers.grade import Graded
        from pipeline.vision.colour import match

        return [Graded(match(_colours(clip), rule, strength))]

    tell([finished(clip, result, steps) for clip, result in zip(clips, results, strict=True)], as_json=as_json)


def _results(clips: Sequence[Path], folder: Path) -> list[Path]:
    from pipeline.errors import ProducerError

    results = [folder / f"{clip.stem}.mp4" for clip in clips]
    twice = {one.name for one in results if sum(one.name.lower() == other.name.lower() for other in results) > 1}
    if twice:
        message = f"two clips would both become {min(twice)}"
        raise ProducerError(message, cure="rename one, or grade them into two folders")
    return results


def _folder(folder: Path) -> None:
    from pipeline.errors import ProducerError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        message = f"the folder {folder} cannot be made: {failure.strerror}"
        raise ProducerError(message, cure="choose another place") from failure


def _colours(clip: Path) -> "ColourStats":
    """Measure colours on frames of at most 180 lines: a clip's mean and spread hardly change."""
    from pipeline.media.frames import read
    from pipeline.media.probe import probe
    from pipeline.model import Size
    from pipeline.vision.colour import stats_of
    from pipeline.vision.fitting import inner_size
    from pipeline.vision.scale import fit

    facts = probe(clip)
    if facts.spec is None:
        facts_of(clip)
        return stats_of([])
    small = inner_size(facts.spec.size, Size(320, 180), "contain")
    frames = shown(read(clip), facts.spec.frames, f"looking at {clip.name}")
    return stats_of(fit(frame, small, "cover") for frame in frames)
