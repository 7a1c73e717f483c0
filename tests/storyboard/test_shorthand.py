"""Short forms: one for a list, a plain value for a mapping; and problems told where the short form stands."""

from fractions import Fraction

import pytest

from pipeline.model import CardFace, Use
from pipeline.storyboard import load

SHOT = "shots:\n  - {{id: a, scene: a red bridge, camera: crane, {}}}\n"
FILM = "{}\nshots:\n  - {{id: a, scene: a red bridge, camera: crane}}\n"

FILMS = [
    ("audio: {music: assets/theme.wav}", "audio: {music: [{file: assets/theme.wav}]}"),
    (
        "audio: {music: [assets/theme.wav, {file: assets/theme.wav, from: a}]}",
        "audio: {music: [{file: assets/theme.wav}, {file: assets/theme.wav, from: a}]}",
    ),
    ("subtitles: true", "subtitles: {}"),
    ("subtitles: burn", "subtitles: {burn: true}"),
    ("subtitles: [ja, en]", "subtitles: {languages: [ja, en]}"),
    ("subtitles: {languages: ja}", "subtitles: {languages: [ja]}"),
    ("rights: {territory: EU}", "rights: {territory: [EU]}"),
    ("deliver: gif", "deliver: [gif]"),
    ("deliver: {gif: {width: 300}, otio: true, edl: false}", "deliver: [{gif: {width: 300}}, otio]"),
    ("deliver: [{gif: true}]", "deliver: [gif]"),
    ("disclosure: true", "disclosure: file"),
    ("disclosure: false", "disclosure: none"),
    ("score: {allow: still}", "score: {allow: [still]}"),
    ("defaults: {score: {allow: still}}", "defaults: {score: {allow: [still]}}"),
    ('output: {picture: "2.39:1"}', "output: {picture: 2.39}"),
    ("output: {picture: 16:9}", "output: {picture: 160/90}"),
    ("versions: [{name: v, shots: a}]", "versions: [{name: v, shots: [a]}]"),
    ("profiles: {p: {subtitles: burn}}", "profiles: {p: {subtitles: {burn: true}}}"),
    (
        "sequences: {s: {ambience: assets/theme.wav}}",
        "sequences: {s: {ambience: {file: assets/theme.wav}}}",
    ),
    (
        "looks: {l: {lora: assets/ink.safetensors}}\ndefaults: {look: l}",
        "looks: {l: {lora: [{file: assets/ink.safetensors}]}}\ndefaults: {look: l}",
    ),
    (
        "cast: {c: {description: x, references: assets/gate.png, lora: {file: assets/ink.safetensors}}}",
        "cast: {c: {description: x, references: [assets/gate.png], lora: [{file: assets/ink.safetensors}]}}",
    ),
    ("defaults: {race: true, takes: 4}", "defaults: {race: {rungs: [0.2, 0.4], keep: [3, 1]}, takes: 4}"),
]
SHOTS = [
    ("titles: Kyoto", "titles: [{text: Kyoto}]"),
    ("titles: {text: Kyoto, place: top}", "titles: [{text: Kyoto, place: upper}]"),
    ("titles: [A, {text: B, place: bottom}]", "titles: [{text: A}, {text: B, place: lower}]"),
    ("titles: {text: A, place: center}", "titles: [{text: A, place: centre}]"),
    ("titles: {text: A, place: middle}", "titles: [{text: A, place: centre}]"),
    ("lines: Hello", "lines: [{text: Hello}]"),
    ("lines: {who: her, text: Hello}", "lines: [{who: her, text: Hello}]"),
    ("lines: [Hello, {text: You}]", "lines: [{text: Hello}, {text: You}]"),
    ("focus: left", "focus: {x: 0, y: 0.5}"),
    ("focus: bottom", "focus: {x: 0.5, y: 1}"),
    ("focus: center", "focus: {}"),
    ("focus: [0.4, 0.5]", "focus: {x: 0.4, y: 0.5}"),
    ("score: {allow: dark}", "score: {allow: [dark]}"),
    ("lora: assets/ink.safetensors", "lora: [{file: assets/ink.safetensors, scale: 1}]"),
    ("lora: {file: assets/ink.safetensors}", "lora: [{file: assets/ink.safetensors}]"),
    ("race: true, takes: 4", "race: {rungs: [0.2, 0.4], keep: [3, 1]}, takes: 4"),
]


