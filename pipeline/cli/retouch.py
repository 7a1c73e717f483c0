"""`dailies retouch`: noise, flicker, edges, grain and bars, on any video file."""

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.app import app
from pipeline.cli.finishing import Clip, JsonOption, Result, finished, read_option, tell

if TYPE_CHECKING:
    from pipeline.ports import Finisher


@app.command()
def retouch(
    clip: Clip,
    result: Result,
    denoise: Annotated[float, typer.Option(min=0, max=1, help="Noise taken away.")] = 0.0,
    deflicker: Annotated[float, typer.Option(min=0, max=1, help="Pumping brightness evened out.")] = 0.0,
    stabilise: Annotated[float, typer.Option(min=0, max=1, help="Boiling detail steadied.")] = 0.0,
    sharpen: Annotated[float, typer.Option(min=0, max=1, help="Edges made crisper.")] = 0.0,
    grain: Annotated[float, typer.Option(min=0, max=1, help="Film grain.")] = 0.0,
    letterbox: Annotated[
        str, typer.Option(metavar="SHAPE", help="Bars around a picture of this shape: 2.39, 4:3.", show_default=False)
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Clean and dress a clip, in the order of the options; its size, rate and sound stay.

    Example: dailies retouch walk.mp4 clean.mp4 --denoise 0.5 --letterbox 2.39
    """
    from pipeline import registry
    from pipeline.errors import ProducerError

    strengths = {"denoise": denoise, "deflicker": deflicker, "stabilise": stabilise, "sharpen": sharpen, "grain": grain}
    steps: list[Finisher] = [
        registry.load("finishers", name)(strength) for name, strength in strengths.items() if strength
    ]
    if letterbox:
        steps.append(registry.load("finishers", "letterbox")(read_option("--letterbox", shape, letterbox)))
    if not steps:
        raise ProducerError("nothing is to be done", cure="say what, for example --denoise 0.5; --help lists it all")
    tell([finished(clip, result, lambda _: steps)], as_json=as_json)


def shape(text: str) -> Fraction:
    """Read a picture's shape, width by height.

    Raises:
        ValueError: it is none.
    """
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)(?:[:/x](\d+(?:\.\d+)?))?", text.strip())
    if parts is None or not Fraction(parts[2] or 1):
        raise ValueError(f"{text!r} is no shape; write one such as 2.39, or 4:3")
    return Fraction(parts[1]) / Fraction(parts[2] or 1)
