"""The best tool for a shot, of those that are here, can do it, may be used and fit the budget."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from math import inf

from pipeline.model import Budget, Rights, Shot, Size
from pipeline.recommend.models import Model, Table, Task, models, table
from pipeline.recommend.rights import conditions, forbidden, shut_out, unregistered

AUTO = "auto"
MADE: frozenset[Task] = frozenset(("text_to_video", "image_to_video", "first_last", "video_to_video"))
"""Tasks of generators; cards and footage as it is are the house's own work."""

WORDS: dict[Task, str] = {
    "text_to_video": "a scene told in words",
    "image_to_video": "a picture that moves",
    "first_last": "a passage from one picture to another",
    "video_to_video": "footage made anew",
    "conform": "footage as it is",
    "card": "a card",
}
MOST_TOLD = 2
"""Tools passed over that are named in an explanation."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a shot asks of its tool: so many takes, each holding `seconds` (handles included), for a film of `size`."""

    task: Task
    seconds: Fraction
    size: Size
    takes: int = 1


@dataclass(frozen=True, slots=True)
class Machine:
    """What takes are made on: the memory of each GPU in GB; () = no GPU, None = not known, which rules nothing out."""

    gpus: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Tools to try, best first, and those that would have come before the first of them, each with why not."""

    names: tuple[str, ...]
    ruled_out: tuple[tuple[str, str], ...] = ()


def need_of(shot: Shot, seconds: Fraction, size: Size, takes: int = 1) -> Need:
    """Say what a shot asks for, from what it is made of; `seconds` is what one take must hold."""
    return Need(_task(shot), seconds, size, takes)


def _task(shot: Shot) -> Task:
    if shot.card is not None:
        return "card"
    if shot.source is not None:
        return "conform" if shot.source.as_is or shot.strength is None else "video_to_video"
    if shot.last_frame is not None:
        return "first_last"
    begins = shot.first_frame is not None or shot.continues is not None or shot.keyframe is not None
    return "image_to_video" if begins else "text_to_video"


def recommend(
    need: Need, machine: Machine, here: Collection[str], rights: Rights, budget: Budget | None = None
) -> Recommendation:
    """Rank the tools that can do a task.

    The best by quality comes first, of equals the one on one's own machine, then the cheaper. Tools that are here and
    that nobody knows anything of come after the known ones, the previz last. What costs money is recommended only
    within `budget`, which holds what may still be spent; without one nothing is spent unasked.
    """
    return _ranked(table(), need, machine, frozenset(here), rights, budget or Budget())


@lru_cache(maxsize=64)
def _ranked(
    known: Table, need: Need, machine: Machine, here: frozenset[str], rights: Rights, budget: Budget
) -> Recommendation:
    """Rank them once for all shots that ask the same: most shots of a film do."""
    ranked = sorted((one for one in known.models.values() if need.task in one.tasks and not one.retired), key=_rank)
    judged = [(one.name, _against(one, need, machine, here, rights, budget)) for one in ranked]
    unknown = [(name, "") for name in sorted(here) if name not in known.models] if need.task in MADE else []
    previz = [pair for pair in judged if known.models[pair[0]].kind == "previz"]
    order = [*(pair for pair in judged if pair not in previz), *unknown, *previz]
    return Recommendation(
        tuple(name for name, why in order if not why), tuple(takewhile(lambda pair: bool(pair[1]), order))
    )


def asked(
    names: Sequence[str],
    need: Need,
    machine: Machine,
    here: Collection[str],
    rights: Rights,
    budget: Budget | None = None,
) -> Recommendation:
    """Put the recommended tools in the place of `auto`, and take out what a licence forbids; each name once.

    A tool asked for by name is kept though it may be absent or too small: it says so itself.
    """
    kept: list[str] = []
    ruled_out: list[tuple[str, str]] = []
    for name in names:
        if name == AUTO or (need.task not in MADE and _of_a_model(name)):
            found = recommend(need, machine, here, rights, budget)
            ruled_out += () if kept else found.ruled_out
            kept += found.names
        elif why := forbidden(name, rights):
            ruled_out.append((name, why))
        else:
            kept.append(name)
    return Recommendation(tuple(dict.fromkeys(kept)), tuple(dict(ruled_out).items()))


def _of_a_model(name: str) -> bool:
    """Tell whether a name is that of a model: footage as it is, and cards, are the house's own work."""
    model = models().get(name)
    return model is not None and model.kind != "previz"


