"""The previz: camera moves over pictures, footage conformed, and panels drawn from the words of a scene.

Needs no GPU, no weights and no network, and is quick: it is the demo, the draft and the test double at once.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from pipeline.errors import ToolFailed
from pipeline.generators import animatic_wish as wishes
from pipeline.model import GenerationPlan, Order, TakeResult, Wish
from pipeline.ports import LAST, Frame, Judge, Problems, Tell

Views = Iterator[npt.NDArray[np.uint8]]


class Animatic:
    """Draws previz takes. A class because the port asks for one; it holds no state."""

    name: ClassVar[str] = "animatic"
    version: ClassVar[int] = 2

    def plan(self, wish: Wish) -> GenerationPlan | Problems:
        """Decide what will be made; opens nothing.

        A `source` is conformed, one picture is filmed by a moving camera, two are passed between, none is drawn.
        Options: `label` (bool), `blemish` ({take: fault}).
        """
        problems = wishes.option_problems(wish.options)
        clip = next((one for one in wish.inputs if one.role == "source"), None)
        pictures = wishes.pictures_of(wish)
        if clip is None:
            problems += wishes.picture_problems(wish.facts, pictures)
        refused = wishes.refused(problems)
        if refused is not None:
            return refused
        if clip is not None and wish.shot.source is not None:
            from pipeline.generators.animatic_conform import conform

            made = conform(wish, wish.shot.source, clip)
        else:
            made = wishes.moving(wish, pictures)
        return replace(made, generator=f"{self.name}@{self.version}") if isinstance(made, GenerationPlan) else made

    def generate(self, orders: Sequence[Order], work: Path, judge: Judge, tell: Tell) -> Iterator[TakeResult]:  # noqa: ARG002 - the port's signature; drawing needs neither
        """Draw the takes, streaming frame by frame into the encoder.

        Beside a labelled take lies `<take>.last.png`: its last frame without the lower third, for shots that go on
        from it.

        Raises:
            ToolFailed: a folder is not there or the disk refuses.
            MediaInvalid: a picture or clip cannot be read.
        """
        for place, order in enumerate(orders):
            started = time.monotonic()
            _write(order, _telling(tell, place, len(orders)))
            spent = time.monotonic() - started
            yield TakeResult(order, spent, provenance={"tool": order.plan.generator, "task": order.plan.task})


def _telling(tell: Tell, place: int, count: int) -> Callable[[float], None]:
    return lambda share: tell((place + share) / count)


def clean_last(out: Path) -> Path:
    """Say where the last frame of a labelled take lies without its label."""
    return out.with_suffix(LAST)


def _write(order: Order, tell: Callable[[float], None]) -> None:
    from pipeline.media import frames as media

    if not order.out.parent.is_dir():
        raise ToolFailed(f"there is no folder {order.out.parent} to write the take into", cure="make the folder")
    aside = clean_last(order.out)
    try:
        media.write(order.out, _frames(order, aside, tell), order.plan.spec, media.TAKE)
    except BaseException:
        order.out.unlink(missing_ok=True)
        aside.unlink(missing_ok=True)
        raise
    tell(1.0)


def _frames(order: Order, aside: Path, tell: Callable[[float], None]) -> Iterator[Frame]:
    """Stream the finished frames: views with their planted fault, under the lower third."""
    from pipeline.vision import blemish, lower_third

    plan, total = order.plan, order.plan.spec.frames
    if plan.task == "conform" and not plan.levers.get("label") and not plan.levers.get("blemish"):
        yield from _footage(order, tell)
        return
    fault = plan.levers.get("blemish", {}).get(str(order.take), "")
    strip, words = None, plan.levers.get("label")
    if words:
        size = (plan.spec.size.width, plan.spec.size.height)
        strip = lower_third.lower_third(
            size, words["shot"], words["scene"], plan.levers.get("camera", ""), words["camera"]
        )
    for place, view in enumerate(blemish.planted(views(order), fault, total, order.seed)):
        if strip is not None:
            if place == total - 1:
                _keep(aside, view)
            lower_third.lay_over(view, strip)
        yield lower_third.frame_of(view)
        if place % 8 == 0:
            tell(place / total)


def _footage(order: Order, tell: Callable[[float], None]) -> Iterator[Frame]:
    """Stream footage over which nothing lies as it is: a view of each frame would be a copy more."""
    from pipeline.generators import animatic_conform

    total = order.plan.spec.frames
    for place, frame in enumerate(animatic_conform.footage(order.plan, order.plan.inputs[0].path)):
        yield frame
        if place % 8 == 0:
            tell(place / total)


def _keep(aside: Path, view: npt.NDArray[np.uint8]) -> None:
    from pipeline.media import frames as media
    from pipeline.vision import lower_third

    media.write_picture(aside, lower_third.frame_of(view))


def views(order: Order) -> Views:
    """Stream the bare views of a take, RGBA (H, W, 4): no planted fault, no lower third."""
    return _TASKS[order.plan.task](order)


def _drawn(order: Order) -> Views:
    from pipeline.vision import camera, panel

    plan, levers = order.plan, order.plan.levers
    size = (plan.spec.size.width, plan.spec.size.height)
    painted = panel.paint(plan.prompt, levers["motion"], levers["lighting"], levers["style"], order.seed, size)
    for u, seconds in _moments(plan):
        pose = camera.pose(_move(levers), levers["amount"], u, seconds, order.seed)
        yield panel.film(painted, pose, seconds * levers["pace"])


def _move(levers: Mapping[str, Any]) -> str:
    return "alive" if levers["alive"] else str(levers["camera"])


def _picture(order: Order) -> Views:
    from pipeline.vision import camera, scale

    plan, levers = order.plan, order.plan.levers
    size = (plan.spec.size.width, plan.spec.size.height)
    move = _move(levers)
    stand = camera.whole_pose if levers["whole"] else camera.pose
    poses = [stand(move, levers["amount"], u, seconds, order.seed) for u, seconds in _moments(plan)]
    if plan.seeded and not levers["whole"] and move != "static":
        poses = [camera.framed(one, order.seed) for one in poses]
    share = 0.5 * camera.own_reach(order.seed)
    picture = _read(plan, 0)
    if "focus" in levers:
        picture = scale.around(picture, plan.spec.size, tuple(levers["focus"]))
    prepared = camera.still(picture, size, poses, each=levers["whole"], share=share)
    for pose in poses:
        yield camera.seen(prepared, pose, size)


def _goal(order: Order) -> Views:
    from pipeline.vision import morph, scale

    plan = order.plan
    first, last = (scale.fit(_read(plan, one), plan.spec.size) for one in (0, 1))
    way = morph.passage(first, last)
    for u, _ in _moments(plan):
        yield morph.between(way, u)


def _conform(order: Order) -> Views:
    from pipeline.generators import animatic_conform
    from pipeline.vision import lower_third

    for frame in animatic_conform.footage(order.plan, order.plan.inputs[0].path):
        yield lower_third.view_of(frame)


_TASKS: dict[str, Callable[[Order], Views]] = {
    "drawn": _drawn,
    "picture": _picture,
    "goal": _goal,
    "conform": _conform,
}


def _moments(plan: GenerationPlan) -> Iterator[tuple[float, float]]:
    """Give each frame's place in the move, 0..1, and its seconds."""
    last = max(plan.spec.frames - 1, 1)
    for place in range(plan.spec.frames):
        yield place / last, float(place / plan.spec.rate)


def _read(plan: GenerationPlan, place: int) -> Any:
    from pipeline.media import frames as media

    return media.read_picture(plan.inputs[place].path)
