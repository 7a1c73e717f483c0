"""Which tool makes a shot, and what the plan says about it."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pipeline import registry
from pipeline.errors import StoryboardInvalid
from pipeline.model import Output, Rights, Shot, Size, Storyboard, ToolChoice
from pipeline.plan import Asked, plan

ANYTHING = Rights()


def planned(*names, rights=ANYTHING, asked=None):
    shot = Shot("a", 0, "a hill", ToolChoice(names), 1, seconds=Fraction(1), camera="pan_left")
    board = Storyboard("b", Path("b.yaml"), "b", Output(Size(64, 36), Fraction(24)), (shot,))
    return plan(replace(board, rights=rights), lambda _: None, registry.generator, lambda _: False, asked).shots[0]


def test_auto_takes_what_is_here_and_says_what_would_be_better():
    shot = planned("auto")
    assert shot.generation.generator.startswith("animatic@")
    assert shot.advice[0].startswith("animatic, the previz, makes it")
    assert any("is not in this studio" in line for line in shot.advice)


def test_the_first_of_a_list_that_is_here_makes_the_shot_and_the_others_are_told():
    shot = planned("wan2.2-t2v", "a-tool-nobody-has", "animatic")
    assert shot.generation.generator.startswith("animatic@")
    assert "a-tool-nobody-has is not in this studio" in shot.advice
    assert any(line.startswith("wan2.2-t2v would be best") for line in shot.advice)


def test_a_tool_asked_for_alone_needs_no_advice():
    assert planned("animatic").advice == ()


def test_a_tool_whose_licence_forbids_the_film_is_told_before_it_is_missed():
    with pytest.raises(StoryboardInvalid, match="not licensed for the EU"):
        planned("hunyuanvideo-1.5", rights=Rights("commercial", ("EU",)))
    kept = planned("hunyuanvideo-1.5", "animatic", rights=Rights("commercial", ("EU",)))
    assert kept.generation.generator.startswith("animatic@")


def test_a_tool_named_on_the_command_line_wins():
    assert planned("auto", asked=Asked(generator="animatic")).advice == ()
