"""Every decision that needs no pixels. Pure: facts, tools and "is it in the store" come as arguments."""

from pipeline.plan.asked import Asked
from pipeline.plan.shots import chained
from pipeline.plan.takes import another, seed_of
from pipeline.plan.whole import plan, version

__all__ = ["Asked", "another", "chained", "plan", "seed_of", "version"]
