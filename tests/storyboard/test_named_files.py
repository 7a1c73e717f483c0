"""The files that a storyboard names, whether it loads or not."""

import unicodedata

import pytest

from pipeline.errors import StoryboardInvalid
from pipeline.storyboard import load
from pipeline.storyboard.named_files import named_files

EVERYWHERE = """\
looks: {ink: {lora: ink.safetensors}, line: {lora: [{file: line.safetensors}, thin.safetensors]}}
cast:
  heroine:
    references: ref.png
    lora: {file: face.safetensors}
    variants: {young: {description: a girl, references: [young.png], lora: [girl.safetensors]}}
sequences:
  arrival: {ambience: rain.wav}
  leaving: {ambience: {file: wind.wav}}
audio:
  music: [song.wav, {file: theme.wav}]
  effects: {file: bell.wav}
brand: {font: brand.ttf, logo: logo.png}
versions:
  - {name: ja, audio: {music: ja.wav}, brand: {logo: ja.png}}
profiles:
  draft: {audio: {music: {file: draft.wav}}, brand: {font: draft.otf}, cast: {heroine: {references: draft.png}}}
shots:
  - {id: a, scene: x, first_frame: first.png, last_frame: last.png}
  - {id: b, source: clip.mp4}
  - {id: c, source: {file: dance.mp4}, skip: true}
  - {id: d, scene: x, pick: own.mp4}
  - {id: e, scene: x, pick: 2}
  - {id: f, card: card.png}
  - {id: g, card: logo}
  - {id: h, card: {image: end.png, background: ink}}
  - {id: i, card: {image: logo}}
  - {id: j, card: ink}
  - {id: k, scene: x.png, lines: [{text: t.png, file: one.wav}, {text: {en: t}, file: {en: en.wav, ja: ja2.wav}}]}
  - {id: l, scene: x, lines: {text: t, file: single.wav}, titles: [not.png]}
  - {id: m, scene: x, generator: {name: animatic, file: option.png}}
  - {id: n, scene: x, lora: one.safetensors}
  - {id: o, scene: x, lora: [{file: two.safetensors, scale: 0.5}, three.safetensors], keyframe: {prompt: p.png}}
"""
EXPECTED = """ref.png young.png rain.wav wind.wav song.wav theme.wav bell.wav brand.ttf logo.png ja.wav ja.png draft.wav
draft.otf draft.png first.png last.png clip.mp4 dance.mp4 own.mp4 card.png end.png one.wav en.wav ja2.wav single.wav
ink.safetensors line.safetensors thin.safetensors face.safetensors girl.safetensors one.safetensors two.safetensors
three.safetensors"""


@pytest.fixture
def named(studio):
    def run(text, name="board.yaml"):
        (studio / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return named_files(studio / name)

    return run


def test_every_place_that_takes_a_file(named, studio):
    found = named(EVERYWHERE)
    assert set(found) == set(EXPECTED.split())
    assert found["theme.wav"] == studio.resolve() / "theme.wav"


def test_loading_asks_for_nothing_else(studio, probe, monkeypatch):
    """What the loader finds is listed: it goes through Assets.file for every file."""
    from pipeline.storyboard.assets import Assets

    asked = set()
    file = Assets.file
    monkeypatch.setattr(Assets, "file", lambda self, name, path: asked.add(name) or file(self, name, path))
    board = studio / "board.yaml"
    board.write_text(EVERYWHERE)
    for which in ({}, {"version": "ja"}, {"profile": "draft"}):
        with pytest.raises(StoryboardInvalid):
            load(board, probe, **which)
    asked.discard(None)
    assert asked > {"first.png", "ja.wav", "draft.otf", "thin.safetensors", "two.safetensors"}
    assert asked <= named_files(board).keys()


def test_names_in_one_spelling(named, studio):
    decomposed = unicodedata.normalize("NFD", "assets/が.png")
    (studio / decomposed).write_bytes(b"x")
    text = (
        f"shots:\n- {{first_frame: ./assets//gate.png}}\n- {{first_frame: assets/が.png}}\n- {{pick: {decomposed}}}\n"
    )
    found = named(text)
    assert list(found) == ["assets/gate.png", "assets/が.png"]
    assert found["assets/gate.png"] == (studio / "assets" / "gate.png").resolve()
    assert found["assets/が.png"].read_bytes() == b"x"


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../x.png",
        "a/../../x.png",
        "~/x.png",
        "C:/x.png",
        "a\\x.png",
        "http://x/y.png",
        ".",
        "",
        '"a\\tb"',
    ],
)
def test_names_never_looked_for(named, name):
    assert named(f"shots:\n- first_frame: {name}\n") == {}


def test_a_link_that_leads_out_is_told_beside_the_storyboard(named, studio, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"x")
    (studio / "out.png").symlink_to(tmp_path / "secret.png")
    assert named("shots:\n- first_frame: out.png\n") == {"out.png": studio.resolve() / "out.png"}


def test_files_of_the_assets_folder(named, tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "logo.png").write_bytes(b"x")
    monkeypatch.setenv("DAILIES_ASSETS", str(shared))
    assert named("brand: {logo: logo.png}\n") == {"logo.png": (shared / "logo.png").resolve()}


NOTHING = """
[
- a
text
shots: 3
shots: {a: b}
audio: [x]
brand: x.png
shots: [[first_frame]]
shots: [{card: [x.png], pick: {a: b}, source: [x.mp4], lines: 3, first_frame: {a: b}}]
a: &a [*a]
shots: [{first_frame: 12}]
{a: b}: c
cast: {a: x.png}"""


@pytest.mark.parametrize("text", [*NOTHING.split("\n"), b"\xff\xfe", b"\x00", "[" * 100])
def test_what_is_no_storyboard_names_nothing(named, text):
    assert named(text) == {}


def test_a_storyboard_that_is_not_there_names_nothing(tmp_path):
    assert named_files(tmp_path / "none.yaml") == {}


def test_what_is_wrong_elsewhere_hides_no_file(named):
    assert set(named("shots: [{id: a, unknown: 3, source: a.mp4, seconds: x}]\ntitle: []\nbrand: {logo: b.png}\n")) == {
        "a.mp4",
        "b.png",
    }
