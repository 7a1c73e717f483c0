"""One shot, decided: who makes it, from what, how often, and how its takes become film."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import prompts, recommend, timeline
from pipeline.errors import ProducerError, StoryboardInvalid, ToolMissing
from pipeline.generators import weights as known_weights
from pipeline.model import (
    Asset,
    Estimate,
    GenerationPlan,
    Input,
    MediaFacts,
    Recipe,
    Shot,
    ShotPlan,
    Slot,
    Spec,
    Storyboard,
    TakePlan,
    Wish,
)
from pipeline.plan.asked import Asked, Desk, Has, Here, Tools, assets, no_weights
from pipeline.plan.spans import Span
from pipeline.ports import Generator

BYTES_PER_PIXEL = 0.02
"""Disk of a stored take, per pixel and frame: measured on animatic takes at crf 12."""


def decided(desk: Desk, shot: Shot, slot: Slot, span: Span) -> ShotPlan:
    """Decide a shot that has takes of its own.

    Raises:
        StoryboardInvalid: with what cannot be had as asked.
        ToolMissing: its only generator is not installed.
    """
    board = desk.board
    files = assets(shot)
    inputs = tuple(Input(role, asset.path, desk.facts[asset.path].sha256) for role, asset in files.items())
    known = {role: desk.facts[asset.path] for role, asset in files.items()}
    if shot.continues is not None and shot.last_frame is not None:  # stands in for the frame that is not there yet
        inputs = (Input("first_frame", shot.last_frame.path, known["last_frame"].sha256), *inputs)
    wish = wished(board, shot, span, inputs, known, exact=shot.id in desk.continued)
    made, advice = _first_that_can(desk, shot, wish)
    delivered = Spec(board.output.size, board.output.rate, span.frames)
    _enough(board, shot, made, delivered)
    _pickable(board, shot, made)
    takes = tuple(_takes(board, shot, made, desk.has, desk.asked))
    missing = [take for take in takes if not take.stored]
    return ShotPlan(
        shot,
        slot,
        made,
        delivered,
        takes,
        tuple(steps(board, shot, made)),
        mezzanine(board, shot, made),
        shot.continues,
        _estimate(made, len(missing), desk.asked.pace),
        span.first,
        span.spare,
        windowed=span.spare > 0,
        speed=shot.speed,
        made=span.made(slot.head),
        advice=advice,
    )


def cut_from(board: Storyboard, shot: Shot, slot: Slot, span: Span, source: ShotPlan) -> ShotPlan:
    """Decide a shot that shows another's take again: nothing is made for it."""
    return replace(
        source,
        shot=replace(shot, focus=shot.focus or source.shot.focus),
        slot=slot,
        takes=(),
        steps=tuple(steps(board, source.shot, source.generation)),
        after=source.shot.id,
        estimate=Estimate(),
        first=span.first,
        spare=span.spare,
        windowed=span.spare > 0,
        made=span.made(slot.head),
        uses=source.shot.id,
        advice=(),
    )


def chained(
    shot: ShotPlan,
    board: Storyboard,
    frame: Input,
    facts: MediaFacts,
    tools: Tools,
    has: Has,
    weights: Here = no_weights,
) -> ShotPlan:
    """Decide a chained shot once the frame it starts from is there.

    Raises:
        StoryboardInvalid: the generator cannot start from that frame.
    """
    asset = Asset(f"last frame of {shot.after}", frame.path)
    wanted = replace(shot.shot, first_frame=asset)
    others = [one for one in shot.generation.inputs if one.role != frame.role]
    assert shot.made is not None
    span = Span(shot.delivered.frames, shot.made.head, shot.made.frames)
    exact = any(one.continues == shot.shot.id for one in board.shots)
    wish = wished(board, wanted, span, (frame, *others), {frame.role: facts}, exact=exact)
    name = shot.generation.generator.partition("@")[0]
    made = _foretold(board, shot.shot, tools(name), _weighed(wish, name, weights))
    wanted_takes = shot.takes if made.seeded else shot.takes[:1]
    takes = tuple(_take(made, one.number, one.seed, has) for one in wanted_takes)
    return replace(shot, generation=made, takes=takes)


