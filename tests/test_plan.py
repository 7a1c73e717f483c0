"""Every decision that needs no pixels."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import plan as planning
from pipeline.errors import StoryboardInvalid
from pipeline.generators.animatic import Animatic
from pipeline.model import (
    Asset,
    Budget,
    GenerationPlan,
    Input,
    MediaFacts,
    Output,
    Shot,
    Size,
    Spec,
    Storyboard,
    ToolChoice,
    Transition,
)
from pipeline.plan import Asked
from pipeline.ports import Problems


class Model:
    """A generator as models are: 8 frames a second, 4k + 1 frames, one size."""

    name = "model"
    version = 3

    def plan(self, wish):
        if wish.shot.scene == "impossible":
            return Problems([("scene", "cannot be drawn")])
        need = -(-wish.spec.frames * 8 // int(wish.spec.rate))
        frames = -(-(need - 1) // 4) * 4 + 1
        spec = Spec(Size(64, 48), Fraction(8), frames)
        return GenerationPlan(
            "model@3", "t2v", wish.prompt, wish.negative, spec, wish.inputs, usd=0.5, compute_seconds=2.0
        )


def board(*shots, **more):
    made = tuple(replace(shot, index=n) for n, shot in enumerate(shots))
    return Storyboard("b", Path("b.yaml"), "b", Output(Size(128, 72), Fraction(24)), made, **more)


def one(name="a", **more):
    return Shot(
        name, 0, more.pop("scene", "a hill"), ToolChoice(("model",)), more.pop("takes", 2), seconds=Fraction(2), **more
    )


def plan(b, asked=None, has=lambda _: False):
    return planning.plan(b, no_probe, lambda _: Model(), has, asked)


def no_probe(path):
    raise AssertionError(f"asked for {path}, which no shot names")


def test_a_shot_says_what_is_made_and_what_is_delivered():
    (shot,) = plan(board(one())).shots
    assert shot.generation.spec == Spec(Size(64, 48), Fraction(8), 17)
    assert shot.delivered == Spec(Size(128, 72), Fraction(24), 48)
    assert shot.steps == ("8 to 24 fps", "lanczos to 128x72")
    assert shot.mezzanine


def test_takes_have_their_own_seeds_from_board_shot_and_number():
    (shot,) = plan(board(one(takes=3))).shots
    seeds = [take.seed for take in shot.takes]
    assert len(set(seeds)) == 3
    assert seeds == [planning.seed_of(0, shot.shot, n) for n in (1, 2, 3)]
    assert seeds != [take.seed for take in plan(board(one(takes=3), seed=1)).shots[0].takes]
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_shots_own_seed_replaces_board_and_id():
    keys = [
        [take.recipe.key for take in plan(board(one(name, seed=5), seed=s)).shots[0].takes]
        for name, s in [("a", 0), ("b", 9)]
    ]
    assert keys[0] == keys[1]


def test_title_pick_and_transition_do_not_change_a_takes_key():
    plain = plan(board(one(), one("z")))
    other = plan(replace(board(one(pick=1), one("z")), title="x"))
    assert plain.shots[0].takes[0].recipe.key == other.shots[0].takes[0].recipe.key


def test_a_changed_scene_changes_only_its_own_takes():
    before, after = plan(board(one(), one("z"))), plan(board(one(scene="a sea"), one("z")))
    assert before.shots[0].takes[0].recipe.key != after.shots[0].takes[0].recipe.key
    assert before.shots[1].takes[0].recipe.key == after.shots[1].takes[0].recipe.key


def test_what_is_stored_is_neither_paid_nor_waited_for_again():
    first = plan(board(one()))
    there = first.shots[0].takes[0].recipe.key
    again = plan(board(one()), has=lambda recipe: recipe.key == there)
    assert [take.stored for take in again.shots[0].takes] == [True, False]
    assert (first.estimate.usd, again.estimate.usd) == (1.0, 0.5)
    assert (first.estimate.takes, again.estimate.takes) == (2, 1)


def test_the_studios_own_history_beats_the_published_time():
    known = plan(board(one()), Asked(pace={"model@3": 10.0}))
    assert known.estimate.seconds == 2 * 17 * 10.0


def test_fresh_takes_begin_where_the_last_ended_and_a_picked_take_stays():
    (shot,) = plan(board(one()), Asked(first_takes={"a": 3}, picked={"a": 1})).shots
    assert [take.number for take in shot.takes] == [1, 3, 4]


def test_takes_asked_on_the_command_line_win():
    assert len(plan(board(one()), Asked(takes=5)).shots[0].takes) == 5


def test_every_shot_that_cannot_be_had_is_told_at_once_with_its_place():
    b = board(one(scene="impossible"), one("b"), one("c", scene="impossible"))
    with pytest.raises(StoryboardInvalid) as told:
        plan(b)
    assert [problem.path for problem in told.value.problems] == ["shots[0].scene", "shots[2].scene"]


def test_a_target_that_is_missed_says_by_how_much():
    with pytest.raises(StoryboardInvalid, match="come out at 2 s, not 3 s: lengthen some by 1 s"):
        plan(board(one(), target_seconds=Fraction(3)))


def test_a_budget_that_is_passed_warns():
    made = plan(board(one(), budget=Budget(usd=0.7)))
    assert "the plan needs 1.00, the budget is 0.7" in made.warnings[0].message


def test_a_chained_shot_waits_for_its_predecessor():
    b = board(one(), one("b", continues="a"))
    made = plan(b)
    assert made.shots[1].after == "a"
    assert [take.recipe for take in made.shots[1].takes] == [None, None]
    facts = MediaFacts("picture", "f" * 64, Spec(Size(64, 48), Fraction(1), 1), Fraction(0), has_sound=False)
    frame = Input("first_frame", Path("/f.png"), "f" * 64)
    known = planning.chained(made.shots[1], b, frame, facts, lambda _: Model(), lambda _: False)
    assert known.generation.inputs == (frame,)
    assert all(take.recipe is not None for take in known.takes)


def test_a_chained_shot_may_have_a_goal():
    goal = Asset("goal.png", Path("/goal.png"))
    facts = MediaFacts("picture", "f" * 64, Spec(Size(64, 48), Fraction(1), 1), Fraction(0), has_sound=False)
    b = board(one("a"), one("b", continues="a", last_frame=goal))
    made = planning.plan(b, lambda _: facts, lambda _: Animatic(), lambda _: False).shots[1]
    assert (made.generation.task, made.takes[0].recipe) == ("goal", None)
    frame = Input("first_frame", Path("/last.png"), "0" * 64)
    known = planning.chained(made, b, frame, facts, lambda _: Animatic(), lambda _: False)
    assert [(one.role, one.sha256[0]) for one in known.generation.inputs] == [("first_frame", "0"), ("last_frame", "f")]


def test_a_take_that_can_never_be_is_not_picked():
    goal = Asset("goal.png", Path("/goal.png"))
    facts = MediaFacts("picture", "f" * 64, Spec(Size(64, 48), Fraction(1), 1), Fraction(0), has_sound=False)
    b = board(one("a", first_frame=goal, last_frame=goal, pick=2))
    with pytest.raises(StoryboardInvalid) as found:
        planning.plan(b, lambda _: facts, lambda _: Animatic(), lambda _: False)
    assert [problem.path for problem in found.value.problems] == ["shots[0].pick"]


def test_handles_are_part_of_what_a_shot_must_deliver():
    b = board(one(transition=Transition("dissolve", Fraction(1))), one("b"))
    made = plan(b)
    assert [shot.delivered.frames for shot in made.shots] == [60, 60]
    assert made.frames == 96
