"""The life of one film: takes shot by shot, a choice over all of them, pieces, the cut, the page.

    prepare -> read_words, resolve, make_shot_take ... -> settle_shot -> assemble

Flows call these verbs; calling them again makes only what the store lacks.
"""

from pipeline.film.choices import settle_shot, take_up
from pipeline.film.cutting import assemble
from pipeline.film.keys import make_key_picture, missing_key_pictures
from pipeline.film.probing import can_be_probed, probe, to_probe
from pipeline.film.takes import (
    find_takes,
    made_with_another,
    make_shot_take,
    missing_takes,
    recall_failures,
    reroll,
    resolve,
)
from pipeline.film.words import read_words, words_of

__all__ = [
    "assemble",
    "can_be_probed",
    "find_takes",
    "made_with_another",
    "make_key_picture",
    "make_shot_take",
    "missing_key_pictures",
    "missing_takes",
    "probe",
    "read_words",
    "recall_failures",
    "reroll",
    "resolve",
    "settle_shot",
    "take_up",
    "to_probe",
    "words_of",
]
