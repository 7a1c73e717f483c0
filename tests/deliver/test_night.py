"""The summary of a night: what it reads, the values it tells, its Markdown, and where it is written."""

import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from pipeline.deliver import night
from pipeline.deliver.night import Night, as_values, headline, markdown, night_film, told_apart, write
from pipeline.errors import OperatorError

TOKYO = ZoneInfo("Asia/Tokyo")
DUSK = datetime(2026, 11, 28, 22, 0, tzinfo=TOKYO)
DAWN = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)
"""07:00 in Tokyo, told in another zone."""


def of(*films, **more) -> Night:
    return Night(DUSK, DAWN, DAWN, "deadline", films, **more)


@pytest.fixture
def kyoto(film: Path):
    """The film of conftest: three shots, `end` is missing; in `gate` a take failed."""
    scores = json.loads((film / "shots/gate/scores.json").read_text())
    scores["failed"] = [{"take": 3, "reason": "out of memory"}]
    (film / "shots/gate/scores.json").write_text(json.dumps(scores))
    (film / "dailies.html").write_text("")
    return night_film(
        film.parent,
        "kyoto",
        "queue/kyoto.yaml",
        rounds=2,
        takes_made=5,
        takes_wanted=6,
        takes_left=1,
        usd=0.75,
        remade=2,
    )


# ---------------------------------------------------------------- what is read


def test_reads_the_film_and_what_failed(kyoto) -> None:
    assert (kyoto.title, kyoto.status, kyoto.shots, kyoto.shots_missing) == (
        "Kyoto: one autumn day",
        "incomplete",
        3,
        1,
    )
    assert (kyoto.length, kyoto.usd_so_far) == (6.0, 1.5)
    assert kyoto.score == pytest.approx((0.88 + 0.86) / 2)
    missing, take = kyoto.failures
    assert (missing.shot, missing.take, missing.reason) == ("end", None, "Every take was rejected.")
    assert missing.retry == 'Retry on the run "kyoto: end" (its menu ⋮)'
    assert (take.shot, take.take, take.reason) == ("gate", 3, "Out of memory.")


def test_commands_can_be_typed_in_any_folder(film: Path, monkeypatch) -> None:
    monkeypatch.chdir(film.parent.parent)
    one = night_film(Path("renders"), "kyoto", "my boards/it's autumn.yaml")
    whole = str(film.parents[1] / "my boards/it's autumn.yaml")
    made = ["dailies", "render", whole, "--studio", str(film.parent), "--name", "kyoto"]
    assert shlex.split(one.rerun) == made
    assert shlex.split(one.failures[0].rerun) == [*made, "--shot", "end"]
    assert "--name" not in night_film(film.parent, "kyoto", "queue/kyoto.yaml").rerun


def test_a_film_with_nothing_there_yet(tmp_path: Path) -> None:
    waiting = night_film(tmp_path, "tide", "tide.yaml", title="The tide")
    assert (waiting.title, waiting.status, waiting.told) == ("The tide", "not_made", "Not made: its turn did not come.")
    assert (waiting.shots, waiting.failures, waiting.below("film.mp4")) == (0, (), None)
    known = night_film(tmp_path, "tide", "tide.yaml", error="storyboard line 3\nline 4\n", planned=12)
    assert known.told == "Not made: storyboard line 3. And 1 line more."
    assert (known.shots, known.shots_missing) == (12, 12)


def test_shots_without_a_film_are_told(tmp_path: Path, desk) -> None:
    desk.lay_takes(tmp_path / "tide/shots/a", [desk.take(1)], chosen=1, by="score", why="take 1: steadiest")
    desk.lay_takes(tmp_path / "tide/shots/b", [desk.take(1, rejected="dark")], chosen=None, why="every take was dark")
    (tmp_path / "tide/shots/c").mkdir()
    (tmp_path / "tide/shots/c/scores.json").write_text("{")
    one = night_film(tmp_path, "tide", "tide.yaml")
    assert one.told == "Not made yet: 1 shot has a take, and no cut was made."
    assert [(found.shot, found.reason) for found in one.failures] == [
        ("b", "Every take was dark."),
        ("c", "It was not made yet."),
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"kind": "plan/1"}', '{"kind": "manifest/1"}', "\0"])
def test_a_damaged_manifest_is_said_and_harms_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "tide").mkdir()
    (tmp_path / "tide/manifest.json").write_text(text)
    one = night_film(tmp_path, "tide", "tide.yaml")
    assert one.status == "not_made"
    assert "manifest" in one.told
    write(tmp_path, of(one))


