"""Prompts of a whole film, read before anything is drawn: each encoder is loaded once, and goes before models come."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from pipeline import registry
from pipeline.errors import DailiesError
from pipeline.film.keys import missing_key_pictures
from pipeline.film.takes import missing_takes
from pipeline.model import GenerationPlan, Recipe
from pipeline.ports import Reader, Tell, reader_of
from pipeline.production import Production
from pipeline.store import Store

log = logging.getLogger(__name__)


def read_words(production: Production, names: Sequence[str], tell: Tell) -> int:
    """Encode the prompts of shots that have takes to make, where their models read beforehand; give how many were read.

    A prompt that cannot be read is left to the takes it belongs to: they say why, and the others go on.
    """
    store, count = production.studio.store, 0
    for reader, wanted in _by_model(production, names):
        try:
            count += _read(store, reader, wanted, tell)
        except DailiesError as failure:
            log.warning("prompts are read with their takes: %s", failure)
    return count


def _by_model(production: Production, names: Sequence[str]) -> list[tuple[Reader, Mapping[str, GenerationPlan]]]:
    """Group the plans whose words the store lacks by the model that reads them; plans with the same words once."""
    groups: dict[str, tuple[Reader, dict[str, GenerationPlan]]] = {}
    for plan in _to_make(production, names):
        reader = reader_of(registry.generator(plan.generator.partition("@")[0]))
        recipe = reader.words(plan) if reader else None
        if reader is not None and recipe is not None and not production.studio.store.has(recipe):
            model = f"{plan.generator} {plan.levers.get('model')}"
            groups.setdefault(model, (reader, {}))[1].setdefault(recipe.key, plan)
    return list(groups.values())


def _to_make(production: Production, names: Sequence[str]) -> Iterator[GenerationPlan]:
    """Give what is still to be made, key pictures first: their models come first."""
    for name in names:
        if (key := production.shots[name].key) is not None and missing_key_pictures(production, name):
            yield key.plan.generation
    for name in names:
        if missing_takes(production, name):
            yield production.shots[name].plan.generation


def _read(store: Store, reader: Reader, wanted: Mapping[str, GenerationPlan], tell: Tell) -> int:
    plans = list(wanted.values())
    for plan, put in zip(plans, reader.read(plans, tell), strict=True):
        recipe: Recipe | None = reader.words(plan)
        assert recipe is not None
        store.make(recipe, put)
    return len(plans)
