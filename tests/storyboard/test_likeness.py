"""Extra weights and reference pictures: whose they are, in which order, and who reads them."""

from dataclasses import replace

import pytest

from pipeline import plan
from pipeline.generators.animatic import Animatic
from pipeline.generators.card import Card
from pipeline.model import MediaFacts
from pipeline.plan.asked import assets
from pipeline.storyboard import load
from tests.storyboard.conftest import png, tensors

BEFORE = """\
looks:
  ink: {style: ink, lora: [{file: ink.safetensors, scale: 0.8}, line.safetensors]}
cast:
  heroine:
    description: a woman in red
    references: [front.png, side.png]
    lora: red.safetensors
    variants:
      young: {description: a girl in yellow, references: young.png}
      old: {description: a woman in grey, lora: {file: grey.safetensors, scale: 1.5}}
      masked: {description: a woman in a mask, references: [], lora: []}
  temple: {kind: place, description: a temple, references: [temple.png, front.png], lora: moss.safetensors}
shots:
"""
SHOT = "  - {{id: a, camera: crane, {}}}\n"
FILES = (
    *("front.png", "side.png", "young.png", "temple.png"),
    *(f"{one}.safetensors" for one in ("ink", "line", "red", "grey", "moss", "own")),
)


@pytest.fixture
def shot(studio, read):
    """Read one shot of a board with a cast and a look; give it."""
    for name in FILES:
        (studio / name).write_bytes(png() if name.endswith(".png") else tensors())
    return lambda more: read(BEFORE + SHOT.format(more))[0].shots[0]


def worn(shot):
    return [(one.file.name.removesuffix(".safetensors"), one.scale) for one in shot.loras]


def seen(shot):
    return [one.name.removesuffix(".png") for one in shot.references]


def test_a_shot_without_any_of_them_has_none(shot):
    one = shot("scene: hills")
    assert (one.loras, one.references) == ((), ())


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("own.safetensors", [("own", 1.0)]),
        ("{file: own.safetensors}", [("own", 1.0)]),
        ("{file: own.safetensors, scale: 0}", [("own", 0.0)]),
        ("[own.safetensors, {file: grey.safetensors, scale: 2}]", [("own", 1.0), ("grey", 2.0)]),
        ("[{file: own.safetensors, scale: 0.5}, own.safetensors]", [("own", 0.5)]),
        ("[]", []),
    ],
)
def test_weights_are_a_file_a_mapping_or_a_list(shot, written, found):
    assert worn(shot(f"scene: hills, lora: {written}")) == found


def test_its_own_weights_come_first_then_those_of_its_cast_then_those_of_its_look(shot, studio):
    one = shot('scene: "{temple} and {heroine}", look: ink, lora: own.safetensors')
    assert worn(one) == [("own", 1), ("moss", 1), ("red", 1), ("ink", 0.8), ("line", 1)]
    assert one.loras[0].file.path == (studio / "own.safetensors").resolve()


def test_a_file_that_comes_twice_keeps_its_first_place_and_scale(shot):
    one = shot('scene: "{heroine}", look: ink, lora: [{file: ./ink.safetensors, scale: 0.1}]')
    assert [scale for _, scale in worn(one)] == [0.1, 1, 1]
    assert [one.file.name for one in one.loras] == ["./ink.safetensors", "red.safetensors", "line.safetensors"]


@pytest.mark.parametrize(
    ("name", "weights", "pictures"),
    [
        ("heroine", ["red"], ["front", "side"]),
        ("heroine.young", ["red"], ["young"]),
        ("heroine.old", ["grey"], ["front", "side"]),
        ("heroine.masked", [], []),
        ("temple", ["moss"], ["temple", "front"]),
    ],
)
def test_a_variant_has_its_own_or_those_of_the_one_it_is_of(shot, name, weights, pictures):
    one = shot(f'scene: "{{{name}}} in the rain"')
    assert ([name for name, _ in worn(one)], seen(one)) == (weights, pictures)


@pytest.mark.parametrize(
    ("texts", "pictures"),
    [
        ('scene: "{heroine} at {temple}"', ["front", "side", "temple"]),
        ('scene: "{temple}, {heroine}"', ["temple", "front", "side"]),
        ('scene: "{heroine.young} becomes {heroine}, {heroine.young}"', ["young", "front", "side"]),
        ('prompt: "{heroine}", scene: "{temple}"', ["temple", "front", "side"]),
        ('prompt: "{heroine}"', ["front", "side"]),
        ('scene: hills, keyframe: {prompt: "{heroine.young}"}', ["young"]),
        ("scene: nobody", []),
    ],
)
def test_pictures_come_in_the_order_of_the_names_each_once(shot, texts, pictures):
    assert seen(shot(texts)) == pictures


