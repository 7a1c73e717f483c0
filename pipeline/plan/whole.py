"""A whole film decided, and another cut of it from the same takes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from pipeline import captions, disclosure, soundtrack, timeline
from pipeline.errors import Problem, StoryboardInvalid
from pipeline.model import Estimate, Probe, RenderPlan, Shot, ShotPlan, Slot, Spec, Storyboard
from pipeline.plan import checks, finishing
from pipeline.plan.asked import Asked, Desk, Has, Tools, files
from pipeline.plan.asked import desk as lay
from pipeline.plan.overlays import overlays
from pipeline.plan.shots import cut_from, decided
from pipeline.plan.spans import Faults, Span, spans, trimmed


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
    placed = _placed(board)
    desk = lay(board, {path: probe(path) for path in files(board)}, tools, has, asked)
    found, faults = spans(board, placed)
    problems = _faults(desk, placed, faults)
    by_id: dict[str, ShotPlan] = {}
    for shot, slot in zip(board.shots, placed, strict=True):
        if shot.use is None and shot.id in found:
            problems += _decide(by_id, desk, shot, slot, found[shot.id])
    if problems:
        raise StoryboardInvalid(problems)
    for shot, slot in zip(board.shots, placed, strict=True):
        if shot.use is not None:
            by_id[shot.id] = cut_from(board, shot, slot, found[shot.id], by_id[shot.use.shot])
    return _film(desk, placed, [by_id[shot.id] for shot in board.shots])


def version(
    base: RenderPlan, board: Storyboard, probe: Probe, tools: Tools, has: Has, asked: Asked | None = None
) -> RenderPlan:
    """Decide another cut of a film, from the takes of `base` wherever they reach; only other shots have takes to make.

    Raises:
        StoryboardInvalid: with every shot that cannot be had as asked.
    """
    placed = _placed(board)
    desk = lay(board, {path: probe(path) for path in files(board)}, tools, has, asked)
    own, faults = spans(board, placed)
    there = {one.shot.id: one for one in base.shots}
    laid = [
        (shot, _served(board, shot, slot, there.get(shot.id))) for shot, slot in zip(board.shots, placed, strict=True)
    ]
    by_id = {shot.id: served for shot, served in laid if served is not None}
    have = tuple(f"shots[{shot.index}]." for shot in board.shots if shot.id in by_id)
    problems = _faults(desk, placed, [one for one in faults if not one[0].startswith(have)])
    for shot, slot in zip(board.shots, placed, strict=True):
        if shot.id in by_id:
            continue
        if shot.use is None and shot.id in own:
            problems += _decide(by_id, desk, shot, slot, own[shot.id])
        else:
            what = f"version '{board.version}': the take of '{shot.id}' is too short for this cut of it"
            problems.append(board.problem(f"shots[{shot.index}].use", what))
    if problems:
        raise StoryboardInvalid(problems)
    return _film(desk, placed, [by_id[shot.id] for shot in board.shots])


def _placed(board: Storyboard) -> list[Slot]:
    placed = timeline.slots(board)
    problems = [board.problem(path, what) for path, what in timeline.faults(board, placed)]
    problems += [*checks.target(board, placed), *finishing.missing(board)]
    if problems:
        raise StoryboardInvalid(problems)
    return placed


def _faults(desk: Desk, placed: Sequence[Slot], faults: Faults) -> list[Problem]:
    told = [*faults, *soundtrack.faults(desk.board, placed, desk.facts)]
    return [desk.board.problem(path, what) for path, what in told]


def _decide(by_id: dict[str, ShotPlan], desk: Desk, shot: Shot, slot: Slot, span: Span) -> Sequence[Problem]:
    try:
        by_id[shot.id] = decided(desk, shot, slot, span)
    except StoryboardInvalid as found:
        return found.problems
    return ()


def _served(board: Storyboard, shot: Shot, slot: Slot, base: ShotPlan | None) -> ShotPlan | None:
    """Lay a version's shot into the take that the film has of it; None where there is none, or it is too short."""
    if base is None:
        return None
    before, rate = base.delivered.rate, board.output.rate
    frames = timeline.resampled(base.delivered.frames, before, rate)
    assert base.made is not None
    head = timeline.resampled(base.made.head + (base.made.first or 0), before, rate)
    body = timeline.resampled(base.slot.end - base.slot.start, before, rate)
    span = trimmed(Span(frames, head, body), slot, timeline.lost(before, rate))
    there = finishing.finished(board, base)
    most = span.frames if span is not None and there.mezzanine else frames  # there, the last frame can be held
    if span is None or span.frames > most:
        return None
    return replace(
        there,
        shot=replace(shot, focus=shot.focus or base.shot.focus),
        slot=slot,
        delivered=Spec(board.output.size, rate, span.frames),
        estimate=Estimate(),
        first=span.first,
        spare=span.spare,
        windowed=span.spare > 0,
        made=replace(base.made, first=None if span.spare else span.first + slot.head - base.made.head),
        advice=(),
    )


def _film(desk: Desk, placed: Sequence[Slot], shots: Sequence[ShotPlan]) -> RenderPlan:
    board = desk.board
    total = _total([one.estimate for one in shots])
    said = captions.captions(board, placed)
    made = RenderPlan(
        board,
        board.output,
        placed[-1].end,
        tuple(shots),
        tuple(timeline.pieces(board, placed)),
        soundtrack.sound(board, placed, desk.facts),
        total,
        (
            *_doubts(desk, placed),
            *_of_tools(desk, shots),
            *finishing.doubts(board, shots),
            *checks.budget(board, total),
        ),
        overlays(board, placed, said, disclosure.label_of(board, [(one.generation, one.trained) for one in shots])),
        said,
    )
    return checks.legible(made)


def _doubts(desk: Desk, placed: Sequence[Slot]) -> list[Problem]:
    told = [*soundtrack.doubts(desk.board, placed, desk.facts), *captions.doubts(desk.board, placed)]
    return [desk.board.problem(path, what, warning=True) for path, what in told]


def _of_tools(desk: Desk, shots: Sequence[ShotPlan]) -> list[Problem]:
    """Warn of what tools doubt, where there are takes to make."""
    return [
        desk.board.problem(f"shots[{one.shot.index}].{key}", what, warning=True)
        for one in shots
        if one.estimate.takes
        for key, what in _doubted(one)
    ]


def _doubted(shot: ShotPlan) -> list[tuple[str, str]]:
    of_key = shot.key.generation.doubts if shot.key else ()
    return [*shot.generation.doubts, *((f"keyframe.{key}", what) for key, what in of_key)]


def _total(parts: Sequence[Estimate]) -> Estimate:
    return reduce(Estimate.with_, parts, Estimate())
