"""Who makes a take: this process, or another that is asked for it."""

import logging
from collections.abc import Callable

from pipeline import racing, registry
from pipeline.errors import DailiesError
from pipeline.model import ShotPlan, TakePlan
from pipeline.ports import Tell
from pipeline.racing import Stopped
from pipeline.shot import Judged
from pipeline.store import Store

log = logging.getLogger(__name__)

Make = Callable[[Store, ShotPlan, TakePlan, Tell], Judged | Stopped]
"""Has a take made and measured, here or elsewhere, with all it races against; afterwards the store has them."""


def made_here(store: Store, plan: ShotPlan, take: TakePlan, tell: Tell) -> Judged | Stopped:
    """Make and measure a take in this process, or find it in the store."""
    tool = registry.generator(plan.generation.tool)
    try:
        return racing.make(store, plan, take, tool, tell)
    except DailiesError as failure:
        log.info("take %d of shot '%s' did not come", take.number, plan.shot.id, exc_info=failure)
        told = failure
    raise bare(told)


def bare(failure: DailiesError) -> DailiesError:
    """Give a failure that holds on to nothing: its frames hold the model, and failures are remembered all night."""
    failure.__cause__ = failure.__context__ = None
    return failure.with_traceback(None)