def explain(found: Recommendation, need: Need, rights: Rights) -> tuple[str, ...]:
    """Say in at most five short lines why the first tool makes the shot; of the house's own work nothing."""
    if not found.names or need.task not in MADE:
        return ()
    known = models()
    praise = _praise(found.names[0], known.get(found.names[0]), need)
    return (praise, *_conditions(found.names[0], rights), *_told(found, known, need))


def _praise(name: str, model: Model | None, need: Need) -> str:
    if model is None:
        return f"{name} makes it: here, and nothing is known of its licence and price"
    if model.kind == "previz":
        return f"{name}, the previz, makes it: no other tool can be used for {WORDS[need.task]}"
    price = f", about ${_cost(model, need):.2f}" if _cost(model, need) else ""
    return f"{name} makes it: the best here for {WORDS[need.task]} ({model.licence}{price})"


def _conditions(name: str, rights: Rights) -> Iterator[str]:
    told = conditions(name, rights)
    if told:
        yield told


def _told(found: Recommendation, known: Mapping[str, Model], need: Need) -> Iterator[str]:
    """Name the best tool of one's own that was passed over, and the best hosted one; count the others."""
    best: dict[str, tuple[str, str]] = {}
    for name, why in found.ruled_out:
        best.setdefault(known[name].kind, (name, why))
    for place, (name, why) in enumerate(list(best.values())[:MOST_TOLD]):
        yield _passed_over(known[name], why, need, first=place == 0)
    rest = len(found.ruled_out) - min(len(best), MOST_TOLD)
    if rest:
        yield f"{rest} more cannot be used either: `dailies tools` lists them"


def _passed_over(model: Model, why: str, need: Need, *, first: bool) -> str:
    if why.startswith(model.title):
        return why
    return f"{model.name} would be best for {WORDS[need.task]}, but {why}" if first else f"{model.name} {why}"


# ---------------------------------------------------------------- what rules a tool out


def _rank(model: Model) -> tuple[bool, int, bool, float, str]:
    price = model.usd[1] if model.usd else 0.0 if model.kind != "hosted" else inf
    return model.kind == "previz", -model.quality, model.kind == "hosted", price, model.name


def _against(model: Model, need: Need, machine: Machine, here: Collection[str], rights: Rights, budget: Budget) -> str:
    """Say why a model will not do, or nothing: first what nobody can mend."""
    return (
        shut_out(model, rights)
        or _too_long(model, need)
        or _too_large(model, machine)
        or ("" if model.name in here else "is not in this studio")
        or (f"waits for you: {model.clause}; name it once that is done" if unregistered(model, rights) else "")
        or _too_dear(model, need, budget)
    )


def _too_long(model: Model, need: Need) -> str:
    if model.longest is None or need.seconds <= model.longest:
        return ""
    return f"makes at most {float(model.longest):.3g} s in one go, this needs {float(need.seconds):.3g}"


def _too_large(model: Model, machine: Machine) -> str:
    if model.kind != "local" or machine.gpus is None or max(machine.gpus, default=-1) >= (model.gpu_gb or 0):
        return ""
    there = f"the largest here has {max(machine.gpus):g}" if machine.gpus else "this machine has none"
    return f"needs {model.gpu_gb:g} GB of GPU memory, {there}" if model.gpu_gb else f"needs a GPU, {there}"


def _too_dear(model: Model, need: Need, budget: Budget) -> str:
    if model.kind != "hosted":
        return ""
    if model.usd is None:
        return "costs money, and its price is not known: name it to use it"
    cost = _cost(model, need)
    if budget.usd is None:
        return f"costs about ${cost:.2f}, and no budget says that money may be spent"
    return f"costs about ${cost:.2f}, the budget has ${budget.usd:g} left" if cost > budget.usd else ""


def _cost(model: Model, need: Need) -> float:
    """Give the dollars of all takes, at the higher of the known prices."""
    return model.usd[1] * float(need.seconds) * need.takes if model.usd else 0.0