def another(shot: ShotPlan, board: Storyboard, has: Has) -> ShotPlan | None:
    """Give the shot with one take more, where its takes may be more than there are; None where they may not."""
    numbers = [take.number for take in shot.takes]
    if not shot.generation.seeded or len(numbers) >= (shot.shot.max_takes or 0):
        return None
    number = max(numbers) + 1
    known = all(take.recipe is not None for take in shot.takes)
    take = _take(shot.generation, number, seed_of(board.seed, shot.shot, number), has, known=known)
    return replace(shot, takes=(*shot.takes, take))


def seed_of(board_seed: int, shot: Shot, take: int) -> int:
    """Derive the seed of a take: 31 bits of sha256(storyboard seed, shot id, take), or (shot seed, take)."""
    origin = f"{board_seed}\0{shot.id}\0{take}" if shot.seed is None else f"{shot.seed}\0{take}"
    return int.from_bytes(hashlib.sha256(origin.encode()).digest()[:4], "big") >> 1


def wished(
    board: Storyboard,
    shot: Shot,
    span: Span,
    inputs: Sequence[Input],
    facts: Mapping[str, MediaFacts],
    *,
    exact: bool = False,
) -> Wish:
    """Write down what a shot asks of a generator; at another `speed` it asks for fewer frames, or for more."""
    rate = board.output.rate
    tail = span.frames - span.head - span.body
    count, head = span.frames, span.head
    if shot.speed != 1:
        count = timeline.frames_needed(span.frames, rate, rate * shot.speed)
        head, tail = (timeline.round_half_up(one * shot.speed) for one in (span.head, tail))
    options = {**shot.generator.options, "head": head, "tail": tail}
    spec = Spec(board.output.size, rate, count)
    words = prompts.positive(shot), prompts.negative(shot)
    return Wish(shot, *words, spec, tuple(inputs), facts, options, exact=exact)


def _weighed(wish: Wish, name: str, weights: Here) -> Wish:
    """Tell a wish which weights are here of the model `name`."""
    return replace(wish, weights=weights(known_weights.asked(name, wish.options)))


def mezzanine(board: Storyboard, shot: Shot, made: GenerationPlan) -> bool:
    """Say whether frames must be made between those of a take."""
    return made.spec.rate * shot.speed != board.output.rate


def steps(board: Storyboard, shot: Shot, made: GenerationPlan) -> list[str]:
    """List in words what happens to a take until it is film."""
    listed, output = [], board.output
    if shot.speed != 1:
        listed.append(f"at {float(shot.speed):g} of its speed")
    if mezzanine(board, shot, made):
        listed.append(f"{float(made.spec.rate * shot.speed):g} to {float(output.rate):g} fps")
    if made.spec.size != output.size:
        listed.append(f"{board.finish.upscale} to {output.size}")
    return listed


# ---------------------------------------------------------------- who makes it


def _first_that_can(desk: Desk, shot: Shot, wish: Wish) -> tuple[GenerationPlan, tuple[str, ...]]:
    """Plan with the first generator of the list that is here, may be used and can do it, or tell why none can."""
    asked: tuple[str, ...] = shot.generator.names
    if desk.asked.generator and shot.card is None:
        asked = (desk.asked.generator,)
    need = recommend.need_of(shot, wish.spec.seconds, wish.spec.size, desk.asked.takes or shot.takes)
    board, here = desk.board, desk.asked.here
    found = recommend.asked(asked, need, recommend.Machine(), here, board.rights, board.budget)
    failures: list[StoryboardInvalid | ToolMissing] = []
    for name in sorted(found.names, key=lambda one: one not in here):
        try:
            made = _foretold(board, shot, desk.tools(name), _weighed(wish, name, desk.asked.weights))
        except ProducerError as failure:
            told = board.problem(f"shots[{shot.index}].generator", str(failure))
            failures.append(failure if isinstance(failure, StoryboardInvalid) else StoryboardInvalid([told]))
        except ToolMissing as failure:
            failures.append(failure)
        else:
            return made, _advice(desk, need, found, asked, name)
    forbidden = [board.problem(f"shots[{shot.index}].generator", f"{name}: {why}") for name, why in found.ruled_out]
    raise next(iter(failures), StoryboardInvalid(forbidden))