def test_odd_values_in_a_manifest_harm_nothing(tmp_path: Path, desk) -> None:
    odd = [{"id": "a", "status": 7, "cost_usd": "x", "frames": None, "reason": ["?"]}, {"id": "../../etc"}, 5]
    desk.write_manifest(tmp_path / "tide", odd, fps="0/0", size=[0], film="../../secret.mp4", title=None, frames="many")
    (tmp_path / "tide/shots").write_text("no folder")
    one = night_film(tmp_path, "tide", "tide.yaml")
    assert [found.shot for found in one.failures] == ["a"]
    assert one.length is None
    write(tmp_path, of(one))


# ---------------------------------------------------------------- the values


def test_the_headline(kyoto, tmp_path: Path) -> None:
    waiting = night_film(tmp_path, "tide", "tide.yaml", planned=11)
    told = "2 films, 0 complete; 12 of 14 shots missing; $0.75; ended at 07:00 (deadline)"
    assert headline(of(kyoto, waiting)) == f"Night of 28 November: {told}"
    assert headline(of()) == "Night of 28 November: no films; $0.00; ended at 07:00 (deadline)"


def test_a_whole_film_lacks_nothing(tmp_path: Path, desk) -> None:
    desk.write_manifest(tmp_path / "tide", [desk.shot("a", 0, 1)])
    one = night_film(tmp_path, "tide", "tide.yaml")
    assert (one.status, one.told, one.failures) == ("complete", "Complete: its one shot is in.", ())
    assert "1 film, 1 complete; no shots missing; $0.00" in headline(of(one))


def test_a_whole_film_may_have_been_paused(tmp_path: Path, desk) -> None:
    desk.write_manifest(tmp_path / "tide", [desk.shot("a", 0, 1), desk.shot("b", 1, 1)])
    one = night_film(tmp_path, "tide", "tide.yaml", paused=True)
    assert one.told == "Complete: all 2 shots are in. This night: paused."


def test_nothing_is_missed_of_a_film_that_is_paused(kyoto, tmp_path: Path) -> None:
    waiting = night_film(tmp_path, "tide", "tide.yaml", planned=11, paused=True)
    assert "2 films, 0 complete, 1 paused; 1 of 14 shots missing" in headline(of(kyoto, waiting))
    assert "paused" in markdown(of(waiting), lambda path: None)
    assert "Make it" not in markdown(of(waiting), lambda path: None)
    assert as_values(of(waiting))["films"][0]["error"] == "paused"


def test_films_of_one_title_are_told_apart(tmp_path: Path) -> None:
    films = [
        night_film(tmp_path, name, f"{name}.yaml", title=title)
        for name, title in [("a", "Sea"), ("b", "Sea"), ("c", "Sky")]
    ]
    assert [one.title for one in told_apart(films)] == ["Sea (a)", "Sea (b)", "Sky"]


def test_every_value_is_told_in_the_document(kyoto) -> None:
    found = as_values(of(kyoto, workers=("worker 1 was taken out",)))
    keys = {*found, *found["films"][0], *found["films"][0]["failures"][0]}
    assert {key for key in keys if not re.search(rf"\b{key}\b", str(night.__doc__))} == set()


def test_values_are_json_with_times_of_the_night(kyoto) -> None:
    found = json.loads(json.dumps(as_values(of(kyoto), "here/index.html"), allow_nan=False))
    assert found["kind"] == "night/1"
    assert (found["began"], found["ended"]) == ("2026-11-28T22:00:00+09:00", "2026-11-29T07:00:00+09:00")
    assert (found["until"], found["seconds"], found["page"]) == (found["ended"], 32400.0, "here/index.html")
    (film,) = found["films"]
    assert (film["folder"], film["film"], film["page"]) == ("kyoto", "kyoto/film.mp4", "kyoto/dailies.html")
    assert (film["fps"], film["frames"], film["length_seconds"], film["weakest"]) == ("24/1", 144, 6.0, "bridge")
    assert [one["shot"] for one in film["failures"]] == ["end", "gate"]
    assert (found["takes_made"], found["takes_wanted"], found["takes_left"], found["usd"]) == (5, 6, 1, 0.75)