def test_what_no_model_makes_has_neither(studio, probe, shot):
    shot("scene: x")
    text = BEFORE + "".join(
        f"  - {{{one}, look: ink}}\n"
        for one in (
            'id: a, camera: crane, scene: "{heroine}"',
            "id: b, card: {}",
            "id: c, use: a, seconds: 1",
            'id: d, camera: crane, scene: "{heroine}", pick: assets/dance.mp4, race: true, takes: 4',
        )
    )
    (studio / "board.yaml").write_text(text)
    board, warnings = load(studio / "board.yaml", probe)
    assert [(len(one.loras), len(one.references)) for one in board.shots] == [(3, 2), (0, 0), (0, 0), (0, 0)]
    assert (board.shots[3].race, warnings) == (None, ())


def test_every_part_of_a_split_shot_and_every_version_has_them(studio, probe, shot):
    shot("scene: x")
    more = '  - {id: a, camera: crane, scene: "{heroine}", look: ink, seconds: 12, split: 3}\n'
    (studio / "board.yaml").write_text("versions: [{name: short, target_seconds: 6}]\n" + BEFORE + more)
    for which in ({}, {"version": "short"}):
        board, _ = load(studio / "board.yaml", probe, **which)
        assert [(worn(one), seen(one)) for one in board.shots] == [(worn(board.shots[0]), ["front", "side"])] * len(
            board.shots
        )
        assert len(board.shots) > 1


def test_a_profile_gives_the_cast_other_weights_and_pictures(studio, probe, shot):
    shot("scene: x")
    heroine = "{description: x, lora: own.safetensors, references: young.png}"
    profiles = f"profiles: {{p: {{cast: {{heroine: {heroine}}}, looks: {{ink: {{lora: []}}}}}}}}\n"
    (studio / "board.yaml").write_text(profiles + BEFORE + SHOT.format('scene: "{heroine}", look: ink'))
    (one,) = load(studio / "board.yaml", probe, profile="p")[0].shots
    assert (worn(one), seen(one)) == ([("own", 1)], ["young"])


# ---------------------------------------------------------------- who reads them


def test_they_are_files_of_the_shot_in_its_order(shot):
    one = shot('scene: "{temple} and {heroine}", look: ink, lora: own.safetensors, last_frame: assets/end.png')
    names = {role: asset.name.partition(".")[0] for role, asset in assets(one).items()}
    assert list(names.items()) == [
        ("last_frame", "assets/end"),
        *(("reference_1", "temple"), ("reference_2", "front"), ("reference_3", "side")),
        *(("lora_1", "own"), ("lora_2", "moss"), ("lora_3", "red"), ("lora_4", "ink"), ("lora_5", "line")),
    ]


def test_takes_of_the_animatic_and_cards_stay_what_they_are(studio, shot, probe, read):
    shot("scene: x")
    kinds = (
        *('scene: "{heroine}"', 'scene: "{heroine}", first_frame: assets/gate.png'),
        *('scene: "{heroine}", source: assets/dance.mp4', 'scene: "{heroine}", continues: a0'),
    )
    shots = "".join(f"  - {{id: a{n}, camera: crane, {one}}}\n" for n, one in enumerate(kinds))
    board, _ = read("defaults: {look: ink}\n" + BEFORE + shots + "  - {id: end, card: {image: assets/gate.png}}\n")
    plain = replace(board, shots=tuple(replace(one, loras=(), references=()) for one in board.shots))
    assert all(len(one.loras) == 3 for one in board.shots[:4])

    def known(path):
        facts = probe(path)
        return MediaFacts(facts.kind, path.name, facts.spec, facts.seconds, facts.has_sound)

    def planned(one):
        tools = {"animatic": Animatic(), "card": Card(), "auto": Animatic()}
        return [made.generation for made in plan.plan(one, known, tools.__getitem__, lambda _: False).shots]

    assert planned(board) == planned(plain)
    assert [made.recipe(1).key for made in planned(board)] == [made.recipe(1).key for made in planned(plain)]
