"""The picture a shot starts from, where a picture model is to make it: pictures of its own to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.errors import Problem, StoryboardInvalid
from pipeline.generators import catalog
from pipeline.model import Motion, Shot, ShotPlan, Slot, Storyboard
from pipeline.plan import takes as numbered
from pipeline.plan.asked import Asked, Desk
from pipeline.plan.makers import files_of, first_that_can, wished
from pipeline.plan.spans import Span
from pipeline.storyboard.making import PICTURE_MODELS


def key_of(desk: Desk, shot: Shot, slot: Slot) -> ShotPlan | None:
    """Decide the pictures among which a shot's first frame is chosen; None where none are to be made.

    Raises:
        StoryboardInvalid: the picture model cannot make them.
    """
    if shot.keyframe is None:
        return None
    board, still = desk.board, still_of(shot)
    path = f"shots[{shot.index}].keyframe"
    _makes_pictures(board, still.generator.names, f"{path}.generator")
    alone = replace(desk, asked=replace(desk.asked, generator=None, takes=None))
    inputs, known = files_of(desk, still)
    made, advice = first_that_can(alone, still, wished(board, still, Span(1, 0, 1), inputs, known), path)
    if made.spec.frames != 1:
        raise StoryboardInvalid([_clips(board, made.tool, f"{path}.generator")])
    takes = tuple(numbered.takes(board, still, made, desk.has, Asked()))
    cost = numbered.estimate(made, sum(not take.stored for take in takes), desk.asked.pace)
    return ShotPlan(still, slot, made, made.spec, takes, (), mezzanine=False, after=None, estimate=cost, advice=advice)


def _makes_pictures(board: Storyboard, names: Sequence[str], path: str) -> None:
    models = catalog.models()
    if all(name in models and "text_to_image" not in models[name].calls for name in names):
        raise StoryboardInvalid([_clips(board, names[0], path)])


def _clips(board: Storyboard, name: str, path: str) -> Problem:
    return board.problem(path, f"{name} makes clips: name a picture model, {', '.join(PICTURE_MODELS)}")


def still_of(shot: Shot) -> Shot:
    """Give the shot as a still: the same scene and look, without what moves, and without LoRAs of another model."""
    assert shot.keyframe is not None
    key = shot.keyframe
    return replace(
        shot,
        id=f"{shot.id}.key",
        generator=key.generator,
        takes=key.takes,
        prompt=key.prompt or shot.prompt,
        camera="",
        motion=Motion(),
        speed=Fraction(1),
        first_frame=None,
        last_frame=None,
        keyframe=None,
        loras=(),
        race=None,
        pick=None,
        max_takes=None,
    )
