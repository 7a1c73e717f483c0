"""Every slip is told at its place, in words that name the cure."""

import pytest

SHOTS = "shots: [{id: a, scene: x}]\n"
TWO_IDS = "shots:\n  - {id: a, scene: x}\n  - {id: A, scene: y}\n"
ONE = "shots:\n  - {{id: a, scene: an old bridge, camera: static, {}}}\n"


def one(more):
    """A board of one shot with `more` keys; the keys begin at line 2, column 51."""
    return ONE.format(more)


BOARD = [
    # text, line, column, path, words of the message
    ("", 1, 1, "", "empty"),
    ("# only a comment\n", 1, 1, "", "empty"),
    ("just words\n", 1, 1, "", "`shots:`"),
    ("- a\n- b\n", 1, 1, "", "mapping with `shots:`"),
    ("title: Kyoto\n", 1, 1, "", "`shots` is missing"),
    ("shots: []\n", 1, 8, "shots", "at least one"),
    ("shots:\n", 1, 7, "shots", "nothing stands after the colon"),
    ("title: a\ntitle: b\nshots: [{id: a, scene: x y}]\n", 2, 1, "title", "twice, first in line 1"),
    ("shots:\n  - {id: a, scene: x, scene: y}\n", 2, 23, "shots[0].scene", "twice"),
    ("titel: a\nshots: [{id: a, scene: x y}]\n", 1, 1, "titel", "did you mean title?"),
    (one("takez: 3"), 2, 51, "shots[0].takez", "did you mean takes?"),
    (one("duration: 3"), 2, 51, "shots[0].duration", "did you mean seconds?"),
    (one("fps: 24"), 2, 51, "shots[0].fps", "belongs to output"),
    (one("<<: {takes: 2}"), 2, 51, "shots[0].<<", "YAML 1.2"),
    (one("takes: three"), 2, 58, "shots[0].takes", 'a whole number, not the text "three"'),
    (one("takes: 2.5"), 2, 58, "shots[0].takes", "a whole number, not 2.5"),
    (one("takes: 0"), 2, 58, "shots[0].takes", "at least 1"),
    (one("takes: 101"), 2, 58, "shots[0].takes", "at most 100"),
    (one("seconds: 0"), 2, 60, "shots[0].seconds", "more than 0"),
    (one("seconds: -1.5"), 2, 60, "shots[0].seconds", "more than 0, not -1.5"),
    (one("seconds: .nan"), 2, 60, "shots[0].seconds", "nan"),
    (one("seconds: .inf"), 2, 60, "shots[0].seconds", "infinity"),
    (one("seconds: -.inf"), 2, 60, "shots[0].seconds", "infinity"),
    (one("seconds: 1e99"), 2, 60, "shots[0].seconds", "at most 3600"),
    (one("seconds: 1e999999999"), 2, 60, "shots[0].seconds", "a number"),
    (one("seconds: 1:30"), 2, 60, "shots[0].seconds", "write seconds, 90"),
    (one("seconds: 010"), 2, 60, "shots[0].seconds", "write 10"),
    (one('seconds: "4"'), 2, 60, "shots[0].seconds", "write 4"),
    (one("seconds: 4s"), 2, 60, "shots[0].seconds", "write 4"),
    (one("seconds: 4, frames: 96"), 2, 63, "shots[0].frames", "keep one"),
    (one("skip: yes"), 2, 57, "shots[0].skip", "write true"),
    (one("harmonise: off"), 2, 62, "shots[0].harmonise", "write false"),
    (one("style: true"), 2, 58, "shots[0].style", "in quotes"),
    (one("look: day"), 2, 57, "shots[0].look", "no look"),
    (one("sequence: arrival"), 2, 61, "shots[0].sequence", "no sequence"),
    (one("style: cinematc"), 2, 58, "shots[0].style", "did you mean cinematic?"),
    (one("motion: naturel"), 2, 59, "shots[0].motion", "did you mean natural?"),
    (one("motion: {amount: lots}"), 2, 68, "shots[0].motion.amount", "static, low, medium or high"),
    (one("transition: disolve"), 2, 63, "shots[0].transition", "did you mean dissolve?"),
    (one("transition: star wipe"), 2, 63, "shots[0].transition", "no transition"),
    (one("transition: {seconds: 1}"), 2, 63, "shots[0].transition", "`type` is missing"),
    (one("transition: {type: dissolve, seconds: 1, frames: 2}"), 2, 63, "shots[0].transition", "keep one"),
    (one("continues: b"), 2, 62, "shots[0].continues", "no shot is called"),
    (one("continues: a"), 2, 62, "shots[0].continues", "itself"),
    (one("pick: 0"), 2, 57, "shots[0].pick", "at least 1"),
    (one("first_frame: assets/none.png"), 2, 64, "shots[0].first_frame", "no file assets/none.png"),
    (one("first_frame: assets/gata.png"), 2, 64, "shots[0].first_frame", "did you mean gate.png?"),
    (one("first_frame: ../gate.png"), 2, 64, "shots[0].first_frame", "leads out"),
    (one("first_frame: assets/../../gate.png"), 2, 64, "shots[0].first_frame", "leads out"),
    (one("first_frame: /etc/passwd"), 2, 64, "shots[0].first_frame", "absolute"),
    (one("first_frame: C:/gate.png"), 2, 64, "shots[0].first_frame", "absolute"),
    (one("first_frame: ~/gate.png"), 2, 64, "shots[0].first_frame", "absolute"),
    (one("first_frame: 'assets\\gate.png'"), 2, 64, "shots[0].first_frame", "assets/gate.png"),
    (one("first_frame: https://x.test/a.png"), 2, 64, "shots[0].first_frame", "address"),
    (one("first_frame: assets"), 2, 64, "shots[0].first_frame", "not a file"),
    (one("first_frame: assets/fake.png"), 2, 64, "shots[0].first_frame", "no picture"),
    (one("first_frame: assets/huge.png"), 2, 64, "shots[0].first_frame", "too large"),
    (one("first_frame: assets/dance.mp4"), 2, 64, "shots[0].first_frame", "a clip goes to source"),
    (one("first_frame: assets/gate.png, source: assets/dance.mp4"), 2, 81, "shots[0].source", "keep one"),
    (one("source: assets/gate.png"), 2, 59, "shots[0].source", "a picture goes to first_frame"),
    (one("source: {file: assets/dance.mp4, in: 5, out: 4}"), 2, 96, "shots[0].source.out", "later than `in`"),
    (one("source: {file: assets/dance.mp4, in: 12}"), 2, 88, "shots[0].source.in", "only 10 seconds"),
    (one("source: {file: assets/dance.mp4, out: 12}"), 2, 89, "shots[0].source.out", "only 10 seconds"),
    (one("source: {file: assets/dance.mp4, speed: 0}"), 2, 91, "shots[0].source.speed", "more than 0"),
    ("shots:\n  - {scene: a red bridge}\n", 2, 5, "shots[0]", "`id` is missing"),
    ("shots:\n  - {id: a}\n", 2, 5, "shots[0]", "write a `scene`"),
    ("shots:\n  - {id: a, scene: '', camera: static}\n", 2, 5, "shots[0]", "write a `scene`"),
    ("shots:\n  - a\n", 2, 5, "shots[0]", "a mapping"),
    ("shots:\n  - {id: a b, scene: x y}\n", 2, 10, "shots[0].id", "letters, digits, - and _"),
    ("shots:\n  - {id: ../x, scene: x y}\n", 2, 10, "shots[0].id", "letters, digits, - and _"),
    ("shots:\n  - {id: " + "a" * 65 + ", scene: x y}\n", 2, 10, "shots[0].id", "at most 64"),
    (TWO_IDS, 3, 10, "shots[1].id", "already the id of the shot in line 2"),
    ("shots:\n  - {id: a, scene: x, camera: dolly_inn}\n", 2, 31, "shots[0].camera", "did you mean dolly_in?"),
    ("shots:\n  - {id: a, scene: x, camera: zoomin}\n", 2, 31, "shots[0].camera", "did you mean zoom_in?"),
    ("shots:\n  - {id: a, scene: x, camera: pan}\n", 2, 31, "shots[0].camera", "pan_left or pan_right"),
    ("shots:\n  - {id: a, scene: x, camera: whirl}\n", 2, 31, "shots[0].camera", "there are static"),
    ("shots:\n  - {id: a, scene: x, camera: 3}\n", 2, 31, "shots[0].camera", "in quotes"),
    ("shots:\n  - {id: a, scene: x, camera: }\n", 2, 31, "shots[0].camera", "nothing stands after the colon"),
    ("shots:\n  - id: a\n    scene: {heroine}\n", 3, 12, "shots[0].scene", 'in quotes: "{heroine}"'),
    ("shots:\n  - id: a\n    scene: {{heroine}}\n", 3, 13, "shots[0].scene", "in quotes"),
    ('shots:\n  - id: a\n    scene: "{heroin} walks"\n', 3, 12, "shots[0].scene", "no one in the cast"),
    ("storyboard: 2\nshots: [{id: a, scene: x y}]\n", 1, 13, "storyboard", "format 1, not 2"),
    ("output: {size: 1921x1080}\n" + SHOTS, 1, 16, "output.size", "write 1922x1080"),
    ("output: {size: 99999x2}\n" + SHOTS, 1, 16, "output.size", "16 to 8192"),
    ("output: {size: huge}\n" + SHOTS, 1, 16, "output.size", "1920x1080"),
    ("output: {fps: 0}\n" + SHOTS, 1, 15, "output.fps", "at least 1"),
    ("output: {fps: 24/0}\n" + SHOTS, 1, 15, "output.fps", "no frame rate"),
    ("output: {fps: film}\n" + SHOTS, 1, 15, "output.fps", "24000/1001"),
    ("output: {fit: crop}\n" + SHOTS, 1, 15, "output.fit", "cover or contain"),
    ("open: wipe_left\n" + SHOTS, 1, 7, "open", "cannot begin or end"),
    ("defaults: {look: dya}\nlooks: {day: {}}\n" + SHOTS, 1, 18, "defaults.look", "did you mean day?"),
    ("looks: {a.b: {}}\n" + SHOTS, 1, 9, "looks.a.b", "no spaces, dots"),
    ("audio: {music: {file: assets/mute.mp4}}\n" + SHOTS, 1, 23, "audio.music.file", "has no sound"),
    (
        "audio: {effects: [{file: assets/theme.wav, shot: b}]}\n" + SHOTS,
        1, 50, "audio.effects[0].shot", "no shot",
    ),
    (
        "audio: {music: [{file: assets/theme.wav, to: end}]}\n" + SHOTS,
        1, 46, "audio.music[0].to", "film's end",
    ),
    ("finish: {harmonise: {reference: b}}\n" + SHOTS, 1, 33, "finish.harmonise.reference", "no shot"),
    ("shots:\n  - {id: a, scene: x, skip: true}\n", 2, 3, "shots", "every shot is skipped"),
    (
        "shots:\n  - {id: a, scene: x, use: {shot: b}}\n  - {id: b, scene: x}\n",
        2, 13, "shots[0].scene", "leave scene out",
    ),
    (one("takes: 4, max_takes: 3"), 2, 72, "shots[0].max_takes", "at least `takes`, 4"),
    (one("speed: 0.5, source: {file: assets/dance.mp4, use: as_is}"), 2, 51, "shots[0].speed", "inside `source`"),
    (one("split: 3, made: {frames: 9}"), 2, 51, "shots[0].split", "keep one of the two"),
    (one("split: {parts: 2, seconds: 1}"), 2, 59, "shots[0].split.parts", "keep one"),
    (one("split: 100"), 2, 58, "shots[0].split", "too short"),
    (one("card: {}"), 2, 13, "shots[0].scene", "a card is drawn"),
    (one("pick: assets/none.mp4"), 2, 57, "shots[0].pick", "no file"),
    (one("pick: assets/gate.png"), 2, 57, "shots[0].pick", "a picture"),
    (one("score: {allow: [freeze]}"), 2, 67, "shots[0].score.allow[0]", "did you mean frozen?"),
    (one("score: {limits: {freeze: 1}}"), 2, 68, "shots[0].score.limits.freeze", "did you mean frozen?"),
    (one("score: {limits: {dark: 300}}"), 2, 74, "shots[0].score.limits.dark", "255"),
    (one("score: {weights: {wobbel: 1}}"), 2, 69, "shots[0].score.weights.wobbel", "did you mean wobble?"),
    (one("score: {weights: {wobble: -1}}"), 2, 77, "shots[0].score.weights.wobble", "0"),
    (one("score: {join: {colour: 1}}"), 2, 59, "shots[0].score.join", "join"),
    ("score: {join: {color: 1}}\n" + SHOTS, 1, 16, "score.join.color", "did you mean colour?"),
    (one("titles: [{text: []}]"), 2, 67, "shots[0].titles[0].text", "must be text"),
    ("shots:\n  - {id: a, use: {shot: a}}\n", 2, 25, "shots[0].use.shot", "cannot use itself"),
    ("shots:\n  - {id: a, use: {shot: z}}\n", 2, 25, "shots[0].use.shot", "no shot is called"),
    ("shots:\n  - {id: a, card: {}, generator: auto}\n", 2, 23, "shots[0].generator", "leave generator out"),
    ("shots:\n  - {id: a, card: {background: grund}}\n", 2, 32, "shots[0].card.background", "did you mean ground?"),
    ("shots:\n  - {id: a, card: {image: logo}}\n", 2, 27, "shots[0].card.image", "no logo"),
    ('brand: {colours: {ink: "red"}}\n' + SHOTS, 1, 24, "brand.colours.ink", "#rrggbb"),
    ("brand: {logo: assets/dance.mp4}\n" + SHOTS, 1, 15, "brand.logo", "here stands a picture"),
    ("versions: [{language: ja}]\n" + SHOTS, 1, 12, "versions[0]", "`name` is missing"),
    ("versions: [{name: a, shot: [a]}]\n" + SHOTS, 1, 22, "versions[0].shot", "did you mean shots?"),
    ("profiles: {a: {shots: []}}\n" + SHOTS, 1, 16, "profiles.a.shots", "belongs to the top"),
    ("title: !!python/object/apply:os.system [ls]\n" + SHOTS, 1, 8, "title", "would run code"),
    ("title: !name x\n" + SHOTS, 1, 8, "title", "means nothing"),
]  # fmt: skip

