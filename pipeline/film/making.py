"""Who makes a take: this process, or another that is asked for it."""

from collections.abc import Callable

from pipeline import racing, registry
from pipeline.model import ShotPlan, TakePlan
from pipeline.ports import Tell
from pipeline.racing import Stopped
from pipeline.shot import Judged
from pipeline.store import Store

Make = Callable[[Store, ShotPlan, TakePlan, Tell], Judged | Stopped]
"""Has a take made and measured, here or elsewhere, with all it races against; afterwards the store has them."""


def made_here(store: Store, plan: ShotPlan, take: TakePlan, tell: Tell) -> Judged | Stopped:
    """Make and measure a take in this process, or find it in the store."""
    tool = registry.generator(plan.generation.generator.partition("@")[0])
    return racing.make(store, plan, take, tool, tell)
