"""Every decision that needs no pixels. Pure: facts, tools and "is it in the store" come as arguments."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline import prompts, registry, timeline
from pipeline.errors import Problem, ProducerError, StoryboardInvalid, ToolMissing
from pipeline.model import (
    Asset,
    Estimate,
    GenerationPlan,
    Input,
    MediaFacts,
    Probe,
    Recipe,
    RenderPlan,
    Shot,
    ShotPlan,
    Slot,
    Spec,
    Storyboard,
    TakePlan,
    Wish,
)
from pipeline.ports import Generator

Tools = Callable[[str], Generator]
Has = Callable[[Recipe], bool]

METHODS = ("auto", "flow", "blend", "repeat")
"""Ways of the finisher `flow`, by their names in a storyboard."""

INSTEAD = {"interpolate": "auto", "upscale": "lanczos"}

BYTES_PER_PIXEL = 0.02
"""Disk of a stored take, per pixel and frame: measured on animatic takes at crf 12."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line and picks.yaml add to a storyboard."""

    takes: int | None = None
    generator: str | None = None
    first_takes: Mapping[str, int] = field(default_factory=dict)
    picked: Mapping[str, int] = field(default_factory=dict)
    pace: Mapping[str, float] = field(default_factory=dict)


def plan(board: Storyboard, probe: Probe, tools: Tools, has: Has, asked: Asked | None = None) -> RenderPlan:
    """Decide a whole film.

    Args:
        board: the storyboard.
        probe: facts of a file, asked for files the storyboard names only.
        tools: generators by name.
        has: whether the store holds an artefact.
        asked: takes, generator, picks; and `pace`, compute seconds per frame by tool, from the studio's history.

    Raises:
        StoryboardInvalid: with every shot that cannot be had as asked.
    """
    asked = asked or Asked()
    placed = timeline.slots(board)
    problems = [board.problem(path, what) for path, what in timeline.faults(board, placed)]
    problems += [*_target(board, placed), *_finish(board)]
    if problems:
        raise StoryboardInvalid(problems)
    facts = {path: probe(path) for path in _files(board)}
    by_id: dict[str, ShotPlan] = {}
    for shot, slot in zip(board.shots, placed, strict=True):
        try:
            by_id[shot.id] = _shot(board, shot, slot, facts, tools, has, asked)
        except StoryboardInvalid as found:
            problems += found.problems
    if problems:
        raise StoryboardInvalid(problems)
    shots = tuple(by_id[shot.id] for shot in board.shots)
    total = _total([one.estimate for one in shots])
    pieces = tuple(timeline.pieces(board, placed))
    sound = timeline.sound(board, placed, facts)
    warnings = tuple(_budget(board, total))
    return RenderPlan(board, board.output, placed[-1].end, shots, pieces, sound, total, warnings)


def chained(shot: ShotPlan, board: Storyboard, frame: Input, facts: MediaFacts, tools: Tools, has: Has) -> ShotPlan:
    """Decide a chained shot once the frame it starts from is there.

    Raises:
        StoryboardInvalid: the generator cannot start from that frame.
    """
    asset = Asset(f"last frame of {shot.after}", frame.path)
    wanted = replace(shot.shot, first_frame=asset)
    others = [one for one in shot.generation.inputs if one.role != frame.role]
    wish = _wish(board, wanted, shot.slot, (frame, *others), {frame.role: facts})
    made = _foretold(board, shot.shot, tools(shot.generation.generator.partition("@")[0]), wish)
    wanted_takes = shot.takes if made.seeded else shot.takes[:1]
    takes = tuple(_take(made, one.number, one.seed, has) for one in wanted_takes)
    return replace(shot, generation=made, takes=takes)


def seed_of(board_seed: int, shot: Shot, take: int) -> int:
    """Derive the seed of a take: 31 bits of sha256(storyboard seed, shot id, take), or (shot seed, take)."""
    origin = f"{board_seed}\0{shot.id}\0{take}" if shot.seed is None else f"{shot.seed}\0{take}"
    return int.from_bytes(hashlib.sha256(origin.encode()).digest()[:4], "big") >> 1


