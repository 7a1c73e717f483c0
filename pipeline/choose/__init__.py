"""From cards to choices: pure, and always able to say why; a shot by itself, or all shots of a film together."""

from pipeline.choose.film import Candidate, Cut, together
from pipeline.choose.joins import JOINS, join
from pipeline.choose.takes import BLAME, choose, ranked, where, worst_term

__all__ = [
    "BLAME",
    "JOINS",
    "Candidate",
    "Cut",
    "choose",
    "join",
    "ranked",
    "together",
    "where",
    "worst_term",
]