# ---------------------------------------------------------------- Markdown


def cells(line: str) -> int:
    """Count the cells of a table's row as GitHub does: a bar behind a backslash is text."""
    return len(re.sub(r"\\.", "", line).strip().strip("|").split("|"))


def test_markdown_tells_what_a_person_needs(kyoto) -> None:
    told = markdown(of(kyoto, workers=("worker 1 was taken out",)), lambda path: f"http://127.0.0.1:4200/{path}")
    assert "From 22:00 to 07:00 JST (9 h): the deadline." in told
    assert (
        "[film](<http://127.0.0.1:4200/kyoto/film.mp4>) [dailies](<http://127.0.0.1:4200/kyoto/dailies.html>)" in told
    )
    assert "5 made, 1 of 6 left" in told
    assert '| end | Every take was rejected. | Retry on the run "kyoto: end" (its menu ⋮) |' in told
    assert f"/queue/kyoto.yaml --studio {kyoto.folder.parent} --shot end\n" in told
    assert "- worker 1 was taken out" in told


def test_without_an_address_there_is_no_link(kyoto) -> None:
    assert "](" not in markdown(of(kyoto), lambda _: None)


@pytest.mark.parametrize(
    "hostile", ["a | b\nc", "| --- |\r\n\r\n# x", "```\n[x](javascript:1)", "<script>x</script>&amp;"]
)
def test_tables_hold_any_text(tmp_path: Path, desk, hostile: str) -> None:
    shot = desk.shot("a", 0, None, reason=hostile)
    desk.write_manifest(tmp_path / "x|y", [shot], title=hostile)
    one = night_film(tmp_path, "x|y", f"{hostile}.yaml")
    other = night_film(tmp_path, "none", "none.yaml", title=hostile, error=hostile)
    told = markdown(of(one, other, workers=(hostile,)), lambda path: f"http://here/{path}")
    fences = re.split(r"^(`{3,})sh\n.*?^\1$", told, flags=re.MULTILINE | re.DOTALL)
    outside = "\n".join(fences[::2])
    rows = [line for line in outside.splitlines() if line.startswith("|")]
    assert {cells(line) for line in rows} == {6, 3}
    assert not re.search(r"(?<!\\)<(?!http)", outside)
    assert not re.search(r"(?<!\\)\](?!\(<http)", outside)
    assert len(fences) == 5, "two fences, whatever the commands hold"
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(told)
    assert html.count("<th>") == 6 + 3
    assert html.count("<td>") == 2 * 6 + 3
    assert "<script" not in html
    assert "javascript" not in "".join(re.findall(r"<a [^>]*>", html))
    assert " ".join(hostile.split()) in unescape(html)


# ---------------------------------------------------------------- on disk


def test_writes_a_folder_for_each_night(kyoto) -> None:
    studio = kyoto.folder.parent
    first, second = write(studio, of(kyoto)), write(studio, of(kyoto))
    assert [first.name, second.name] == ["2026-11-28", "2026-11-28-2"]
    assert {one.name for one in first.iterdir()} == {"summary.json", "summary.md", "index.html"}
    latest = studio / "nights/latest"
    assert latest.is_symlink()
    assert str(latest.readlink()) == "2026-11-28-2"
    told = json.loads((latest / "summary.json").read_text())
    assert told["page"] == str(second / "index.html")
    assert "(<../../kyoto/film.mp4>)" in (latest / "summary.md").read_text()


def test_a_night_after_midnight_has_its_own_date(tmp_path: Path) -> None:
    late = datetime(2026, 11, 29, 0, 30, tzinfo=TOKYO)
    assert write(tmp_path, Night(late, late + timedelta(hours=1))).name == "2026-11-29"


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "nights").write_text("a file")
    with pytest.raises(OperatorError, match="cannot write"):
        write(tmp_path, of())
    (tmp_path / "nights").unlink()
    (tmp_path / "nights/latest").mkdir(parents=True)
    (tmp_path / "nights/latest/mine").write_text("kept")
    with pytest.raises(OperatorError, match="cannot write"):
        write(tmp_path, of())


def test_names_that_are_no_text_are_written_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, of(night_film(tmp_path, "a\udcff", "a\udcff.yaml", error="\udcff")))
    assert "nights" in json.loads((tmp_path / "nights/latest/summary.json").read_text())["page"]
