"""Models on this machine, through diffusers: one generator for every entry of the catalog.

Nothing here imports torch before a take is made; `wish` decides, `making` makes, `resident` keeps the model.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipeline.generators.catalog import Entry, models
from pipeline.generators.diffusion.wish import planned
from pipeline.model import GenerationPlan, Order, Recipe, TakeResult, Wish
from pipeline.ports import Judge, Problems, Tell


class Diffusion:
    """Makes takes with one model of the catalog. A class because the port asks for one; the model itself is shared."""

    version = 1
    races = True
    probes = True

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def entry(self) -> Entry:
        """What is known of the model."""
        return models()[self.name]

    def plan(self, wish: Wish) -> GenerationPlan | Problems:
        """Decide what the model makes: the next length, size and settings that it can; opens nothing."""
        return planned(self.entry, self.version, wish)

    def words(self, plan: GenerationPlan) -> Recipe | None:
        """Give what decides the encoded prompt of a plan."""
        from pipeline.generators.diffusion import words

        return words.recipe(plan)

    def read(self, plans: Sequence[GenerationPlan], tell: Tell) -> Iterator[Callable[[Path], None]]:
        """Encode prompts.

        Raises:
            ToolMissing: torch or the weights are not here.
            ToolFailed: the weights are damaged.
            OperatorError: the device asked for is not here.
        """
        from pipeline.generators.diffusion import reading

        return reading.read(self.entry, plans, tell)

    def generate(self, orders: Sequence[Order], work: Path, judge: Judge, tell: Tell) -> Iterator[TakeResult]:
        """Make the takes; several that race are drawn side by side, and `judge` measures their previews.

        Raises:
            ToolMissing: torch, the weights or an adapter are not here.
            ToolFailed: the weights are damaged, or the model did not make what was asked for.
            OperatorError: the device asked for is not here, or its memory is too small.
        """
        from pipeline.generators.diffusion import making

        return making.takes(self.entry, orders, work, judge, tell)
