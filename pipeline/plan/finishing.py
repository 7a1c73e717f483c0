"""How a take becomes film, decided without its pixels: which steps, in which order, and whether all are here."""

from collections.abc import Sequence
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

UNKNOWN = 5_000_000
"""Bytes that a studio's own network is taken to have."""


def missing(board: Storyboard) -> list[Problem]:
    """List what the storyboard asks for that cannot be: a model that does something else.

    Raises:
        ToolMissing: a library or the weights of a model that is asked for by name are not on this machine.
    """
    asked = board.finish
    if asked.upscale.name == "realesrgan":
        name = asked.upscale.model or registry.ENLARGER
        known = catalog.models().get(name)
        if known is not None and known.kind != "realesrgan":
            return [
                board.problem(
                    "finish.upscale.model", f"`{name}` does not enlarge pictures; `dailies models` lists what does"
                )
            ]
        _installed("`upscale: realesrgan`", ("torch", "spandrel"))
        catalog.here(name)
    if asked.interpolate == "rife":
        _installed("`interpolate: rife`", ("torch",))
        catalog.here(registry.RIFE)
    return []


def _installed(what: str, libraries: Sequence[str]) -> None:
    lacking = [one for one in libraries if find_spec(one) is None]
    if lacking:
        raise ToolMissing(f"{what} needs a library that is not here: {', '.join(lacking)}", cure=INSTALL)


def treated(shot: Shot, made: GenerationPlan) -> bool:
    """Tell whether takes of a shot are cleaned, sharpened, enlarged by models: cards and footage as it is are not."""
    return made.tool != "card" and not (shot.source is not None and shot.source.as_is)


def worked_on(board: Storyboard, shot: Shot, made: GenerationPlan) -> bool:
    """Tell whether a take is worked on before it is cut into film: frames made between its own, noise, a model."""
    if made.spec.rate * shot.speed != board.output.rate:
        return True
    cleaned = bool(board.finish.denoise or board.finish.deflicker)
    return treated(shot, made) and (cleaned or _enlarged(board, shot, made) is not None)


def grown(upscale: Upscale, taken: Size, shown: Sequence[Size]) -> Size | None:
    """Give the size to which a model brings a take: the largest that a film shows; None where that is not larger.

    `shown` are the sizes at which films show the whole take.
    """
    if upscale.name != "realesrgan" or not shown:
        return None
    largest = max(shown, key=lambda one: one.pixels)
    return largest if largest.width > taken.width and largest.height > taken.height else None


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
    known = catalog.models().get(upscale.model or registry.ENLARGER)
    return (known.files[0].bytes if known else UNKNOWN) * SECONDS_A_BYTE


def doubts(board: Storyboard, shots: Sequence[ShotPlan]) -> list[Problem]:
    """Warn of what enlarging by a model costs where there is no GPU."""
    enlarged = [one for one in shots if _enlarged(board, one.shot, one.generation) is not None]
    if not enlarged or registry.has_gpu():
        return []
    frames = [(one.generation.spec.size, min(one.generation.spec.frames, one.delivered.frames)) for one in enlarged]
    pixels = sum(size.pixels * count for size, count in frames)
    minutes = pixels / 1e6 * _seconds(board.finish.upscale) / (cpu_count() or 1) / 60
    long = f"{minutes / 60:.0f} hours" if minutes > 120 else f"{max(1, round(minutes))} min"
    what = f"no GPU was found here: enlarging by a model takes about {long} on this processor, once"
    return [board.problem("finish.upscale", what, warning=True)]


def _enlarged(board: Storyboard, shot: Shot, made: GenerationPlan) -> Size | None:
    """Give the size to which a model brings a take for a film; None where none does."""
    if not treated(shot, made):
        return None
    shown = inner_size(made.spec.size, board.output.size, board.output.fit)
    return grown(board.finish.upscale, made.spec.size, [shown])


def told(board: Storyboard, shot: Shot, made: GenerationPlan) -> list[str]:
    """List in words what happens to a take until it is film."""
    finish, output, listed = board.finish, board.output, []
    pace = made.spec.rate * shot.speed
    if shot.speed != 1:
        listed.append(f"at {float(shot.speed):g} of its speed")
    able = treated(shot, made)
    listed += [name for name in ("denoise", "deflicker") if able and getattr(finish, name)]
    way = registry.between(finish.interpolate)
    how = "" if way == "flow" else f" by {way}"
    between = [f"{float(pace):g} to {float(output.rate):g} fps{how}"] if pace != output.rate else []
    large = _enlarged(board, shot, made)
    enlarged = []
    if large is not None:
        enlarged = [f"{finish.upscale.model or registry.ENLARGER} to {output.size}"]
    elif made.spec.size != output.size:
        enlarged = [f"lanczos to {output.size}"]
    first = large is not None and enlarges_first(
        finish, Spec(made.spec.size, pace, made.spec.frames), output.rate, large
    )
    listed += [*enlarged, *between] if first else [*between, *enlarged]
    return [*listed, *(["sharpen"] if able and finish.sharpen else [])]
