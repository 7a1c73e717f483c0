"""Prompts, read by a model's encoders before anything is drawn, and the encoders let go."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, groupby
from pathlib import Path
from typing import Any

from pipeline.generators.catalog import Entry
from pipeline.generators.diffusion import ladder, making, resident, words
from pipeline.generators.diffusion.resident import Need
from pipeline.model import GenerationPlan
from pipeline.ports import Tell
from pipeline.trained import device


def read(entry: Entry, plans: Sequence[GenerationPlan], tell: Tell) -> Iterator[Callable[[Path], None]]:
    """Encode the prompts of plans of one model; what each gives writes itself into a folder."""
    done = count()
    with resident.to_itself(tell):
        for _, alike in groupby(plans, _loaded_as):
            yield from _read(entry, list(alike), lambda: tell(next(done) / len(plans)))


def _loaded_as(plan: GenerationPlan) -> tuple[Any, ...]:
    """Give what decides which encoder reads a plan, and in which numbers."""
    return tuple(plan.levers.get(one) for one in ("model", "weights", "dtype", "device"))


def _read(entry: Entry, plans: Sequence[GenerationPlan], tell: Callable[[], None]) -> Iterator[Callable[[Path], None]]:
    need = making.need_of(entry, plans[0])
    pipe = resident.encoders(need)
    place = _placed(pipe, need)
    for plan in plans:
        tell()
        try:
            made, cut = _encoded(pipe, plan, place)
        except resident.UNUSABLE as failure:
            raise resident.unusable(need, failure) from failure
        yield partial(words.write, words=made, cut=cut)
    del pipe
    device.forget(need.place)


def _encoded(pipe: Any, plan: GenerationPlan, place: str) -> tuple[dict[str, Any], int]:
    """Encode a prompt, on the processor where the GPU turns out too small."""
    try:
        return words.encoded(pipe, plan, place)
    except (RuntimeError, MemoryError) as failure:
        if place == "cpu" or not device.is_full(failure):
            raise
    return words.encoded(_moved(pipe, "cpu"), plan, "cpu")


def _placed(pipe: Any, need: Need) -> str:
    """Put encoders where there is room for them: beside the model on the GPU, else on the processor."""
    free = device.free_bytes(need.place)
    large = sum(_bytes(getattr(pipe, name, None)) for name in ladder.ENCODERS)
    if free is not None and large + ladder.WORKSPACE // 4 > free:
        return "cpu"
    try:
        _moved(pipe, need.place.name)
    except RuntimeError as failure:
        if not device.is_full(failure):
            raise
        _moved(pipe, "cpu")
        return "cpu"
    return need.place.name


def _moved(pipe: Any, place: str) -> Any:
    for name in ladder.ENCODERS:
        if (one := getattr(pipe, name, None)) is not None:
            one.to(place)
    return pipe


def _bytes(encoder: Any) -> int:
    return 0 if encoder is None else sum(one.numel() * one.element_size() for one in encoder.parameters())
