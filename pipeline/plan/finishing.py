"""How a take becomes film, decided without its pixels: which steps, in which order, and whether all are here."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from os import cpu_count

from pipeline import registry
from pipeline.errors import Problem, ToolMissing
from pipeline.finishers import catalog
from pipeline.model import Finish, GenerationPlan, Shot, ShotPlan, Size, Spec, Storyboard, Upscale
from pipeline.vision.fitting import inner_size

INSTALL = "pip install 'dailies[finish]'"

SECONDS = {"flow": 0.09, "rife": 5.4}
"""Processor seconds a megapixel of one made frame costs (docs/benchmarks.md); only their ratios decide an order."""

SECONDS_A_BYTE = 1e-5
"""Processor seconds a megapixel costs a network that enlarges, by byte of its weights: each is used once a pixel."""

LEAST = 1.2
"""Times a take's width from which on a model enlarges it: below that there is no detail to be had."""

UNKNOWN = 5_000_000
"""Bytes that a studio's own network is taken to have."""


def missing(board: Storyboard) -> list[Problem]:
    """List what the storyboard asks for that cannot be: a model that does something else.

    Raises:
        ToolMissing: a library or the weights of a model that is asked for by name are not on this machine.
    """
    asked = board.finish
    if asked.upscale.name == "realesrgan":
        name = asked.upscale.model or catalog.ENLARGER
        known = catalog.models().get(name)
        if known is not None and known.kind != "realesrgan":
            return [
                board.problem(
                    "finish.upscale.model", f"`{name}` does not enlarge pictures; `dailies models` lists what does"
                )
            ]
        _installed("`upscale: realesrgan`", ("torch", "spandrel"))
        file = catalog.here(name)
        if file.suffix == ".bin" and not file.with_suffix(".param").is_file():
            raise ToolMissing(f"{file.name} needs its graph beside it", cure=f"copy its .param into {file.parent}")
        if asked.upscale.denoise != 1:
            catalog.second(name)
    if asked.interpolate == "rife":
        _installed("`interpolate: rife`", ("torch",))
        catalog.here(catalog.RIFE)
    return []


def _installed(what: str, libraries: Sequence[str]) -> None:
    lacking = [one for one in libraries if find_spec(one) is None]
    if lacking:
        raise ToolMissing(f"{what} needs a library that is not here: {', '.join(lacking)}", cure=INSTALL)


def treated(shot: Shot, made: GenerationPlan) -> bool:
    """Tell whether takes of a shot are cleaned, sharpened, enlarged by models: cards and footage as it is are not."""
    return made.tool != "card" and not (shot.source is not None and shot.source.as_is)


def finished(board: Storyboard, shot: ShotPlan, begins: Sequence[str] = ()) -> ShotPlan:
    """Give a shot's plan with how its takes become film; `begins` is told before all steps.

    Its takes are worked on before they are cut into film where frames are made between theirs, noise or flicker goes,
    or a model enlarges them.
    """
    at = shot.generation.spec.rate * shot.speed
    between = at != board.output.rate
    large = _enlarged(board, shot)
    cleaned = bool(board.finish.denoise or board.finish.deflicker)
    return replace(
        shot,
        steps=(*begins, *_told(board, shot, large)),
        mezzanine=between or (shot.treated and (cleaned or large is not None)),
        trained=large is not None or (between and way(board.finish, shot) == "rife"),
    )


def way(finish: Finish, shot: ShotPlan) -> str:
    """Give how frames are made between a take's frames: by no model where a take is to stay as it is."""
    if shot.treated:
        return registry.between(finish.interpolate)
    return "flow" if finish.interpolate in {"auto", "rife"} else finish.interpolate


def grown(upscale: Upscale, taken: Size, shown: Sequence[Size]) -> Size | None:
    """Give the size to which a model brings a take: the largest that a film shows; None where that is hardly larger.

    `shown` are the sizes at which films show the whole take.
    """
    if upscale.name != "realesrgan" or not shown:
        return None
    largest = max(shown, key=lambda one: one.pixels)
    return largest if largest.width >= LEAST * taken.width else None


def enlarges_first(finish: Finish, before: Spec, rate: Fraction, large: Size) -> bool:
    """Tell whether a model enlarges a take of `before` before frames are made between its frames for `rate`.

    Whatever costs fewer seconds: enlarging fewer frames, or making smaller ones.
    """
    if finish.first != "auto":
        return finish.first == "upscale"
    enlarging = _seconds(finish.upscale) * before.size.pixels
    between = SECONDS.get(registry.between(finish.interpolate), 0.0) * max(0.0, 1 - float(before.rate / rate))
    pace = float(rate / before.rate)
    return enlarging + between * pace * large.pixels < enlarging * pace + between * pace * before.size.pixels


def _seconds(upscale: Upscale) -> float:
    """Give the processor seconds a megapixel of a take costs a model."""
    known = catalog.models().get(upscale.model or catalog.ENLARGER)
    return (known.files[0].bytes if known else UNKNOWN) * SECONDS_A_BYTE


def doubts(board: Storyboard, shots: Sequence[ShotPlan]) -> list[Problem]:
    """Warn of settings of a model where none is used, and of what enlarging by one costs where there is no GPU."""
    asked, path = board.finish.upscale, "finish.upscale"
    if asked.name == "lanczos" and asked != Upscale():
        return [board.problem(path, "its settings belong to a model; write `name: realesrgan`", warning=True)]
    enlarged = [one for one in shots if _enlarged(board, one) is not None]
    if not enlarged or registry.has_gpu():
        return []
    frames = [(one.generation.spec.size, min(one.generation.spec.frames, one.delivered.frames)) for one in enlarged]
    pixels = sum(size.pixels * count for size, count in frames)
    minutes = pixels / 1e6 * _seconds(asked) / (cpu_count() or 1) / 60
    long = f"{minutes / 60:.0f} hours" if minutes > 120 else f"{max(1, round(minutes))} min"
    what = f"no GPU was found here: enlarging by a model takes about {long} on this processor, once"
    return [board.problem(path, what, warning=True)]


def _enlarged(board: Storyboard, shot: ShotPlan) -> Size | None:
    """Give the size to which a model brings a take for a film; None where none does."""
    taken = shot.generation.spec.size
    shown = inner_size(taken, board.output.size, board.output.fit)
    return grown(board.finish.upscale, taken, [shown]) if shot.treated else None


def _told(board: Storyboard, shot: ShotPlan, large: Size | None) -> list[str]:
    """List in words what happens to a take until it is film; a model brings it to size `large`, if any."""
    finish, output, taken = board.finish, board.output, shot.generation.spec
    pace = taken.rate * shot.speed
    listed = [f"at {float(shot.speed):g} of its speed"] if shot.speed != 1 else []
    listed += [name for name in ("denoise", "deflicker") if shot.treated and getattr(finish, name)]
    between, enlarged = [], []
    if pace != output.rate:
        name = way(finish, shot)
        between = [f"{float(pace):g} to {float(output.rate):g} fps" + ("" if name == "flow" else f" by {name}")]
    if large is not None:
        enlarged = [f"{finish.upscale.model or catalog.ENLARGER} to {output.size}"]
    elif taken.size != output.size:
        enlarged = [f"lanczos to {output.size}"]
    first = large is not None and enlarges_first(finish, replace(taken, rate=pace), output.rate, large)
    listed += [*enlarged, *between] if first else [*between, *enlarged]
    return [*listed, *(["sharpen"] if shot.treated and finish.sharpen else [])]
