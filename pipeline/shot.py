"""The life of one shot, read from top to bottom: take, card, choice.

Every step asks the store first, so that running it again makes only what is missing (architecture.md, decision 6).
"""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import choose, score
from pipeline.errors import Busy, DailiesError, MediaInvalid, OperatorError, ToolFailed
from pipeline.media import frames as film_frames
from pipeline.media.probe import probe
from pipeline.model import (
    Amount,
    Card,
    Choice,
    GenerationPlan,
    Input,
    MediaFacts,
    Order,
    Recipe,
    Shot,
    ShotPlan,
    Spec,
    TakePlan,
    TakeResult,
)
from pipeline.ports import LAST, WORDS, Generator, Tell, reader_of
from pipeline.score import Learned, Unusable, profiles
from pipeline.store import Entry, Store

log = logging.getLogger(__name__)

CPU_WAIT = 900.0
"""Seconds to wait for another process that makes the same small artefact; no GPU is held meanwhile."""

WORDS_WAIT = 60.0
"""Seconds to wait for another process that reads a prompt: a GPU may be held meanwhile."""

TAKE = "data.mp4"
TAKE_KIND = "take/1"


@dataclass(frozen=True, slots=True)
class Judged:
    """A take that is there, and its card."""

    plan: TakePlan
    entry: Entry
    card: Card
    card_entry: Entry

    @property
    def clip(self) -> Path:
        """The take's pictures."""
        return self.entry.file(TAKE)


# ---------------------------------------------------------------- take


def make_take(
    store: Store, shot: ShotPlan, take: TakePlan, tool: Generator, tell: Tell, probe: float | None = None
) -> Entry:
    """Give a take, made if the store lacks it; with `probe` what it promises after that share (0..1) of its steps.

    Raises:
        Busy: another process is making it.
        DailiesError: the generator failed; the leaf says who can mend it.
    """
    assert take.recipe is not None
    recipe = take.recipe

    def write(folder: Path) -> Mapping[str, Any]:
        words = read_words(store, tool, shot.generation, tell)
        order = Order(shot.generation, take.number, take.seed, folder / TAKE, words, probe=probe)
        return record(generated(tool, [order], shot, store.work(recipe), tell)[0])

    return store.make(recipe, write)


def record(done: TakeResult) -> dict[str, Any]:
    """Give what is remembered beside a take."""
    return {"compute_seconds": done.compute_seconds, "usd": done.usd, "provenance": dict(done.provenance)}


def read_words(store: Store, tool: Generator, plan: GenerationPlan, tell: Tell) -> Path | None:
    """Give the encoded prompt of a plan, read once for all its takes; None where its tool reads none beforehand.

    Raises:
        Busy: another process is reading it.
        DailiesError: it cannot be read; the leaf says who can mend it.
    """
    reader = reader_of(tool)
    recipe = reader.words(plan) if reader else None
    if reader is None or recipe is None:
        return None

    def write(folder: Path) -> None:
        for put in reader.read([plan], tell):
            put(folder)

    return store.make(recipe, write, wait=WORDS_WAIT).file(WORDS)


def read_ahead(store: Store, tool: Generator, plans: Sequence[GenerationPlan], tell: Tell) -> int:
    """Encode the prompts of plans of one model that the store lacks, its encoder loaded once; give how many there were.

    What another process is reading is left to it.

    Raises:
        DailiesError: they cannot be read; the leaf says who can mend it.
    """
    reader = reader_of(tool)
    known = [(plan, reader.words(plan)) for plan in plans] if reader else []
    missing = {one.key: (plan, one) for plan, one in known if one is not None and not store.has(one)}
    if reader is None or not missing:
        return 0
    written = reader.read([plan for plan, _ in missing.values()], tell)
    for (_, recipe), put in zip(missing.values(), written, strict=True):
        with suppress(Busy):
            store.make(recipe, put)
    return len(missing)


def generated(tool: Generator, orders: Sequence[Order], shot: ShotPlan, work: Path, tell: Tell) -> list[TakeResult]:
    """Have a generator make takes of one shot; what lost a race is not there.

    Whether they are what it foretold is told by their cards; of a generator that makes one take alone, here.

    Raises:
        DailiesError: a leaf that says who can mend it.
    """

    def judge_early(clip: Path) -> Card:
        return score.measure(clip, motion_asked(shot.shot), shot.shot.allow, limits=shot.shot.limits).card

    numbers = ", ".join(str(order.take) for order in orders)
    name = f"{shot.generation.generator}, take {numbers} of shot '{shot.shot.id}'"
    try:
        results = list(tool.generate(orders, work, judge_early, tell))
    except DailiesError:
        raise
    except OSError as failure:
        raise OperatorError(
            f"{name}: {failure}", cure="look at the disk and its rights, then render again"
        ) from failure
    except Exception as failure:
        message = f"{name} broke: {type(failure).__name__}: {failure}"
        raise ToolFailed(message, cure="a fault of the generator; the log in the film's folder has more") from failure
    made = [one.order for one in results if one.stopped is None]
    if len(results) != len(orders) or not all(order.out.is_file() for order in made):
        raise ToolFailed(f"{name}: nothing was made", cure="a fault of the generator, not of the storyboard")
    for order in made:
        if order.probe is not None or not shot.generation.seeded:
            _as_foretold(order)
    return results


def _as_foretold(order: Order) -> None:
    made, wanted = probe(order.out).spec, order.plan.spec
    if made is not None and order.probe is not None:
        wanted = replace(wanted, frames=made.frames)
    if made != wanted:
        raise ToolFailed(
            f"{order.plan.generator} promised {_say(wanted)} and made {_say(made)}",
            cure="this is a fault of the generator, not of the storyboard",
        )


