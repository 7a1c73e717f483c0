"""Cards: a plain ground, a picture in its middle; the words on them are titles, drawn with the film."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import ClassVar

from pipeline.errors import ToolFailed
from pipeline.model import GenerationPlan, Input, Order, TakeResult, Wish
from pipeline.ports import Frame, Judge, Problems, Tell

_FROM_THE_PLAN = frozenset({"head", "tail"})


class Card:
    """Draws cards. A class because the port asks for one; it holds no state."""

    name: ClassVar[str] = "card"
    version: ClassVar[int] = 1

    def plan(self, wish: Wish) -> GenerationPlan | Problems:
        """Decide what will be made, at the film's own size and rate; opens nothing.

        The picture comes as the input `image`. Every seed gives the same card, so there is one take. No options.
        """
        problems = _problems(wish)
        if problems or wish.shot.card is None:
            return Problems(problems)
        return GenerationPlan(
            generator=f"{self.name}@{self.version}",
            task="card",
            prompt="",
            negative="",
            spec=wish.spec,
            inputs=_images(wish),
            levers={"ground": list(wish.shot.card.ground), "middle": wish.shot.card.middle},
            seeded=False,
            compute_seconds=0.3 + wish.spec.frames * wish.spec.size.pixels * 1.5e-8,
        )

    def generate(self, orders: Sequence[Order], work: Path, judge: Judge, tell: Tell) -> Iterator[TakeResult]:  # noqa: ARG002 - the port's signature; drawing needs neither
        """Draw the takes.

        Raises:
            ToolFailed: a folder is not there or the disk refuses.
            MediaInvalid: the picture cannot be read.
        """
        for place, order in enumerate(orders):
            started = time.monotonic()
            _write(order, _telling(tell, place, len(orders)))
            spent = time.monotonic() - started
            yield TakeResult(order, spent, provenance={"tool": order.plan.generator, "task": order.plan.task})


def _telling(tell: Tell, place: int, count: int) -> Callable[[float], None]:
    return lambda share: tell((place + share) / count)


def _images(wish: Wish) -> tuple[Input, ...]:
    return tuple(one for one in wish.inputs if one.role == "image")


def _problems(wish: Wish) -> list[tuple[str, str]]:
    """List what cannot be: no card, an option, a picture that is none or is not there."""
    face = wish.shot.card
    if face is None:
        return [("card", "the generator `card` makes only cards: write `card: {background: ground}`")]
    found = [
        ("generator", f"card has no option `{name}`: leave it out")
        for name in wish.options
        if name not in _FROM_THE_PLAN
    ]
    if not all(isinstance(one, int) and 0 <= one <= 255 for one in face.ground):
        found.append(("card", f"the background {face.ground} is no colour: R, G and B are 0 to 255"))
    images = _images(wish)
    if face.image is not None and not images:
        found.append(("card", f"the picture {face.image.name} did not reach the generator: check its path"))
    found += [
        ("card", f"{one.path.name} is a {wish.facts[one.role].kind}: a picture is needed here, best a PNG")
        for one in images
        if one.role in wish.facts and wish.facts[one.role].kind != "picture"
    ]
    return found


def _write(order: Order, tell: Callable[[float], None]) -> None:
    from pipeline.media import frames as media

    if not order.out.parent.is_dir():
        raise ToolFailed(f"there is no folder {order.out.parent} to write the take into", cure="make the folder")
    try:
        media.write(order.out, _frames(order, tell), order.plan.spec, media.TAKE)
    except BaseException:
        order.out.unlink(missing_ok=True)
        raise
    tell(1.0)


def _frames(order: Order, tell: Callable[[float], None]) -> Iterator[Frame]:
    total = order.plan.spec.frames
    for place, frame in enumerate(repeat(_drawn(order.plan), total)):
        yield frame
        if place % 24 == 0:
            tell(place / total)


def _drawn(plan: GenerationPlan) -> Frame:
    from pipeline.media.cutout import read_cutout
    from pipeline.vision import card

    red, green, blue = plan.levers["ground"]
    if not plan.inputs:
        return card.plain(plan.spec.size, (red, green, blue))
    picture, opacity = read_cutout(plan.inputs[0].path)
    return card.card(plan.spec.size, (red, green, blue), picture, opacity, plan.levers["middle"])
