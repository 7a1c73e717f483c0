"""The dailies page, read as a browser reads it."""

import json
import re
import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from pipeline.deliver.report import report
from pipeline.errors import OperatorError, ProducerError
from tests.deliver.reading import Reader


def read(folder: Path) -> Reader:
    return Reader(report(folder).read_text("utf-8"))


def test_tells_what_was_made(film: Path) -> None:
    text = read(film).text
    for fact in ("Kyoto: one autumn day", "cut 2", "6 s", "144 frames", "1280 × 720", "24 fps", "1 min 14 s", "$1.50"):
        assert fact in text
    assert "21 November 2026, 06:12 UTC" in text
    assert "1 of 3 shots missing" in text


def test_every_shot_has_its_scene_its_choice_and_its_reason(film: Path) -> None:
    text = read(film).text
    assert "the gate at dawn" in text
    assert "Chosen by score: steadiest." in text
    assert "Picked by the producer." in text
    assert "Every take was rejected" in text
    assert "things change as they move" in text, "what pulled the score down, in words"
    assert "It is frozen here: frames 12 to 23 (0.5 to 1.0 s)." in text


def test_every_take_has_a_player_that_loads_nothing_by_itself(film: Path) -> None:
    clips = {found["src"]: found for found in read(film).all("video")}
    assert len(clips) == 6
    assert clips["./film.mp4"]["preload"] == "metadata"
    takes = [found for source, found in clips.items() if "take_" in source]
    assert all(found["preload"] == "none" and found["aria-label"] and "strip" in found["style"] for found in takes)
    assert all("controls" in found for found in clips.values()), "they play without the script too"


def test_commands_can_be_copied_and_typed(film: Path) -> None:
    text = report(film).read_text("utf-8")
    codes = re.findall(r"<code[^>]*>(.*?)</code>", text)
    assert "dailies render storyboards/kyoto.yaml --shot end" in codes
    assert "dailies pick storyboards/kyoto.yaml gate 2" in codes
    assert "dailies pick storyboards/kyoto.yaml gate 1" not in codes, "it is in the film"
    assert "dailies pick storyboards/kyoto.yaml end 1" in codes, "a rejected take can still be picked by hand"


def test_commands_are_quoted_and_name_the_film_where_its_folder_is_called_otherwise(film: Path, desk) -> None:
    desk.write_manifest(film, [desk.shot("gate", 0, 1)], storyboard="my boards/a film; rm -rf.yaml")
    text = read(film).text
    assert "dailies pick 'my boards/a film; rm -rf.yaml' gate 2 --name kyoto" in text


def test_mark_of_a_rejection_stands_at_its_place_in_the_take(film: Path) -> None:
    styles = [found.get("style") or "" for found in read(film).all("span")]
    assert "left:25.00%;width:25.00%" in styles


def test_is_self_contained(film: Path) -> None:
    page = read(film)
    for address in page.addresses:
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc) == ("", "")
        if parts.path:
            assert (film / unquote(parts.path)).exists(), address
    text = (film / "dailies.html").read_text("utf-8")
    assert not re.search(r"https?:|@import|@font-face|//[a-z]", text)
    assert not page.all("link")
    assert "default-src 'none'" in page.all("meta")[1]["content"]


def test_anchors_of_the_timeline_lead_to_the_shots(film: Path) -> None:
    page = read(film)
    places = {found.get("id") for _, found in page.elements}
    wanted = [found["href"][1:] for found in page.all("a") if found["href"].startswith("#")]
    assert len(wanted) >= 4
    assert set(wanted) <= places
    shares = [found["style"] for found in page.all("li") if (found.get("style") or "").startswith("--n")]
    assert shares == ["--n:48"] * 3


def test_can_be_used_without_eyes(film: Path) -> None:
    page = read(film)
    assert page.all("html")[0]["lang"] == "en"
    assert all(found["alt"] for found in page.all("img"))
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len({found["id"] for _, found in page.elements if "id" in found}) == sum("id" in f for _, f in page.elements)


def test_sheet_is_shown_at_its_size_and_described(film: Path) -> None:
    from pipeline.deliver.sheet import write

    write(film / "shots/gate")
    (picture,) = read(film).all("img")
    assert picture["src"] == "./shots/gate/sheet.jpg"
    assert int(picture["width"]) == 1328
    assert picture["alt"] == "Contact sheet: 2 takes; take 1 is in the film; take 2 rejected, freezes."


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e\x00 {scene}"


def test_hostile_words_stay_words(film: Path, desk) -> None:
    shots = [
        desk.shot("gate", 0, 1, scene=HOSTILE, camera=HOSTILE, generator=HOSTILE, warnings=[HOSTILE]),
        desk.shot("end", 1, None, reason=HOSTILE, rerun=HOSTILE, transition={"type": HOSTILE, "frames": 3}),
    ]
    desk.write_manifest(film, shots, title=HOSTILE, name=HOSTILE, made_at=HOSTILE, versions={HOSTILE: HOSTILE})
    bad = desk.take(1, rejected="cut")
    bad["reasons"][0] |= {"gate": HOSTILE, "reason": HOSTILE}
    desk.lay_takes(film / "shots/gate", [bad], prompt=HOSTILE, why=HOSTILE, failed=[{"take": 2, "reason": HOSTILE}])
    page = read(film)
    assert len(page.all("script")) == 1
    assert not [found for _, found in page.elements if any(name.startswith("on") for name in found)]
    assert [found["src"] for found in page.all("img")] == []
    assert page.text.count("alert(1)") >= 8


