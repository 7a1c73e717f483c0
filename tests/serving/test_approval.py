"""A shot with `approve` waits for a person; the film exists meanwhile, and goes on once somebody, or time, answered."""

import yaml


def paused(house, name, wanted=1):
    house.until(lambda: house.state(name) == "Suspended", f"{name} to be suspended", 120)
    return house.run(name)


def test_the_answer_becomes_a_pick_and_the_film_goes_on(house):
    file = house.write("asked", "ask_a", {"id": "ask_b", "approve": True}, takes=2)
    house.render(file)
    shot = paused(house, "asked: ask_b")
    paused(house, "asked")
    assert set(house.status("asked").values()) == {"done"}  # the film is there, with the scored take
    scored = next(one["take"] for one in house.manifest("asked")["shots"] if one["id"] == "ask_b")
    keys = house.until(lambda: form_of(house, shot["id"]), "the form")
    assert "data:image/jpeg;base64," in keys["suspended-approve-description"]
    schema = keys["suspended-approve-schema"]
    options = str(schema)
    assert "take 1 (score" in options
    other = 3 - scored
    label = next(one for one in enumerated(schema) if one.startswith(f"take {other} "))
    house.api(f"/flow_runs/{shot['id']}/resume", {"run_input": {"take": label}})
    house.until_state("asked", "Completed", seconds=120)
    assert yaml.safe_load((house.studio / "asked/picks.yaml").read_text())["shots"] == {"ask_b": {"take": other}}
    done = {one["id"]: (one["take"], one["picked_by"]) for one in house.manifest("asked")["shots"]}
    assert done["ask_b"] == (other, "producer")
    assert "approved" in house.message("asked: ask_b")
    assert sorted(take for _, take, _, _ in house.notes("end", "ask_b")) == [1, 2]


def form_of(house, run):
    """Give what the UI draws the form from, once all of it is there."""
    asked = {"prefix": "", "limit": 10}
    found = {one["key"]: one["value"] for one in house.api(f"/flow_runs/{run}/input/filter", asked)}
    return found if len(found) == 2 else None


def enumerated(schema):
    """Every option of a form."""
    import json

    return [
        one
        for field in json.loads(schema if isinstance(schema, str) else json.dumps(schema))["properties"].values()
        for one in field["enum"]
    ]


def test_after_a_while_the_scored_choice_goes_on_and_says_so(own_house):
    house = own_house("--approve-hours", "0.002")
    file = house.write("overdue", {"id": "late_a", "approve": True}, takes=2)
    house.render(file)
    house.until_state("overdue", "Completed", seconds=150)
    assert "nobody answered in 0.002 h" in house.message("overdue: late_a")
    assert house.manifest("overdue")["shots"][0]["picked_by"] == "score"
