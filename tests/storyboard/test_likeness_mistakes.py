"""Weights and pictures that will not do are told at their place."""

import pytest

from tests.storyboard.conftest import png, tensors

ONE = "shots:\n  - {{id: a, scene: an old bridge, camera: static, {}}}\n"
FINE = "shots: [{id: a, scene: an old bridge, camera: static}]\n"
NINE = [f"assets/{n}" for n in range(9)]
RUNS = " is no .safetensors file: other kinds of weights can run code when they are opened; "


def listed(suffix, count=9):
    return "[" + ", ".join(f"{one}.{suffix}" for one in NINE[:count]) + "]"


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "start"),
    [
        (
            ONE.format("lora: 3"),
            2,
            57,
            "shots[0].lora",
            "must be text, a mapping (key: value) or a list, not 3; name a",
        ),
        (ONE.format("lora: [[]]"), 2, 58, "shots[0].lora[0]", "must be text or a mapping (key: value), not a list"),
        (ONE.format("lora: {scale: 1}"), 2, 57, "shots[0].lora", "`file` is missing"),
        (
            ONE.format("lora: {file: assets/ink.safetensors, weight: 1}"),
            *(2, 88, "shots[0].lora.weight", "unknown key `weight`; did you mean scale?"),
        ),
        (
            ONE.format("lora: [{fiel: assets/ink.safetensors}]"),
            *(2, 59, "shots[0].lora[0].fiel", "unknown key `fiel`; did you mean file?"),
        ),
        (
            ONE.format("lora: {file: assets/ink.safetensors, scale: 2.1}"),
            *(2, 95, "shots[0].lora.scale", "must be at most 2, not 2.1"),
        ),
        (
            ONE.format("lora: {file: assets/ink.safetensors, scale: -0.1}"),
            *(2, 95, "shots[0].lora.scale", "must be at least 0, not -0.1"),
        ),
        (ONE.format("loras: []"), 2, 51, "shots[0].loras", "unknown key `loras`; did you mean lora?"),
        (
            ONE.format("lora: [assets/red.safetensors, assets/inc.safetensors]"),
            *(2, 82, "shots[0].lora[1]", "there is no file assets/inc.safetensors; did you mean ink.safetensors?"),
        ),
        (ONE.format("lora: ../x.safetensors"), 2, 57, "shots[0].lora", "../x.safetensors leads out with .."),
        (
            ONE.format("lora: {file: assets/Old.CKPT}"),
            *(
                2,
                64,
                "shots[0].lora.file",
                f'"assets/Old.CKPT"{RUNS}convert it in Python: safetensors.torch.save_file(',
            ),
        ),
        (ONE.format("lora: owner/name"), 2, 57, "shots[0].lora", f'"owner/name"{RUNS}copy a .safetensors file beside'),
        (ONE.format(f"lora: {listed('safetensors')}"), 2, 57, "shots[0].lora", "9 entries are too many; at most 8"),
        (
            ONE.format("first_frame: assets/ink.safetensors"),
            *(2, 64, "shots[0].first_frame", "assets/ink.safetensors is a file of weights; here stands a picture"),
        ),
        (
            "looks: {l: {lora: {file: assets/no.safetensors}}}\n" + FINE,
            *(1, 26, "looks.l.lora.file", "there is no file assets/no.safetensors"),
        ),
        (
            "looks: {l: {references: x.png}}\n" + FINE,
            *(1, 13, "looks.l.references", "`references` does not stand here; it belongs to cast.<name>"),
        ),
        (
            "defaults: {lora: assets/ink.safetensors}\n" + FINE,
            *(1, 12, "defaults.lora", "`lora` does not stand here; it belongs to shots[]"),
        ),
        (
            "cast: {a: {description: x, lora: [assets/old.pt]}}\n" + FINE,
            *(1, 35, "cast.a.lora[0]", f'"assets/old.pt"{RUNS}convert it in Python'),
        ),
        (
            "cast: {a: {description: x, variants: {b: {description: x, lora: no.safetensors}}}}\n" + FINE,
            *(1, 65, "cast.a.variants.b.lora", "there is no file no.safetensors"),
        ),
        (
            "cast: {a: {description: x, references: assets/none.png}}\n" + FINE,
            *(1, 40, "cast.a.references", "there is no file assets/none.png"),
        ),
        (
            "cast: {a: {description: x, references: [assets/gate.png, assets/dance.mp4]}}\n" + FINE,
            *(1, 58, "cast.a.references[1]", "assets/dance.mp4 is a video; here stands a picture"),
        ),
        (
            "cast: {a: {description: x, references: [assets/fake.png]}}\n" + FINE,
            *(1, 41, "cast.a.references[0]", "fake.png is no picture"),
        ),
        (
            "cast: {a: {description: x, references: {front: x.png}}}\n" + FINE,
            *(1, 40, "cast.a.references", "must be text or a list, not a mapping; name a picture, e.g."),
        ),
        (
            "cast: {a: {description: x, references: 3}}\n" + FINE,
            *(1, 40, "cast.a.references", "must be text or a list, not 3; name a picture, e.g. assets/heroine.png"),
        ),
        (
            "cast: {a: {description: x, reference: x.png}}\n" + FINE,
            *(1, 28, "cast.a.reference", "unknown key `reference`; did you mean references?"),
        ),
        (
            f"cast: {{a: {{description: x, references: {listed('png')}}}}}\n" + FINE,
            *(1, 40, "cast.a.references", "9 entries are too many; at most 8"),
        ),
    ],
)
def test_what_will_not_do_is_told_at_its_place(problems, text, line, column, path, start):
    (told,) = problems(text)
    assert (told.line, told.column, told.path) == (line, column, path), str(told)
    assert told.message.startswith(start), told.message


def test_a_shot_with_more_than_eight_is_told_where_they_come_from(studio, problems):
    (studio / "f").mkdir()
    for n in range(9):
        (studio / "f" / f"{n}.png").write_bytes(png())
        (studio / "f" / f"{n}.safetensors").write_bytes(tensors())

    def some(suffix, *numbers):
        return "[" + ", ".join(f"f/{n}.{suffix}" for n in numbers) + "]"

    text = (
        f"looks: {{l: {{lora: {some('safetensors', *range(8))}}}}}\n"
        f"cast:\n  a: {{description: x, references: {some('png', 0, 1, 2, 3, 4)}}}\n"
        f"  b: {{description: y, references: {some('png', 4, 5, 6, 7, 8)}}}\n"
        "shots:\n"
        '  - {id: a, scene: "{a}", prompt: "{b}", camera: static}\n'
        "  - {id: b, scene: hills, camera: static, look: l, lora: f/8.safetensors}\n"
        "  - {id: c, scene: hills, camera: static, look: l, lora: f/7.safetensors}\n"
        '  - {id: d, keyframe: {prompt: "{a}{b}"}, camera: static}\n'
    )
    pictures, weights, painted = problems(text)
    assert (pictures.line, pictures.column, pictures.path) == (6, 20, "shots[0].scene")
    assert pictures.message.startswith("those named here have 9 pictures together; at most 8 in one shot: leave")
    assert (weights.line, weights.column, weights.path) == (7, 58, "shots[1].lora")
    assert weights.message.startswith("with those of its cast and its look this shot has 9 files of weights; at most 8")
    assert (painted.line, painted.column, painted.path) == (9, 32, "shots[3].keyframe.prompt")
