"""The pieces of the night shift that need no server: rules, keys, texts, digests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from filelock import FileLock

from flows import deployed
from flows.deployed import House, house, link
from flows.local_api import SERVING, SERVING_LOCK, served
from pipeline.production import Studio, Wanted, prepare


def test_the_rules_of_the_house_travel_through_the_environment():
    rules = House("tcp://127.0.0.1:1", "http://127.0.0.1:2/films", 5, 6.5, 7.25)
    assert house(rules.environment()) == rules
    assert house({}) == House()


def test_a_deadline_holds_until_somebody_runs_it_again_after_it():
    before, after = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(hours=1)
    assert deployed.deadline(None, again=True) is None
    assert deployed.deadline(before, again=True) == before
    assert deployed.deadline(after, again=False) == after
    assert deployed.deadline(after, again=True) is None


def test_a_night_that_nobody_was_there_for_is_not_made_up_for_in_the_morning():
    from prefect.client.schemas.objects import FlowRun

    from flows.night import missed

    def run(count=1, *, by_itself=True):
        return FlowRun(flow_id=uuid4(), auto_scheduled=by_itself, run_count=count)

    over, to_come = datetime.now(UTC) - timedelta(minutes=1), datetime.now(UTC) + timedelta(hours=1)
    assert f"to end at {over:%H:%M}" in missed(run(), over)
    assert not missed(run(), to_come)
    assert not missed(run(), None), "a night without an end is made whenever there is time"
    assert not missed(run(by_itself=False), over), "a person asked for it"
    assert not missed(run(2), over), "it was begun and goes on, so it has something to tell"


def test_a_link_leads_to_the_served_films_or_nowhere(monkeypatch, tmp_path):
    monkeypatch.delenv("DAILIES_FILMS_URL", raising=False)
    assert link(tmp_path, tmp_path / "a" / "film.mp4") == ""
    monkeypatch.setenv("DAILIES_FILMS_URL", "http://127.0.0.1:4200/films")
    assert link(tmp_path, tmp_path / "京都 1" / "film.mp4").endswith("/films/%E4%BA%AC%E9%83%BD%201/film.mp4")


def test_keys_of_artifacts_are_plain_and_never_two_names_in_one():
    from flows.artifacts import key

    assert key("film kyoto") == "film-kyoto"
    names = ("shot kyoto gate_1", "shot kyoto gate-1", "shot kyoto 門", "shot kyoto 橋", "shot Kyoto gate_1")
    assert len({key(one) for one in names}) == len(names)
    assert all(set(key(one)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in names)


def test_the_queue_is_a_table_that_no_name_breaks():
    from flows.artifacts import queue_text

    text = queue_text([("1. a|b\n<script>", "1 of 3", "2 of 6", "", "waits")], "until 07:00")
    assert text.splitlines()[0] == "# Tonight, until 07:00"
    assert [line.count("|") for line in text.splitlines()[2:]] == [6, 6, 6]
    assert "<" not in text


BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: animatic, takes: 2, seconds: 0.5}
shots:
  - {id: a, scene: %s, camera: pan_left}
  - {id: b, scene: a hill, camera: pan_left, continues: a}
"""


@pytest.fixture
def digests(board, tmp_path):
    from flows.fanout import digest

    def of(scene, **wanted):
        film = prepare(board(BOARD % scene), Studio(tmp_path / "renders"), Wanted(**wanted))
        return [digest(one.plan) for one in film.shots.values()]

    return of


def test_a_shots_digest_is_its_definition_not_the_shot_before_it(digests):
    hill = digests("a hill")
    assert digests("a hill") == hill
    sea = digests("the sea")
    assert sea[0] != hill[0]
    assert sea[1] == hill[1]
    assert digests("a hill", takes=3)[0] != hill[0]


def test_at_most_so_many_takes_are_planned(board, tmp_path):
    film = prepare(board(BOARD % "a hill"), Studio(tmp_path / "renders"), Wanted(at_most=1))
    assert [len(one.plan.takes) for one in film.shots.values()] == [1, 1]


def test_a_served_studio_is_found_only_while_it_is_served(tmp_path: Path):
    assert served(tmp_path) == ""
    (tmp_path / SERVING).write_text('{"api": "http://127.0.0.1:1/api"}')
    (tmp_path / SERVING_LOCK).touch()
    assert served(tmp_path) == ""
    with FileLock(tmp_path / SERVING_LOCK):
        assert served(tmp_path) == "http://127.0.0.1:1/api"