def _say(spec: Spec | None) -> str:
    return f"{spec.frames} frames of {spec.size} at {spec.rate} fps" if spec else "no pictures"


# ---------------------------------------------------------------- card


def motion_asked(shot: Shot) -> Amount | None:
    """Say how much motion the score may expect: what was asked for; else none, if camera and motion are still."""
    if shot.motion.amount is not None:
        return shot.motion.amount
    still = shot.camera in {"", "static"} and shot.motion.type in {"", "minimal"}
    return "static" if still else "low"


def learned(store: Store, shot: ShotPlan) -> tuple[Learned, ...]:
    """Give the features by trained models that a shot's cards have: those whose weights are here and can be used."""
    words = shot.generation.prompt or shot.shot.scene
    return tuple(one for one in score.learned(words) if not store.has(score.unusable(one.weights)))


def card_recipe(shot: ShotPlan, take: TakePlan, more: Sequence[Learned] = ()) -> Recipe:
    """Give the recipe of a take's card; new weights in `more`, or a new scorer version, make new cards, never takes."""
    assert take.recipe is not None
    values: dict[str, Any] = {"take": take.recipe.key, "motion": motion_asked(shot.shot)}
    if shot.shot.allow:
        values["allow"] = sorted(shot.shot.allow)
    if shot.shot.limits:
        values["limits"] = dict(shot.shot.limits)
    values |= {one.name: one.values() for one in more}
    return Recipe("card/1", f"score@{score.VERSION}", values)


def judge(store: Store, shot: ShotPlan, take: TakePlan, entry: Entry) -> Judged:
    """Measure a take once: its card and a strip of thumbnails become an artefact.

    Weights that fail are left out from then on, in every process: the card is made without what they would tell.
    """
    more = learned(store, shot)
    assert take.recipe is not None
    promised = shot.generation.spec if take.recipe.kind == TAKE_KIND else None

    def write(folder: Path) -> None:
        measured = _measured(shot.shot, entry.file(TAKE), more, promised)
        (folder / "data.json").write_text(score.card_to_json(measured.card), "utf-8")
        film_frames.write_picture(folder / "strip.jpg", measured.strip)

    try:
        card_entry = store.make(card_recipe(shot, take, more), write, wait=CPU_WAIT)
    except Unusable as failure:
        _leave_out(store, failure)
        return judge(store, shot, take, entry)
    return Judged(take, entry, _read_card(store, shot, card_entry), card_entry)


def _measured(shot: Shot, clip: Path, more: Sequence[Learned], promised: Spec | None) -> score.Measured:
    """Measure a take; one that cannot be decoded is rejected, as one that is not as promised."""
    try:
        return score.measure(clip, motion_asked(shot), shot.allow, more, shot.limits, promised)
    except MediaInvalid as failure:
        if promised is None:
            raise
        return score.undecodable(promised, failure.message)


def _read_card(store: Store, shot: ShotPlan, entry: Entry) -> Card:
    """Read a card; its terms are weighed as the storyboard asks, which is no reason to measure again."""
    card = score.card_from_json(entry.file("data.json").read_text("utf-8"))
    asked = shot.shot.weights
    return score.reweighed(card, profiles.weights_of(asked, store.root.parent)) if asked else card


def _leave_out(store: Store, failure: Unusable) -> None:
    """Note in the store that weights cannot be used, and say so once."""

    def write(folder: Path) -> None:
        (folder / "data.json").write_text(json.dumps({"kind": "unusable/1", "why": str(failure)}), "utf-8")
        log.warning("cards are made without it: %s", failure)

    store.make(score.unusable(failure.weights), write, wait=CPU_WAIT)


def find(store: Store, shot: ShotPlan, take: TakePlan) -> Judged | None:
    """Give a take and its card if both are there, without making anything."""
    if take.recipe is None:
        return None
    entry, card_entry = store.find(take.recipe), store.find(card_recipe(shot, take, learned(store, shot)))
    if entry is None or card_entry is None:
        return None
    return Judged(take, entry, _read_card(store, shot, card_entry), card_entry)


# ---------------------------------------------------------------- choice


def choice(shot: ShotPlan, takes: Mapping[int, Judged], pick: int | None) -> Choice:
    """Choose among a shot's takes; a producer's pick wins.

    Raises:
        ShotFailed: every take was rejected and none was picked.
        ProducerError: the picked take does not exist.
    """
    cards = {number: judged.card for number, judged in takes.items()}
    return choose.choose(cards, pick if pick is not None else shot.shot.pick, seeded=shot.generation.seeded)


# ---------------------------------------------------------------- chaining


def last_frame(store: Store, take: Judged) -> tuple[Input, MediaFacts]:
    """Give the picture a chained shot starts from: the last frame of this take, without a label drawn over it."""
    assert take.plan.recipe is not None
    clean = take.clip.with_suffix(LAST)
    if clean.is_file():
        return Input("first_frame", clean, take.entry.sha256(clean.name)), probe(clean)
    recipe = Recipe("frame/1", "last@1", {"take": take.plan.recipe.key})
    last = take.card.spec.frames - 1

    def write(folder: Path) -> None:
        for frame in film_frames.read(take.clip, last, last + 1):
            film_frames.write_picture(folder / "data.png", frame)

    entry = store.make(recipe, write, wait=CPU_WAIT)
    picture = entry.file("data.png")
    return Input("first_frame", picture, entry.sha256("data.png")), probe(picture)
