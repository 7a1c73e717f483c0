"""Prompts of a whole film, read before anything is drawn: each encoder is loaded once, and goes before models come."""

import logging
from collections.abc import Iterator, Sequence

from pipeline import registry, shot
from pipeline.errors import DailiesError
from pipeline.film.keys import missing_key_pictures
from pipeline.film.takes import missing_takes
from pipeline.model import GenerationPlan
from pipeline.ports import Tell, reader_of
from pipeline.production import Production

log = logging.getLogger(__name__)


def read_words(production: Production, names: Sequence[str], tell: Tell) -> int:
    """Encode the prompts of shots that have takes to make, where their models read beforehand; give how many were read.

    A prompt that cannot be read is left to the takes it belongs to: they say why, and the others go on.
    """
    groups: dict[str, list[GenerationPlan]] = {}
    for plan in _to_make(production, names):
        groups.setdefault(plan.model, []).append(plan)
    count = 0
    for plans in groups.values():
        tool = registry.generator(plans[0].tool)
        try:
            count += shot.read_ahead(production.studio.store, tool, plans, tell)
        except DailiesError as failure:
            log.warning("prompts are read with their takes: %s", failure)
    return count


def words_of(production: Production, first: str) -> tuple[GenerationPlan, ...]:
    """Give what is still to be made of a film and has words to read, from a shot on and around, key pictures too."""
    names = list(production.shots)
    begin = names.index(first)
    return tuple(_plans(production, [*names[begin:], *names[:begin]]))


def _plans(production: Production, names: Sequence[str]) -> Iterator[GenerationPlan]:
    for name in names:
        plan = production.shots[name].plan
        for one in (plan.key, plan):
            if one is None or one.uses is not None or all(take.stored for take in one.takes):
                continue
            reader = reader_of(registry.generator(one.generation.tool))
            if reader is not None and reader.words(one.generation) is not None:
                yield one.generation


def _to_make(production: Production, names: Sequence[str]) -> Iterator[GenerationPlan]:
    """Give what is still to be made, key pictures first: their models come first."""
    for name in names:
        if (key := production.shots[name].key) is not None and missing_key_pictures(production, name):
            yield key.plan.generation
    for name in names:
        if missing_takes(production, name):
            yield production.shots[name].plan.generation