def _files(board: Storyboard) -> set[Path]:
    shots = (asset for shot in board.shots for asset in _assets(shot).values())
    cues = (cue.file for cue in (*board.audio.music, *board.audio.effects))
    return {asset.path for asset in (*shots, *cues)}


def _assets(shot: Shot) -> dict[str, Asset]:
    source = shot.source.file if shot.source else None
    named = {"first_frame": shot.first_frame, "last_frame": shot.last_frame, "source": source}
    return {role: asset for role, asset in named.items() if asset is not None}


def _shot(
    board: Storyboard, shot: Shot, slot: Slot, facts: Mapping[Path, MediaFacts], tools: Tools, has: Has, asked: Asked
) -> ShotPlan:
    files = _assets(shot)
    inputs = tuple(Input(role, asset.path, facts[asset.path].sha256) for role, asset in files.items())
    known = {role: facts[asset.path] for role, asset in files.items()}
    if shot.continues is not None and shot.last_frame is not None:  # stands in for the frame that is not there yet
        inputs = (Input("first_frame", shot.last_frame.path, known["last_frame"].sha256), *inputs)
    wish = _wish(board, shot, slot, inputs, known)
    made = _first_that_can(board, shot, tools, asked, wish)
    delivered = Spec(board.output.size, board.output.rate, slot.material)
    _enough(board, shot, made, delivered)
    _pickable(board, shot, made)
    takes = tuple(_takes(board, shot, made, has, asked))
    steps = tuple(_steps(board, made, delivered))
    mezzanine = made.spec.rate != board.output.rate
    missing = [take for take in takes if not take.stored]
    estimate = _estimate(made, len(missing), asked.pace)
    return ShotPlan(shot, slot, made, delivered, takes, steps, mezzanine, shot.continues, estimate)


def _first_that_can(board: Storyboard, shot: Shot, tools: Tools, asked: Asked, wish: Wish) -> GenerationPlan:
    """Plan with the first generator of the list that is here and can do it, or tell why the first cannot."""
    failures: list[StoryboardInvalid | ToolMissing] = []
    for name in (asked.generator,) if asked.generator else shot.generator.names:
        try:
            return _foretold(board, shot, tools(name), wish)
        except ProducerError as failure:
            told = board.problem(f"shots[{shot.index}].generator", str(failure))
            failures.append(failure if isinstance(failure, StoryboardInvalid) else StoryboardInvalid([told]))
        except ToolMissing as failure:
            failures.append(failure)
    raise failures[0]


def _wish(board: Storyboard, shot: Shot, slot: Slot, inputs: Sequence[Input], facts: Mapping[str, MediaFacts]) -> Wish:
    spec = Spec(board.output.size, board.output.rate, slot.material)
    options = {**shot.generator.options, "head": slot.head, "tail": slot.tail}
    return Wish(shot, prompts.positive(shot), prompts.negative(shot), spec, tuple(inputs), facts, options)


def _foretold(board: Storyboard, shot: Shot, tool: Generator, wish: Wish) -> GenerationPlan:
    made = tool.plan(wish)
    if isinstance(made, GenerationPlan):
        return made
    raise StoryboardInvalid([board.problem(f"shots[{shot.index}].{key}", what) for key, what in made])


def _enough(board: Storyboard, shot: Shot, made: GenerationPlan, delivered: Spec) -> None:
    got = timeline.resampled(made.spec.frames, made.spec.rate, delivered.rate)
    if got < delivered.frames:
        missing = f"{made.generator} makes {got} of the {delivered.frames} frames this shot needs"
        raise StoryboardInvalid([board.problem(f"shots[{shot.index}].seconds", f"{missing}: make it shorter")])


