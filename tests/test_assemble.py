"""Grades: who is matched to whom."""

from types import SimpleNamespace

import pytest

from pipeline.assemble import grades
from pipeline.model import ColourStats, Finish, Harmonise

LOOKS = {"dawn": "day", "noon": "day", "moon": "night", "stars": "night", "own": "day", "loose": ""}
AS_IS = frozenset({"own"})


def a_plan(wish):
    shots = [
        SimpleNamespace(
            shot=SimpleNamespace(
                id=name,
                look_name=look,
                sequence="",
                harmonise=True,
                source=SimpleNamespace(as_is=True) if name in AS_IS else None,
            )
        )
        for name, look in LOOKS.items()
    ]
    return SimpleNamespace(board=SimpleNamespace(finish=Finish(harmonise=wish)), shots=shots)


def colours(level):
    return ColourStats((level, level, level), ((90.0, 0.0, 0.0), (0.0, 90.0, 0.0), (0.0, 0.0, 90.0)))


CHOSEN = {
    name: SimpleNamespace(card=SimpleNamespace(colours=colours(40.0 + 20 * place))) for place, name in enumerate(LOOKS)
}


def lands(wish):
    """Say which shot's level each graded shot is brought to."""
    found = {}
    for name, grade in grades(a_plan(wish), CHOSEN).items():
        level = CHOSEN[name].card.colours.mean[0]
        after = sum(row * level for row in grade.matrix[:3]) + grade.matrix[3]
        found[name] = min(CHOSEN, key=lambda other: abs(CHOSEN[other].card.colours.mean[0] - after))
    return found


@pytest.mark.parametrize(
    ("wish", "want"),
    [
        (Harmonise(), {"noon": "dawn", "stars": "moon"}),
        (Harmonise(reference="stars"), {"noon": "dawn", "moon": "stars"}),
        (Harmonise(reference="own"), {"dawn": "own", "noon": "own", "stars": "moon"}),
        (Harmonise(reference="loose"), dict.fromkeys(("dawn", "noon", "moon", "stars"), "loose")),
        (Harmonise("film", reference="own"), dict.fromkeys(("dawn", "noon", "moon", "stars", "loose"), "own")),
    ],
)
def test_a_group_is_matched_to_its_first_shot_and_a_named_one_speaks_for_its_own_group(wish, want):
    assert lands(wish) == want


def test_footage_used_as_it_is_is_never_graded_and_off_is_off():
    assert "own" not in grades(a_plan(Harmonise("film")), CHOSEN)
    assert grades(a_plan(None), CHOSEN) == {}