@pytest.mark.parametrize(
    ("short", "full"),
    [*((FILM.format(a), FILM.format(b)) for a, b in FILMS), *((SHOT.format(a), SHOT.format(b)) for a, b in SHOTS)],
)
def test_the_short_form_means_the_same_as_the_full_one(read, short, full):
    assert read(short) == read(full)


@pytest.mark.parametrize(
    ("written", "image"),
    [("true", None), ("'#1d1512'", None), ("ember", None), ("logo", "gate.png"), ("assets/end.png", "end.png")],
)
def test_a_card_is_drawn_of_a_colour_a_name_or_a_picture(read, written, image):
    board, _ = read(
        "brand: {colours: {ember: '#1d1512'}, logo: assets/gate.png}\n"
        f"shots:\n  - {{id: a, card: {written}}}\n  - {{id: b, scene: a red bridge, camera: crane, card: false}}\n"
    )
    drawn, made = board.shots
    assert isinstance(drawn.card, CardFace)
    assert made.card is None
    assert (drawn.card.ground == (29, 21, 18)) == (written in {"'#1d1512'", "ember"})
    assert (drawn.card.image and drawn.card.image.path.name) == image


def test_another_shots_take_is_named_alone(read):
    board, _ = read("shots:\n  - {id: a, scene: a red bridge, camera: crane}\n  - {id: b, use: a}\n")
    assert board.shots[1].use == Use("a", Fraction(0))


@pytest.mark.parametrize(
    ("text", "line", "column", "path"),
    [
        (FILM.format("audio: {music: nope.wav}"), 1, 16, "audio.music"),
        (FILM.format("audio: {music: [assets/theme.wav, nope.wav]}"), 1, 35, "audio.music[1]"),
        (FILM.format("audio: {music: {file: nope.wav}}"), 1, 23, "audio.music.file"),
        (FILM.format("deliver: {srt: true}\nrights: {territory: Japan}"), 2, 21, "rights.territory"),
        (FILM.format('output: {picture: "0:1"}'), 1, 19, "output.picture"),
        (FILM.format('output: {picture: "99:1"}'), 1, 19, "output.picture"),
        (SHOT.format("titles: 'Kyo\ue000to'"), 2, 57, "shots[0].titles"),
        (SHOT.format("titles: {text: 'Kyo\ue000to'}"), 2, 64, "shots[0].titles.text"),
        (SHOT.format("titles: {text: A, at: 9}"), 2, 71, "shots[0].titles.at"),
        ("shots:\n  - {id: a, card: grund}\n", 2, 19, "shots[0].card"),
        ("shots:\n  - {id: a, use: z}\n", 2, 18, "shots[0].use"),
        ("shots:\n  - {id: a, card: true, scene: a hill}\n", 2, 25, "shots[0].scene"),
    ],
)
def test_what_is_wrong_is_told_where_the_short_form_stands(problems, text, line, column, path):
    (told,) = problems(text)
    assert (told.line, told.column, told.path) == (line, column, path), str(told)


def test_a_version_of_another_shape_has_no_bars_but_its_own(studio, probe):
    path = studio / "board.yaml"
    path.write_text("""\
output: {size: landscape-720p, picture: 2.39}
versions:
  - {name: square, output: {size: square-720p}}
  - {name: large, output: {size: landscape-4k}}
  - {name: cinema, output: {size: 4096x2160}}
  - {name: own, output: {size: square-720p, picture: "4:3"}}
  - {name: ja, language: ja}
shots:
  - {id: a, scene: a red bridge, camera: crane}
""")
    shapes = {name: load(path, probe, version=name)[0].output.picture for name in ("square", "own")}
    assert shapes == {"square": None, "own": Fraction(4, 3)}
    for name in ("large", "cinema", "ja"):
        assert load(path, probe, version=name)[0].output.picture == Fraction("2.39"), name