YAML = [
    ("shots:\n  - id: a\n    scene: {heroine} walks up\n    seconds: 2\n", 3, 12, 'in quotes: "{heroine} walks up"'),
    ("shots:\n  - {id: a, scene: {heroine} walks}\n", 2, 20, 'in quotes: "{heroine} walks"'),
    ("shots:\n  - id: a\n    scene: [wide] a bridge\n", 3, 12, "begins with ["),
    ("title: Kyoto: one day\nshots: []\n", 1, 8, 'title: "Kyoto: one day"'),
    ("shots:\n  - {id: a, scene: gate: mist}\n", 2, 20, 'scene: "gate: mist"'),
    ("shots:\n\t- id: a\n", 2, 1, "a tab"),
    ("shots:\n  - id: a\n\tscene: x\n", 3, 1, "a tab"),
    ("title： Kyoto\nshots:\n  - id: a\n", 1, 6, "full-width colon"),
    ("shots:\n  - id: a\n    scene： bridge\n    seconds: 2\n", 3, 10, "full-width colon"),
    ("title:　Kyoto\nshots:\n  - id: a\n", 1, 7, "full-width space"),
    ('title: "Kyoto\nshots:\n  - id: a\n', 1, 8, "never ends"),
    ("title: 'it's'\nshots: []\n", 1, 12, "after its closing"),
    ("shots:\n  - {id: a, scene: *star}\n", 2, 20, "begins with *"),
    ("title: @home\nshots: []\n", 1, 8, "begins with @"),
    ("title: %x\n", 1, 8, "begins with %"),
    ("title:Kyoto\nshots:\n  - id: a\n", 1, 6, "space is missing after the colon"),
    ("shots:\n  -id: a\n   scene: b\n", 2, 3, "space is missing after the dash"),
    ("shots:\n  - id: a\n   scene: b\n", 3, 4, "number of spaces"),
    ("shots:\n  - {id: a, scene: b\n  - {id: c}\n", 2, 21, "never closed"),
    ("shots:\n  - {id: a scene: b}\n", 2, 10, "comma before `scene`"),
    ("shots: []\n---\nshots: []\n", 2, 1, "second `---`"),
    ("title: a\x07b\n", 1, 9, "U+0007"),
]


@pytest.mark.parametrize(("text", "line", "column", "path", "words"), BOARD)
def test_a_slip_is_told_at_its_place(problems, text, line, column, path, words):
    found = problems(text)
    assert (line, column, path) in {(one.line, one.column, one.path) for one in found}, [str(one) for one in found]
    told = next(one for one in found if (one.line, one.column, one.path) == (line, column, path))
    assert words in told.message
    assert len(found) == 1, [str(one) for one in found]


@pytest.mark.parametrize(("text", "line", "column", "words"), YAML)
def test_a_slip_in_yaml_is_told_with_its_cure(problems, text, line, column, words):
    (told,) = problems(text)
    assert (told.line, told.column) == (line, column), str(told)
    assert words in told.message
