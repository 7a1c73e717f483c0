"""Which tool suits a shot: facts of generators, what rules one out, and why, in a producer's words."""

from pipeline.recommend.choosing import Machine, Need, Recommendation, asked, explain, need_of, recommend
from pipeline.recommend.models import Model, models
from pipeline.recommend.rights import conditions, forbidden

__all__ = [
    "Machine",
    "Model",
    "Need",
    "Recommendation",
    "asked",
    "conditions",
    "explain",
    "forbidden",
    "models",
    "need_of",
    "recommend",
]
