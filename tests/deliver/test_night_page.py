"""The page of a night: what it says and links, that nothing of a producer's words is markup, and how it looks."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from pipeline.deliver.night import Night, night_film, write
from pipeline.deliver.night_page import page
from tests.deliver.reading import Reader

DUSK = datetime(2026, 11, 28, 22, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)> & ' `"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def night(*films, **more) -> Night:
    return Night(DUSK, DUSK + timedelta(hours=9), DUSK + timedelta(hours=9), "deadline", films, **more)


@pytest.fixture
def three(film: Path, desk) -> Night:
    """One film complete, one with failures, one not made; and a worker that was taken out."""
    studio = film.parent
    desk.write_manifest(studio / "sea", [desk.shot("wave", 0, 1), desk.shot("gull", 1, 1)], title="The sea, at last")
    desk.lay_takes(studio / "sea/shots/wave", [desk.take(1)], chosen=1)
    for name in ("film.mp4", "dailies.html", "sheet.jpg"):
        (studio / "sea" / name).write_bytes(b"x")
    (film / "dailies.html").write_bytes(b"x")
    scores = json.loads((film / "shots/gate/scores.json").read_text())
    (film / "shots/gate/scores.json").write_text(
        json.dumps(scores | {"failed": [{"take": 3, "reason": "out of memory"}]})
    )
    return night(
        night_film(studio, "sea", "queue/sea.yaml", rounds=2, takes_made=4, takes_wanted=4, seconds=75, remade=2),
        night_film(studio, "kyoto", "queue/kyoto.yaml", takes_made=3, takes_wanted=9, takes_left=6, usd=0.5, remade=1),
        night_film(studio, "tide", "queue/tide.yaml", title="潮騒", error="tide.yaml:3:1: no shots\nsecond", planned=4),
        workers=("worker 2 was taken out after 3 failures",),
    )


def test_says_what_was_made_what_failed_what_it_cost_and_how_to_mend_it(three: Night) -> None:
    text = Reader(page(three)).text
    for fact in (
        "night of Saturday 28 November 2026", "1 of 3 films complete", "5 of 9 shots missing.",
        "28 November, 22:00 JST", "29 November, 07:00: the deadline", "7 made, 6 left", "$0.50",
        "Complete: all 2 shots are in.", "4 made, none left", "1 min 15 s",
        "Every take was rejected.", "--shot end", 'In the UI: Retry on the run "kyoto: end"',
        "1 take failed; its shot has another", "Out of memory.", "$0.50; $1.50 so far",
        "Not made: tide.yaml:3:1: no shots. And 1 line more.", "Worker 2 was taken out after 3 failures.",
    ):  # fmt: skip
        assert fact in text, fact


def test_every_address_leads_to_a_file_that_is_there(three: Night, film: Path) -> None:
    place = write(film.parent, three)
    found = Reader((place / "index.html").read_text("utf-8")).addresses
    files = {one.partition("#")[0] for one in found} - {""}
    assert "../../sea/film.mp4" in files
    assert "../../sea/sheet.jpg" in files
    assert "../../kyoto/shots/gate/take_1.jpg" in files
    assert {one for one in files if not (place / unquote(one)).is_file()} == set()
    through = film.parent / "nights/latest"
    assert all((through / unquote(one)).is_file() for one in files)


def test_links_within_the_page_have_their_ends(three: Night) -> None:
    reader = Reader(page(three))
    ids = {found.get("id") for _, found in reader.elements}
    assert {one[1:] for one in reader.addresses if one.startswith("#")} <= ids


def test_nothing_of_a_producer_is_markup(tmp_path: Path, desk) -> None:
    shots = [desk.shot(HOSTILE.replace("/", ""), 0, None, reason=HOSTILE), desk.shot("b", 1, 1)]
    name = 'it\'s "a" <film> (1)'
    desk.write_manifest(tmp_path / name, shots, title=HOSTILE)
    desk.lay_takes(tmp_path / name / "shots/b", [desk.take(1)], chosen=1)
    (tmp_path / name / "film.mp4").write_bytes(b"x")
    made = night(
        night_film(tmp_path, name, f"{HOSTILE}.yaml", error=f"{HOSTILE}\n{HOSTILE}"),
        night_film(tmp_path, "none", HOSTILE, title=HOSTILE, error=HOSTILE),
        workers=(HOSTILE,),
    )
    reader = Reader(page(made))
    assert not {tag for tag, _ in reader.elements} & {"script", "img"}
    assert not {name for _, found in reader.elements for name in found if name.startswith("on")}
    assert HOSTILE in reader.text
    place = write(tmp_path, made)
    files = {one.partition("#")[0] for one in reader.addresses} - {""}
    assert all((place / unquote(one)).is_file() for one in files)


def test_a_night_without_films_says_so() -> None:
    text = Reader(page(Night(DUSK, DUSK))).text
    assert "No film was in the queue" in text
    assert "What needs you" not in text


def test_a_sheet_stands_in_where_there_is_no_film(tmp_path: Path, desk) -> None:
    desk.lay_takes(tmp_path / "tide/shots/a", [desk.take(1)], chosen=1)
    (tmp_path / "tide/shots/a/sheet.jpg").write_bytes((tmp_path / "tide/shots/a/take_1.jpg").read_bytes())
    reader = Reader(page(night(night_film(tmp_path, "tide", "tide.yaml"))))
    (picture,) = [found for tag, found in reader.elements if tag == "img"]
    assert (picture["src"], picture["width"]) == ("../../tide/shots/a/sheet.jpg", "1280")


# ---------------------------------------------------------------- in a browser


@pytest.fixture
def opened(browser, three: Night, film: Path):
    """Give a function that opens the page from its file; a word on the console is a failure."""
    contexts, said = [], []
    place = write(film.parent, three)

    def open_it(viewport, **about):
        context = browser.new_context(viewport=viewport, **about)
        contexts.append(context)
        made = context.new_page()
        made.on("console", lambda message: said.append(message.text))
        made.goto((place / "index.html").as_uri())
        return made

    yield open_it
    for context in contexts:
        context.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(opened, viewport, scheme) -> None:
    from axe_playwright_python.sync_playwright import Axe

    made = opened(viewport, bypass_csp=True, color_scheme=scheme)
    made.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(made).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nothing_runs_out_of_the_window(opened, viewport) -> None:
    assert opened(viewport).evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_click_selects_a_whole_command_without_a_script(opened) -> None:
    made = opened(WIDE, java_script_enabled=False)
    code = made.locator(".failures code").first
    code.click(click_count=1)
    assert made.locator("script").count() == 0
    assert code.evaluate("(one) => getComputedStyle(one).userSelect") == "all"


def test_it_is_light_or_dark_as_the_screen_is(opened) -> None:
    grounds = [
        opened(WIDE, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds == ["rgb(255, 255, 255)", "rgb(22, 22, 22)"]