def _advice(
    desk: Desk, need: recommend.Need, found: recommend.Recommendation, asked: Sequence[str], chosen: str
) -> tuple[str, ...]:
    """Say why this tool makes the shot, where there was a choice, and what its licence asks for."""
    if "auto" not in asked and len(asked) < 2:
        condition = recommend.conditions(chosen, desk.board.rights)
        return (condition,) if condition else ()
    skipped = {
        name: "cannot make it" if name in desk.asked.here else "is not in this studio"
        for name in found.names[: found.names.index(chosen)]
    }
    known = tuple((name, why) for name, why in skipped.items() if name in recommend.models())
    told = recommend.explain(
        replace(found, names=(chosen,), ruled_out=(*found.ruled_out, *known)), need, desk.board.rights
    )
    return (*told, *(f"{name} {why}" for name, why in skipped.items() if name not in recommend.models()))


def _foretold(board: Storyboard, shot: Shot, tool: Generator, wish: Wish) -> GenerationPlan:
    made = tool.plan(wish)
    if isinstance(made, GenerationPlan):
        return made
    raise StoryboardInvalid([board.problem(f"shots[{shot.index}].{key}", what) for key, what in made])


def _enough(board: Storyboard, shot: Shot, made: GenerationPlan, delivered: Spec) -> None:
    got = timeline.resampled(made.spec.frames, made.spec.rate * shot.speed, delivered.rate)
    if got < delivered.frames:
        missing = f"{made.generator} makes {got} of the {delivered.frames} frames this shot needs"
        cure = "make it shorter, or let `split` make it in parts"
        raise StoryboardInvalid([board.problem(f"shots[{shot.index}].seconds", f"{missing}: {cure}")])


# ---------------------------------------------------------------- takes


def _pickable(board: Storyboard, shot: Shot, made: GenerationPlan) -> None:
    if shot.pick is not None and shot.pick > 1 and not made.seeded:
        only = f"take {shot.pick} cannot be had: every take of this shot would be the same, so there is one"
        raise StoryboardInvalid([board.problem(f"shots[{shot.index}].pick", f"{only}; leave `pick` out")])


def _takes(board: Storyboard, shot: Shot, made: GenerationPlan, has: Has, asked: Asked) -> list[TakePlan]:
    if not made.seeded:
        return [_take(made, 1, 0, has, known=shot.continues is None)]
    first, count = asked.first_takes.get(shot.id, 1), asked.count(shot.takes)
    numbers = set(range(first, first + count))
    picked = asked.picked.get(shot.id) or shot.pick
    if picked:
        numbers.add(picked)
    known = shot.continues is None
    return [_take(made, n, seed_of(board.seed, shot, n), has, known=known) for n in sorted(numbers)]


def _take(made: GenerationPlan, number: int, seed: int, has: Has, *, known: bool = True) -> TakePlan:
    if not known:
        return TakePlan(number, seed, None, stored=False)
    recipe: Recipe = made.recipe(seed)
    return TakePlan(number, seed, recipe, has(recipe))


def _estimate(made: GenerationPlan, takes: int, pace: Mapping[str, float]) -> Estimate:
    each = pace[made.generator] * made.spec.frames if made.generator in pace else made.compute_seconds
    disk = int(made.spec.size.pixels * made.spec.frames * BYTES_PER_PIXEL)
    return Estimate(takes, made.usd * takes, each * takes, disk * takes)
