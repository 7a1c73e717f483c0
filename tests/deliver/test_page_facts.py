"""What the page tells besides takes: versions, things to hand on, text and sound of a shot, what changed."""

import html
import json
import re
from pathlib import Path

import pytest

from pipeline import picks
from pipeline.deliver import facts
from pipeline.deliver.report import report
from pipeline.picks import Pick


def text_of(folder: Path) -> str:
    return report(folder).read_text("utf-8")


def told(folder: Path) -> dict[str, str]:
    """Give the rows of facts on the page, the last of each name."""
    rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text_of(folder))
    return {name: html.unescape(re.sub(r"<[^>]*>", "", value)) for name, value in rows}


def test_a_shot_has_a_calm_line_for_each_of_its_facts(film: Path, desk) -> None:
    more = {
        "titles": [{"text": "Kyoto", "role": "headline", "start": 12, "stop": 36}],
        "lines": [{"who": "Yuki", "text": {"ja": "昔は", "en": "Once"}, "at": 1.5}],
        "uses": "bridge",
        "window": [2, 14],
        "speed": "1/2",
        "advice": ["a shorter take costs less"],
    }
    desk.write_manifest(film, [desk.shot("gate", 0, 1, **more), desk.shot("bridge", 1, 2)], language="ja")
    rows = told(film)
    assert rows["Title"] == "Kyoto0:00:12 to 0:01:12"
    assert rows["Line"] == "Yuki: 昔は1.5 s after the cut"
    assert rows["Shows"] == "the take of bridge"
    assert rows["Speed"] == "half speed"
    assert rows["Window"] == "the best run of frames; the take has 14 frames to spare"
    assert rows["Advice"] == "A shorter take costs less."
    page = text_of(film)
    assert 'aria-label="Pick take 2 of bridge"' in page
    assert 'aria-label="Pick take 2 of gate"' not in page, "it shows the take of another shot"


@pytest.mark.parametrize("odd", [None, 5, "x", [None, 7, {}], {"a": 1}, [[1]], [{"text": {"ja": 5}, "at": "x"}]])
def test_odd_facts_leave_gaps_not_failures(film: Path, desk, odd: object) -> None:
    more = dict.fromkeys(("titles", "lines", "uses", "window", "speed", "advice"), odd)
    desk.write_manifest(film, [desk.shot("gate", 0, 1, **more)], versions={"ja": odd, "en": {"size": odd, "film": odd}})
    assert "gate" in text_of(film)


def test_versions_are_listed_with_their_pages_and_films(film: Path, desk) -> None:
    about = {"folder": "versions/ja", "film": "versions/ja/film.mp4", "size": [360, 360], "fps": "24/1", "frames": 48}
    odd = {"folder": "../..", "film": "../../secret.mp4", "frames": 48}
    desk.write_manifest(film, [desk.shot("gate", 0, 1)], versions={"ja": about, "odd": odd, "dailies": "0.1.0"})
    (film / "versions/ja").mkdir(parents=True)
    for name in ("film.mp4", "dailies.html"):
        (film / "versions/ja" / name).write_bytes(b"x")
    page = text_of(film)
    assert 'href="./versions/ja/dailies.html"' in page
    assert 'href="./versions/ja/film.mp4"' in page
    assert "360 × 360 · 2 s · not complete" in page
    assert "secret" not in page


def test_a_version_leads_back_and_its_picks_are_those_of_the_film(film: Path, desk) -> None:
    place = film / "versions/ja"
    desk.write_manifest(place, [desk.shot("gate", 0, 1)], version="ja", name="kyoto")
    picks.write(film, {"gate": Pick(2, 3)})
    page = text_of(place)
    assert 'href="../../dailies.html"' in page
    assert facts.read(place).picks == {"gate": Pick(2, 3)}
    commands = re.findall(r"<code[^>]*>(.*?)</code>", page)
    assert "dailies render storyboards/kyoto.yaml --version ja" in commands
    assert not [one for one in commands if "--name" in one]


def test_what_is_handed_on_is_listed_only_if_it_is_there(film: Path) -> None:
    before = text_of(film)
    names = ("film.gif", "film.srt", "film.ja.vtt", "film.otio", "film.edl", "film.fcpxml", "sheet.jpg")
    assert not [name for name in names if f">{name}</a>" in before]
    for name in names:
        (film / name).write_bytes(b"x")
    (film / "stems").mkdir()
    (film / "stems/music.wav").write_bytes(b"x")
    (film / "looks").symlink_to("cuts/0009/looks")
    page = text_of(film)
    assert all(f'href="./{name}">{name}</a>' in page for name in names)
    assert 'href="./stems/">stems/</a>: its sound apart: voices, music, effects, 1 file' in page
    assert "looks/" not in page, "a link that leads nowhere"


def states(folder: Path) -> dict[str, list[str]]:
    found = re.findall(r'data-shot="(.*?)" data-states="(.*?)"', text_of(folder))
    return {shot: held.split() for shot, held in found}


def test_a_shot_says_what_it_is_for_the_filter(film: Path, desk) -> None:
    assert states(film) == {"gate": ["rejected"], "bridge": ["picked"], "end": ["missing", "rejected"]}
    shots = json.loads((film / "manifest.json").read_text())["shots"]
    desk.write_manifest(film / "cuts/0002", shots)
    desk.write_manifest(film / "cuts/0001", [shots[0], shots[1] | {"take": 1}, shots[2]], cut=1)
    assert states(film)["bridge"] == ["picked", "changed"]
    (film / "cuts/0001/manifest.json").write_text("{")
    assert states(film)["bridge"] == ["picked"], "what cannot be read is not compared"


def test_a_picks_file_that_cannot_be_read_is_said_and_does_not_stop_the_page(film: Path) -> None:
    (film / "picks.yaml").write_text("shots: [")
    page = text_of(film)
    assert "not a picks file" in page
    assert 'data-picks="{}"' in page


def test_hostile_picks_stay_words(film: Path) -> None:
    picks.write(film, {"</script><img src=x onerror=alert(1)>\"'": Pick(2)})
    page = text_of(film)
    assert "<img src=x" not in page
    assert html.unescape(re.search(r'data-picks="(.*?)"', page)[1]).startswith('{"</script>')