def _pickable(board: Storyboard, shot: Shot, made: GenerationPlan) -> None:
    if shot.pick is not None and shot.pick > 1 and not made.seeded:
        only = f"take {shot.pick} cannot be had: every take of this shot would be the same, so there is one"
        raise StoryboardInvalid([board.problem(f"shots[{shot.index}].pick", f"{only}; leave `pick` out")])


def _takes(board: Storyboard, shot: Shot, made: GenerationPlan, has: Has, asked: Asked) -> list[TakePlan]:
    if not made.seeded:
        return [_take(made, 1, 0, has, known=shot.continues is None)]
    first, count = asked.first_takes.get(shot.id, 1), asked.takes or shot.takes
    numbers = set(range(first, first + count))
    picked = asked.picked.get(shot.id) or shot.pick
    if picked:
        numbers.add(picked)
    known = shot.continues is None
    return [_take(made, n, seed_of(board.seed, shot, n), has, known=known) for n in sorted(numbers)]


def _take(made: GenerationPlan, number: int, seed: int, has: Has, *, known: bool = True) -> TakePlan:
    if not known:
        return TakePlan(number, seed, None, stored=False)
    recipe = made.recipe(seed)
    return TakePlan(number, seed, recipe, has(recipe))


def _steps(board: Storyboard, made: GenerationPlan, delivered: Spec) -> list[str]:
    steps = []
    if made.spec.rate != delivered.rate:
        steps.append(f"{float(made.spec.rate):g} to {float(delivered.rate):g} fps")
    if made.spec.size != delivered.size:
        steps.append(f"{board.finish.upscale} to {delivered.size}")
    return steps


def _estimate(made: GenerationPlan, takes: int, pace: Mapping[str, float]) -> Estimate:
    each = pace[made.generator] * made.spec.frames if made.generator in pace else made.compute_seconds
    disk = int(made.spec.size.pixels * made.spec.frames * BYTES_PER_PIXEL)
    return Estimate(takes, made.usd * takes, each * takes, disk * takes)


def _total(parts: Sequence[Estimate]) -> Estimate:
    return Estimate(
        sum(one.takes for one in parts),
        sum(one.usd for one in parts),
        sum(one.seconds for one in parts),
        sum(one.disk_bytes for one in parts),
    )


def _target(board: Storyboard, placed: Sequence[Slot]) -> list[Problem]:
    if board.target_seconds is None:
        return []
    exact = sum((timeline.seconds_of(shot, board.output.rate) for shot in board.shots), Fraction(0))
    off = board.target_seconds - exact
    if abs(off) * board.output.rate < Fraction(1, 2):
        return []
    longest = max(placed, key=lambda slot: slot.end - slot.start)
    verb = "lengthen" if off > 0 else "shorten"
    what = (
        f"the shots come out at {float(exact):g} s, not {float(board.target_seconds):g} s: "
        f"{verb} some by {float(abs(off)):g} s in all (the longest is '{longest.shot}'), or change target_seconds"
    )
    return [board.problem("target_seconds", what)]


def _finish(board: Storyboard) -> list[Problem]:
    """List the finishing steps asked for that this studio does not have."""
    here = {*registry.names("finishers"), *METHODS}
    asked = {"interpolate": board.finish.interpolate, "upscale": board.finish.upscale}
    return [
        board.problem(f"finish.{key}", f"`{name}` is not in this studio yet; write {INSTEAD[key]}")
        for key, name in asked.items()
        if name not in here
    ]


def _budget(board: Storyboard, total: Estimate) -> list[Problem]:
    limits: list[tuple[str, Any, float]] = [
        ("usd", board.budget.usd, total.usd),
        ("hours", board.budget.hours, total.seconds / 3600),
    ]
    return [
        board.problem(f"budget.{key}", f"the plan needs {need:.2f}, the budget is {limit:g}", warning=True)
        for key, limit, need in limits
        if limit is not None and need > limit
    ]
