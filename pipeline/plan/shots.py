"""One shot, decided: who makes it, from what, how often, and how its takes become film."""

from dataclasses import replace

from pipeline import timeline
from pipeline.errors import StoryboardInvalid
from pipeline.model import (
    Asset,
    Estimate,
    GenerationPlan,
    Input,
    MediaFacts,
    Shot,
    ShotPlan,
    Slot,
    Spec,
    Storyboard,
)
from pipeline.plan import finishing
from pipeline.plan import takes as numbered
from pipeline.plan.asked import Desk, Has, Here, Tools, no_weights
from pipeline.plan.keys import key_of
from pipeline.plan.makers import files_of, first_that_can, foretold, weighed, wished
from pipeline.plan.spans import Span


def decided(desk: Desk, shot: Shot, slot: Slot, span: Span) -> ShotPlan:
    """Decide a shot that has takes of its own.

    Raises:
        StoryboardInvalid: with what cannot be had as asked.
        ToolMissing: its only generator is not installed.
    """
    board = desk.board
    if desk.asked.generator:  # another tool for everything makes no pictures first
        shot = replace(shot, keyframe=None)
    inputs, known = files_of(desk, shot)
    if not numbered.begins_itself(shot) and shot.last_frame is not None:  # for the frame that is not there yet
        inputs = (Input("first_frame", shot.last_frame.path, known["last_frame"].sha256), *inputs)
    wish = wished(board, shot, span, inputs, known, exact=shot.id in desk.continued)
    made, advice = first_that_can(desk, shot, wish, f"shots[{shot.index}]")
    key = key_of(desk, shot, slot)
    delivered = Spec(board.output.size, board.output.rate, span.frames)
    _enough(board, shot, made, delivered)
    numbered.pickable(board, shot, made)
    races, doubt = numbered.heat(desk, shot, made)
    made = replace(made, doubts=(*made.doubts, *doubt))
    takes = tuple(numbered.takes(board, shot, made, desk.has, desk.asked, races=races))
    cost = numbered.estimate(made, sum(not take.stored for take in takes), desk.asked.pace)
    planned = ShotPlan(
        shot,
        slot,
        made,
        delivered,
        takes,
        (),
        mezzanine=False,
        after=shot.continues,
        estimate=cost if key is None else cost.with_(key.estimate),
        first=span.first,
        spare=span.spare,
        windowed=span.spare > 0,
        speed=shot.speed,
        made=span.made(slot.head),
        heat=tuple(take.number for take in takes if races and take.number != numbered.picked(desk.asked, shot)),
        advice=advice,
        key=key,
        treated=finishing.treated(shot, made),
    )
    return finishing.finished(board, planned, _begins(key))


def _begins(key: ShotPlan | None) -> tuple[str, ...]:
    """Say from which picture a shot starts, where one is made for it."""
    if key is None:
        return ()
    name = key.generation.tool
    return (f"from the best of {len(key.takes)} by {name}" if len(key.takes) > 1 else f"from a picture by {name}",)


def cut_from(board: Storyboard, shot: Shot, slot: Slot, span: Span, source: ShotPlan) -> ShotPlan:
    """Decide a shot that shows another's take again: nothing is made for it."""
    planned = replace(
        source,
        shot=replace(shot, focus=shot.focus or source.shot.focus),
        slot=slot,
        takes=(),
        after=source.shot.id,
        estimate=Estimate(),
        first=span.first,
        spare=span.spare,
        windowed=span.spare > 0,
        made=span.made(slot.head),
        uses=source.shot.id,
        advice=(),
    )
    return finishing.finished(board, planned)


def chained(
    shot: ShotPlan,
    board: Storyboard,
    frame: Input,
    facts: MediaFacts,
    tools: Tools,
    has: Has,
    weights: Here = no_weights,
) -> ShotPlan:
    """Decide a shot once the frame it starts from is there: the last of another shot, or a picture made for it.

    Raises:
        StoryboardInvalid: the generator cannot start from that frame.
    """
    asset = Asset(f"last frame of {shot.after}" if shot.after else "key picture", frame.path)
    wanted = replace(shot.shot, first_frame=asset)
    others = [one for one in shot.generation.inputs if one.role != frame.role]
    assert shot.made is not None
    span = Span(shot.delivered.frames, shot.made.head, shot.made.frames)
    exact = any(one.continues == shot.shot.id for one in board.shots)
    wish = wished(board, wanted, span, (frame, *others), {frame.role: facts}, exact=exact)
    name = shot.generation.tool
    made = foretold(board, f"shots[{shot.shot.index}]", tools(name), weighed(wish, name, weights))
    wanted_takes = shot.takes if made.seeded else shot.takes[:1]
    takes = tuple(numbered.take_of(made, one.number, one.seed, has) for one in wanted_takes)
    return replace(shot, generation=made, takes=takes)


def _enough(board: Storyboard, shot: Shot, made: GenerationPlan, delivered: Spec) -> None:
    got = timeline.resampled(made.spec.frames, made.spec.rate * shot.speed, delivered.rate)
    if got < delivered.frames:
        missing = f"{made.generator} makes {got} of the {delivered.frames} frames this shot needs"
        cure = "make it shorter, or let `split` make it in parts"
        raise StoryboardInvalid([board.problem(f"shots[{shot.index}].seconds", f"{missing}: {cure}")])
