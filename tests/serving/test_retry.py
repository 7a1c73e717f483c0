"""A shot that failed is run again, from the shot or from the film; only what is missing is made."""

import json
import subprocess
import sys


def test_retry_on_the_shot_makes_only_what_is_missing_and_wakes_the_film(house):
    house.does("wake_ill", "fails")
    file = house.write("wake", "wake_well", "wake_ill", "wake_good", takes=2)
    house.render(file)
    house.until_state("wake", "Failed")
    assert house.message("wake") == "shots failed: wake_ill"
    assert house.status("wake") == {"wake_well": "done", "wake_ill": "missing", "wake_good": "done"}
    assert (house.studio / "wake" / "film.mp4").exists()
    assert "the actor of wake_ill is ill" in house.message("wake: wake_ill")
    assert "he actor of wake_ill is ill" in (house.studio / "wake" / "dailies.html").read_text()
    before = house.run("wake")["id"]
    house.rests("wake_ill", "fails")
    house.retry("wake: wake_ill")
    house.until_state("wake", "Completed")
    assert house.run("wake")["id"] == before
    assert set(house.status("wake").values()) == {"done"}
    ended = sorted((shot, take) for shot, take, _, _ in house.notes("end") if shot.startswith("wake_"))
    assert ended == sorted((f"wake_{one}", take) for one in ("well", "ill", "good") for take in (1, 2))


def test_retry_on_the_film_runs_only_the_failed_shots_again_from_its_snapshot(house):
    house.does("film_ill", "fails")
    file = house.write("again", "film_well", "film_ill")
    house.render(file)
    house.until_state("again", "Failed")
    runs = {one["id"]: one["run_count"] for one in house.runs("again: film_well")}
    file.write_text(file.read_text().replace("again on a hill", "edited since"))
    house.rests("film_ill", "fails")
    house.retry("again")
    house.until_state("again", "Completed")
    assert {one["id"]: one["run_count"] for one in house.runs("again: film_well")} == runs
    assert [one["run_count"] for one in house.runs("again: film_ill")] == [2]
    scenes = {one["scene"] for one in house.manifest("again")["shots"]}
    assert scenes == {"again on a hill"}
    assert "edited since" not in (house.studio / "again" / "storyboard.yaml").read_text()


def test_a_custom_run_makes_what_the_form_asks_for(house):
    file = house.write("form", "form_a", "form_b", takes=1)
    house.render(file)
    house.until_state("form", "Completed")
    house.render(file, shots=["form_b"], takes=3)
    house.until(lambda: len(house.runs("form")) == 2 and house.state("form") == "Completed", "the second run")
    takes = {
        one: len(json.loads((house.studio / f"form/shots/{one}/scores.json").read_text())["takes"])
        for one in ("form_a", "form_b")
    }
    assert takes == {"form_a": 1, "form_b": 3}
    house.render(file, fresh=["form_a"])
    house.until(lambda: len(house.runs("form")) == 3 and house.state("form") == "Completed", "the third run")
    told = json.loads((house.studio / "form/shots/form_a/scores.json").read_text())
    assert [one["take"] for one in told["takes"]] == [2]
    form = house.api("/deployments/name/film/film")["parameter_openapi_schema"]["properties"]
    assert all(one.get("description") for one in form.values()), form
    assert form["takes"]["description"].startswith("Takes of every shot")


def test_a_bad_parameter_is_told_in_a_sentence(house):
    house.render(house.root / "nowhere.yaml")
    house.until_state("nowhere", "Failed")
    assert "nowhere.yaml" in house.message("nowhere")


def test_a_chain_waits_for_what_it_continues(house):
    file = house.write("chain", "link_a", {"id": "link_b", "continues": "link_a"}, "link_c")
    house.does("link_a", "fails")
    house.render(file)
    house.until_state("chain", "Failed")
    assert house.status("chain") == {"link_a": "missing", "link_b": "missing", "link_c": "done"}
    assert house.runs("chain: link_b") == []
    house.rests("link_a", "fails")
    house.retry("chain: link_a")
    house.until_state("chain", "Completed")
    assert set(house.status("chain").values()) == {"done"}


def test_artifacts_show_the_sheet_the_scores_and_the_table(house):
    file = house.write("shown", "shown_a", takes=2)
    house.render(file)
    house.until_state("shown", "Completed")
    shot = house.artifact_like("shot-shown-shown-a")
    assert "data:image/jpeg;base64," in shot
    assert len(shot) < 200_000
    assert "| 1 |" in shot
    assert "**in the film**" in shot
    film = house.artifact("film-shown")
    assert f"http://127.0.0.1:{house.port}/films/shown/film.mp4" in film
    assert "| shown_a |" in film
    assert house.page("/films/shown/film.mp4") == 200
    assert house.page("/films/store") == house.page("/films/.prefect/prefect.db") == 404


def test_a_render_by_hand_reports_to_the_server_of_the_studio(house):
    file = house.write("byhand", "hand_a")
    argv = [sys.executable, "-m", "pipeline", "render", str(file), "--studio", str(house.studio)]
    done = subprocess.run(
        argv, cwd=house.root, env=house.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    run = house.run("byhand")
    assert (run["state"]["name"], run["deployment_id"]) == ("Completed", None)
    assert [one["id"] for one in house.manifest("byhand")["shots"]] == ["hand_a"]
