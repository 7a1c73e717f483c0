"""Who makes a shot: the first tool of those named that is here, may be used and can do it; and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline import prompts, recommend, timeline
from pipeline.errors import ProducerError, StoryboardInvalid, ToolMissing
from pipeline.generators import weights as known_weights
from pipeline.model import GenerationPlan, Input, MediaFacts, Shot, Spec, Storyboard, Wish
from pipeline.plan.asked import Desk, Here, assets
from pipeline.plan.spans import Span
from pipeline.ports import Generator


def files_of(desk: Desk, shot: Shot) -> tuple[tuple[Input, ...], dict[str, MediaFacts]]:
    """Give the files that a shot's tool reads, and what they are, by role."""
    files = assets(shot)
    inputs = tuple(Input(role, asset.path, desk.facts[asset.path].sha256) for role, asset in files.items())
    return inputs, {role: desk.facts[asset.path] for role, asset in files.items()}


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


def weighed(wish: Wish, name: str, weights: Here) -> Wish:
    """Tell a wish which weights are here of the model `name`."""
    return replace(wish, weights=weights(known_weights.asked(name, wish.options)))


def first_that_can(desk: Desk, shot: Shot, wish: Wish, path: str) -> tuple[GenerationPlan, tuple[str, ...]]:
    """Plan with the first generator of the list that is here, may be used and can do it; `path` is where it stands.

    Raises:
        StoryboardInvalid: none can; tells why.
        ToolMissing: the only one is not installed.
    """
    asked: tuple[str, ...] = shot.generator.names
    if desk.asked.generator and shot.card is None:
        asked = (desk.asked.generator,)
    need = recommend.need_of(shot, wish.spec.seconds, wish.spec.size, desk.asked.takes or shot.takes)
    board, here = desk.board, desk.asked.here
    found = recommend.asked(asked, need, recommend.Machine(), here, board.rights, board.budget)
    failures: list[StoryboardInvalid | ToolMissing] = []
    for name in sorted(found.names, key=lambda one: one not in here):
        try:
            made = foretold(board, path, desk.tools(name), weighed(wish, name, desk.asked.weights))
        except ProducerError as failure:
            told = board.problem(f"{path}.generator", str(failure))
            failures.append(failure if isinstance(failure, StoryboardInvalid) else StoryboardInvalid([told]))
        except ToolMissing as failure:
            failures.append(failure)
        else:
            return made, _advice(desk, need, found, asked, name)
    forbidden = [board.problem(f"{path}.generator", f"{name}: {why}") for name, why in found.ruled_out]
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


def foretold(board: Storyboard, path: str, tool: Generator, wish: Wish) -> GenerationPlan:
    """Give what a tool makes of a wish.

    Raises:
        StoryboardInvalid: it cannot; the problems stand under `path`.
    """
    made = tool.plan(wish)
    if isinstance(made, GenerationPlan):
        return made
    raise StoryboardInvalid([board.problem(f"{path}.{key}", what) for key, what in made])