def test_paths_that_lead_out_of_the_folder_are_not_followed(film: Path, desk) -> None:
    (film.parent / "secret.mp4").write_bytes(b"x")
    odd = [desk.take(1), desk.take(2), desk.take(3)]
    desk.write_manifest(film, [desk.shot("gate", 0, 1), desk.shot("../gate", 1, 1)], film="../secret.mp4")
    desk.lay_takes(film / "shots/gate", odd)
    odd[0]["file"], odd[1]["file"], odd[2]["file"] = "../../../secret.mp4", str(film.parent / "secret.mp4"), "x" * 5000
    (film / "shots/gate/scores.json").write_text(json.dumps({"takes": odd}))
    page = read(film)
    assert not page.all("video")
    assert "secret" not in " ".join(page.addresses)


def test_names_with_odd_characters_are_quoted(film: Path, desk) -> None:
    one = desk.take(1)
    one["file"], one["strip"] = "take #1?'%.mp4", "strip (1)'.jpg"
    desk.lay_takes(film / "shots/gate", [one], chosen=1)
    found = [address for address in read(film).addresses if "/gate/" in address]
    assert "./shots/gate/take%20%231%3F%27%25.mp4" in found
    assert "./shots/gate/strip%20%281%29%27.jpg" in found


def test_japanese_words_are_marked_as_such(film: Path, desk) -> None:
    desk.write_manifest(film, [desk.shot("gate", 0, 1, scene="夜明けの門"), desk.shot("bridge", 1, 1)])
    scenes = [found for found in read(film).all("p") if found.get("class") == "scene"]
    assert [found.get("lang") for found in scenes] == ["ja", None]


@pytest.mark.parametrize(
    "manifest",
    [
        {"kind": "manifest/1"},
        {"kind": "manifest/1", "shots": [{"id": "gate"}, {"id": 5}, None, 7, {}]},
        {"kind": "manifest/1", "shots": {"id": "gate"}, "size": [1, "x"], "fps": "24/0", "frames": "many"},
        {"kind": "manifest/1", "fps": "1e999999999", "frames": 10**400, "title": "\ud800", "seconds_to_make": 1e999},
    ],
)
def test_absent_and_odd_fields_leave_gaps_not_failures(tmp_path: Path, manifest: dict) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert read(tmp_path).all("h1")


@pytest.mark.parametrize(
    "scores", ["", "[]", "{", '{"takes": 4}', '{"takes": [{"take": "1"}, {"take": 1, "terms": 3}]}']
)
def test_scores_that_are_absent_old_or_broken_do_not_stop_the_page(film: Path, scores: str) -> None:
    (film / "shots/gate/scores.json").write_text(scores)
    assert "the gate at dawn" in read(film).text


def test_film_that_is_complete_asks_for_nothing(film: Path, desk) -> None:
    desk.write_manifest(film, [desk.shot("gate", 0, 1), desk.shot("bridge", 1, 2)])
    text = read(film).text
    assert "Complete: all 2 shots are in." in text
    assert "What needs you" not in text


def test_clips_that_left_the_store_are_said_to_be_gone(film: Path) -> None:
    clip = film / "shots/gate/take_2.mp4"
    clip.unlink()
    clip.symlink_to("../../../store/gone.mp4")
    assert "not in the store any more" in read(film).text


def test_earlier_cuts_can_be_looked_at(film: Path) -> None:
    assert "./cuts/0001/film.mp4" in read(film).addresses


def test_a_hundred_takes_make_a_small_page_quickly(tmp_path: Path, desk) -> None:
    shots = [
        desk.shot(f"shot_{number}", number, 2, scene="a long scene, told at length. " * 20) for number in range(20)
    ]
    desk.write_manifest(tmp_path, shots)
    for one in shots:
        place = tmp_path / "shots" / one["id"]
        place.mkdir(parents=True)
        takes = [desk.take(number, rejected="dark" if number == 4 else "") for number in range(1, 6)]
        for take in takes:
            (place / take["file"]).write_bytes(b"x")
            (place / take["strip"]).write_bytes(b"x")
        (place / "scores.json").write_text(json.dumps({"takes": takes, "prompt": "word " * 100}))
    began = time.perf_counter()
    page = report(tmp_path)
    assert time.perf_counter() - began < 5
    assert page.stat().st_size < 1_500_000


def test_page_is_written_whole_or_not_at_all(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = report(film)
    before = page.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OperatorError, match="full"):
        report(film)
    assert page.read_bytes() == before
    assert sorted(path.name for path in film.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("content", [None, "", "[]", '{"kind": "plan/1"}', "[" * 100_000])
def test_folder_without_a_manifest_says_what_to_do(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ProducerError, match="dailies render"):
        report(tmp_path)
    assert not (tmp_path / "dailies.html").exists()


def test_takes_that_lost_a_race_say_so_and_can_still_be_had(film: Path) -> None:
    file = film / "shots" / "gate" / "scores.json"
    scores = json.loads(file.read_text("utf-8"))
    reason = "stopped in the race after 8 steps: the others' previews were better (0.310)"
    file.write_text(json.dumps(scores | {"stopped": [{"take": 4, "reason": reason}]}), "utf-8")
    page = report(film).read_text("utf-8")
    text = Reader(page).text
    assert "Stopped in the race after 8 steps: the others' previews were better (0.310)." in text
    assert "stopped early" in text
    assert "dailies pick storyboards/kyoto.yaml gate 4" in re.findall(r"<code[^>]*>(.*?)</code>", page)


def test_what_trained_models_see_is_told_where_it_is_known(film: Path) -> None:
    assert "Shows the prompt" not in read(film).text
    file = film / "shots" / "gate" / "scores.json"
    scores = json.loads(file.read_text("utf-8"))
    scores["takes"][0]["features"] |= {"alignment": 0.7312, "consistency": 0.954}
    file.write_text(json.dumps(scores), "utf-8")
    text = read(film).text
    assert "0.73, more is better" in text
    assert "95%" in text
