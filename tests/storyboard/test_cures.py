"""Wrong but guessable values are told with what was probably meant."""

import pytest

FILM = "{}\nshots:\n  - {{id: a, scene: a red bridge, camera: crane}}\n"
SHOT = "shots:\n  - {{id: a, scene: a red bridge, camera: crane, {}}}\n"


@pytest.mark.parametrize(
    ("written", "path", "words"),
    [
        ("language: jp", "language", "did you mean ja?"),
        ("language: kr-KR", "language", "did you mean ko?"),
        ("language: cn", "language", "did you mean zh?"),
        ("language: US", "language", "did you mean en?"),
        ("language: Japanese", "language", "did you mean ja?"),
        ("language: pt_BR", "language", "did you mean pt-BR?"),
        ("subtitles: [jp]", "subtitles[0]", "did you mean ja?"),
        ("brand: {colours: {ink: white}}", "brand.colours.ink", 'write "#ffffff", in quotes'),
        ("brand: {colours: {ink: '#1a2'}}", "brand.colours.ink", 'write "#11aa22", in quotes'),
        (
            "brand: {colours: {ink: #fff\n  }}",
            "brand.colours.ink",
            "nothing stands after the colon; write text (a colour",
        ),
        ("brand: {font: Helvetica}", "brand.font", "names no font file"),
        ("output: {size: 1080p}", "output.size", "did you mean landscape-1080p?"),
        ("output: {size: vertical}", "output.size", "did you mean portrait-1080p?"),
        ("output: {size: 1920*1080}", "output.size", "did you mean 1920x1080?"),
        ("output: {fps: 25fps}", "output.fps", "write 25"),
        ("output: {fit: letterbox}", "output.fit", "did you mean contain?"),
        ("output: {picture: wide}", "output.picture", "16:9"),
        ("deliver: subtitles", "deliver", "did you mean srt?"),
        ("deliver: [{gif: {max_mb: 5MB}}]", "deliver[0].gif.max_mb", "write 5"),
        ("audio: {effects: bell.wav}", "audio.effects", "write {file: assets/bell.wav, shot: gate, at: 1}"),
        ("versions: {ja: {language: ja}}", "versions", "- {name: ja, language: ja}"),
        ("versions: [{name: my cut}]", "versions[0].name", "did you mean my_cut?"),
    ],
)
def test_of_the_film(problems, written, path, words):
    (told,) = problems(FILM.format(written))
    assert (told.path, words in told.message) == (path, True), str(told)


@pytest.mark.parametrize(
    ("written", "path", "words"),
    [
        ("speed: 50%", "shots[0].speed", "write 0.5"),
        ("speed: 2x", "shots[0].speed", "write 2"),
        ("seconds: 4s", "shots[0].seconds", "write 4"),
        ("seconds: 500ms", "shots[0].seconds", "write 0.5"),
        ("seconds: 2 min", "shots[0].seconds", "write 120"),
        ("seconds: ４", "shots[0].seconds", "write 4"),
        ("lines: [{text: a, at: '00:01'}]", "shots[0].lines[0].at", "write seconds, 1"),
        ("titles: [{text: a, at: '0:00:01.5'}]", "shots[0].titles[0].at", "write seconds, 1.5"),
        ("titles: [{text: a, role: title}]", "shots[0].titles[0].role", "did you mean headline?"),
        ("titles: [{text: a, role: subtitle}]", "shots[0].titles[0].role", "did you mean caption?"),
        ("titles: [{text: a, place: lower third}]", "shots[0].titles[0].place", "did you mean lower?"),
        ("titles: [{text: a, enter: none}]", "shots[0].titles[0].enter", "did you mean cut?"),
        ("titles: [{text: a, leave: slide}]", "shots[0].titles[0].leave", "did you mean rise?"),
        ("focus: lft", "shots[0].focus", "did you mean left?"),
        ("focus: [0.1]", "shots[0].focus", "has one entry; it needs at least 2"),
    ],
)
def test_of_a_shot(problems, written, path, words):
    (told,) = problems(SHOT.format(written))
    assert (told.path, words in told.message) == (path, True), str(told)


def test_a_colours_name_on_a_card_is_told_with_its_sign(problems):
    (told,) = problems("shots:\n  - {id: a, card: white}\n")
    assert '"#ffffff", in quotes' in told.message


def test_a_film_in_ukrainian_is_no_slip(read):
    assert read(FILM.format("language: uk"))[0].language == "uk"


def test_a_line_that_begins_after_its_shot_is_doubted(read):
    shots = SHOT.format("seconds: 2, lines: {text: Hello, at: 2.5}") + "  - {id: b, card: true, seconds: 8}\n"
    _, warnings = read(shots)
    (told,) = [one for one in warnings if one.path == "shots[0].lines.at"]
    assert "the shot is over by then" in told.message
