"""The picture a shot starts from, where a picture model is to make it: pictures of its own to choose from."""

from dataclasses import replace
from fractions import Fraction

from pipeline.errors import StoryboardInvalid
from pipeline.model import Motion, Shot, ShotPlan, Slot, ToolChoice
from pipeline.plan import takes as numbered
from pipeline.plan.asked import Asked, Desk
from pipeline.plan.makers import files_of, first_that_can, wished
from pipeline.plan.spans import Span

PICTURE_MODELS = ("flux", "sdxl", "sd1.5")
"""What makes key pictures where nobody says, best first."""


def key_of(desk: Desk, shot: Shot, slot: Slot) -> ShotPlan | None:
    """Decide the pictures among which a shot's first frame is chosen; None where none are to be made.

    Raises:
        StoryboardInvalid: the picture model cannot make them.
    """
    if shot.keyframe is None:
        return None
    board, still = desk.board, still_of(shot)
    alone = replace(desk, asked=replace(desk.asked, generator=None, takes=None))
    inputs, known = files_of(desk, still)
    path = f"shots[{shot.index}].keyframe"
    made, advice = first_that_can(alone, still, wished(board, still, Span(1, 0, 1), inputs, known), path)
    if made.spec.frames != 1:
        name = made.generator.partition("@")[0]
        what = f"{name} makes clips: name a picture model, {', '.join(PICTURE_MODELS)}"
        raise StoryboardInvalid([board.problem(f"{path}.generator", what)])
    takes = tuple(numbered.takes(board, still, made, desk.has, Asked(at_most=desk.asked.at_most)))
    cost = numbered.estimate(made, sum(not take.stored for take in takes), desk.asked.pace)
    return ShotPlan(still, slot, made, made.spec, takes, (), mezzanine=False, after=None, estimate=cost, advice=advice)


def still_of(shot: Shot) -> Shot:
    """Give the shot as a still: the same scene and look, without what moves."""
    assert shot.keyframe is not None
    key = shot.keyframe
    return replace(
        shot,
        id=f"{shot.id}.key",
        generator=ToolChoice(PICTURE_MODELS, key.generator.options) if "auto" in key.generator.names else key.generator,
        takes=key.takes,
        prompt=key.prompt or shot.prompt,
        camera="",
        motion=Motion(),
        speed=Fraction(1),
        first_frame=None,
        last_frame=None,
        keyframe=None,
        race=None,
        pick=None,
        max_takes=None,
    )
