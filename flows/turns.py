"""Which take is begun next: one by the model that is loaded, and none that would only wait for a GPU."""

from collections import Counter, deque
from collections.abc import Callable
from functools import cache

from pipeline import registry
from pipeline.ports import reader_of

RESIDENT = 2
"""Takes by one model of this machine at a time: one is drawn, and the next is read, measured or stored meanwhile."""

Wanted = tuple[str, int]
"""A shot, and the number of a take of it; below zero that of a picture it starts from."""


class Turns:
    """Takes in their turn. A class because what is in flight decides what comes next.

    `model_of` names the model of a take, its generator first. `here`: takes are made in this process, in which one
    model is resident at a time.
    """

    def __init__(self, model_of: Callable[[Wanted], str], *, here: bool) -> None:
        self.waiting: deque[Wanted] = deque()
        self._model_of = model_of
        self._here = here
        self._last = ""
        self._flying: Counter[str] = Counter()

    def next(self) -> Wanted | None:
        """Give the next take to be begun: by the model used last, if one waits; None while none may begin."""
        may_begin, first = cache(self._may_begin), None
        for one in self.waiting:
            if (model := self._model_of(one)) == self._last and may_begin(model):
                return self._begin(one)
            if first is None and may_begin(model):
                first = one
        return None if first is None else self._begin(first)

    def _begin(self, one: Wanted) -> Wanted:
        self.waiting.remove(one)
        self._last = self._model_of(one)
        self._flying[self._last] += 1
        return one

    def back(self, one: Wanted) -> None:
        """Note that a take is over."""
        self._flying[self._model_of(one)] -= 1

    def _may_begin(self, model: str) -> bool:
        if not self._here or not _resident(model):
            return True
        others = any(count > 0 for name, count in self._flying.items() if name != model and _resident(name))
        return not others and self._flying[model] < RESIDENT


def _resident(model: str) -> bool:
    """Tell whether a model stays in the process and works on one take at a time."""
    return reader_of(registry.generator(model.partition("@")[0])) is not None
