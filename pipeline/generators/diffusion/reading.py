"""Prompts, read by a model's encoders before anything is drawn, and the encoders let go."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.generators.catalog import Entry
from pipeline.generators.diffusion import device, ladder, making, resident, words
from pipeline.generators.diffusion.resident import Need
from pipeline.model import GenerationPlan
from pipeline.ports import Tell


def read(entry: Entry, plans: Sequence[GenerationPlan], tell: Tell) -> Iterator[Callable[[Path], None]]:
    """Encode the prompts of plans of one model; what each gives writes itself into a folder."""
    need = making.need_of(entry, plans[0])
    with resident.to_itself(tell):
        pipe = resident.encoders(need)
        place = _placed(pipe, need)
        for number, plan in enumerate(plans):
            tell(number / len(plans))
            made, cut = words.encoded(pipe, plan, place)
            yield partial(_write, made=made, cut=cut)
        del pipe
        device.forget(need.place)


def _write(folder: Path, made: Mapping[str, Any], cut: int) -> None:
    words.write(folder, made, cut)


def _placed(pipe: Any, need: Need) -> str:
    """Put encoders where there is room for them: beside the model on the GPU, else on the processor."""
    free = device.free_bytes(need.place)
    large = sum(_bytes(getattr(pipe, name, None)) for name in ladder.ENCODERS)
    if free is not None and large + ladder.WORKSPACE // 4 > free:
        return "cpu"
    for name in ladder.ENCODERS:
        if (one := getattr(pipe, name, None)) is not None:
            one.to(need.place.name)
    return need.place.name


def _bytes(encoder: Any) -> int:
    return 0 if encoder is None else sum(one.numel() * one.element_size() for one in encoder.parameters())
