"""The flow: whatever one take or one shot does, the night goes on and nothing is lost without a word."""

import json

import pytest

from pipeline import film as verbs
from pipeline import registry, shot

BOARD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: %s, takes: 3, seconds: 0.5, motion: {amount: medium}}
shots:
  - {id: hill, scene: a hill, camera: pan_left}
  - {id: "010", scene: the sea, camera: dolly_in, generator: animatic, takes: 1}
"""

PLUGINS = '''
from dataclasses import replace

from pipeline.generators.animatic import Animatic
from pipeline.media.frames import TAKE, read, write


class Plugin(Animatic):
    """Fails at its second take, in the way its name says."""

    def generate(self, orders, work, judge, tell):
        if orders[0].take != 2:
            yield from super().generate(orders, work, judge, tell)
        else:
            yield from self.fail(orders[0], list(super().generate(orders, work, judge, tell)))


class Raises(Plugin):
    name = "raises"

    def fail(self, order, made):
        raise ValueError("no such weights")


class Nothing(Plugin):
    name = "nothing"

    def fail(self, order, made):
        return []


class Gone(Plugin):
    name = "gone"

    def fail(self, order, made):
        order.out.unlink()
        return made


class Twice(Plugin):
    name = "twice"

    def fail(self, order, made):
        return made * 2


class Garbage(Plugin):
    name = "garbage"

    def fail(self, order, made):
        order.out.write_bytes(b"no video")
        return made


class Short(Plugin):
    name = "short"

    def fail(self, order, made):
        spec = replace(order.plan.spec, frames=order.plan.spec.frames - 2)
        frames = list(read(order.out))[:-2]
        write(order.out, frames, spec, TAKE)
        return made


class Fickle(Garbage):
    """Its first take is no clip."""

    name = "fickle"

    def generate(self, orders, work, judge, tell):
        made = list(Animatic.generate(self, orders, work, judge, tell))
        yield from self.fail(orders[0], made) if orders[0].take == 1 else made


class Stops(Plugin):
    name = "stops"

    def fail(self, order, made):
        raise SystemExit(1)
'''


@pytest.fixture(autouse=True)
def plugins(tmp_path, monkeypatch):
    (tmp_path / "faulty_plugins.py").write_text(PLUGINS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "faulty_plugins", raising=False)
    for name in ("Raises", "Nothing", "Gone", "Twice", "Garbage", "Short", "Fickle", "Stops"):
        monkeypatch.setitem(registry.BUILT_IN["generators"], name.lower(), f"faulty_plugins:{name}")
    registry.generator.cache_clear()
    registry.load.cache_clear()


def scores(folder, name):
    return json.loads((folder / "shots" / name / "scores.json").read_text())


def status(folder):
    return {one["id"]: one["status"] for one in json.loads((folder / "manifest.json").read_text())["shots"]}


FAULTS = {
    "raises": "no such weights",
    "nothing": "nothing was made",
    "gone": "nothing was made",
    "twice": "nothing was made",
    "stops": "SystemExit",
}


def test_a_shot_goes_on_without_the_take_that_failed_and_tells_it(render, board):
    shots = "".join(f"  - {{id: {one}, scene: a hill, camera: pan_left, generator: {one}}}\n" for one in FAULTS)
    ended, told, folder = render(board(BOARD % "animatic" + shots), takes=2)
    assert (ended.complete, ended.failure) == (True, None)
    assert set(status(folder).values()) == {"done"}
    for name, words in FAULTS.items():
        known = scores(folder, name)
        assert [one["take"] for one in known["takes"]] == [1]
        assert [(one["take"], words in one["reason"]) for one in known["failed"]] == [(2, True)], known["failed"]
        assert any(one == f"{name}, take 2" and words in why for one, why in told.failures)
    assert list((folder.parent / "store" / ".making").iterdir()) == []


def test_takes_that_are_no_clip_or_not_as_promised_are_rejected_and_the_others_used(render, board):
    found = {"garbage": "undecodable", "short": "length"}
    shots = "".join(f"  - {{id: {one}, scene: a hill, camera: pan_left, generator: {one}}}\n" for one in found)
    ended, _, folder = render(board(BOARD % "animatic" + shots), takes=2)
    assert (ended.complete, ended.failure) == (True, None)
    for name, gate in found.items():
        known = scores(folder, name)
        assert [(one["take"], one["rejected"]) for one in known["takes"]] == [(1, []), (2, [gate])]
        assert (known["chosen"], known["failed"]) == (1, [])
        assert (folder / "shots" / name / "sheet.jpg").is_file()


def test_a_shot_whose_only_take_is_no_clip_is_made_again_with_another_seed(render, board):
    shot = "  - {id: again, scene: a hill, camera: pan_left, generator: fickle, max_takes: 3}\n"
    ended, _, folder = render(board(BOARD % "animatic" + shot), takes=1)
    assert (ended.complete, ended.failure) == (True, None)
    known = scores(folder, "again")
    assert [(one["take"], one["rejected"]) for one in known["takes"]] == [(1, ["undecodable"]), (2, [])]
    assert known["chosen"] == 2


def test_a_fault_of_ours_in_a_take_is_told_and_the_film_is_made(render, board, monkeypatch):
    def broken(store, plan, take, entry):
        if plan.shot.id == "hill":
            raise TypeError("boom")
        return judge(store, plan, take, entry)

    judge = shot.judge
    monkeypatch.setattr(shot, "judge", broken)
    ended, told, folder = render(board(BOARD % "animatic"))
    assert (type(ended.failure), str(ended.failure)) == (TypeError, "boom")
    assert status(folder) == {"hill": "missing", "010": "done"}
    assert "TypeError: boom" in told.failures[0][1]
    assert "TypeError: boom" in scores(folder, "hill")["why"]


def test_a_fault_of_ours_while_a_shot_is_finished_is_never_swallowed(render, board, monkeypatch):
    def broken(production, name):
        if name == "hill":
            raise TypeError("boom")
        settle(production, name)

    settle = verbs.settle_shot
    monkeypatch.setattr(verbs, "settle_shot", broken)
    ended, told, folder = render(board(BOARD % "animatic"))
    assert (type(ended.failure), str(ended.failure)) == (TypeError, "boom")
    assert told.failures[0][0] == "hill"
    assert status(folder) == {"hill": "done", "010": "done"}  # the assembly chose once more


CHAIN = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: animatic, takes: 1, seconds: 0.5}
shots:
  - {id: a, scene: a hill, camera: pan_left}
  - {id: b, scene: a hill, camera: pan_left, continues: a}
  - {id: c, scene: a hill, camera: pan_left, continues: b}
  - {id: d, scene: the sea, camera: pan_left}
"""


def test_one_shot_of_a_chain_alone_waits_for_what_it_continues(render, board):
    ended, told, folder = render(board(CHAIN), shots=("b",))
    assert ended.complete is False
    assert set(status(folder).values()) == {"missing"}
    assert ("b", True) in [(one, "it continues 'a'" in why) for one, why in told.failures]
    render(board(CHAIN), shots=("a",))
    _, _, folder = render(board(CHAIN), shots=("b", "c"))
    assert status(folder) == {"a": "done", "b": "done", "c": "done", "d": "missing"}


FAILING = """
storyboard: 1
title: test
output: {size: 160x96, fps: 12}
defaults: {generator: {name: animatic, blemish: {1: frozen}}, takes: 1, seconds: 1.5, motion: {amount: medium}}
shots:
""" + "".join(f"  - {{id: s{k}, scene: a hill, camera: pan_left, seed: {k}}}\n" for k in range(24))


def test_no_more_takes_are_made_once_more_shots_failed_than_allowed(render, board):
    ended, told, folder = render(board(FAILING), max_failures=1)
    assert (ended.complete, ended.failure) == (False, None)
    made = list((folder.parent / "store").glob("??/*/data.mp4"))
    takes = [one for one in made if (one.parent / "recipe.json").read_text().find('"take/1"') > 0]
    assert 2 <= len(takes) < 24
    assert 2 <= len(told.failures) <= len(takes)
    assert len(told.shots) == 24


def test_fresh_twice_and_other_numbers_of_takes(render, board):
    text = CHAIN.partition("  - {id: b")[0]
    numbers = [
        [one["take"] for one in scores(render(board(text), **wanted)[2], "a")["takes"]]
        for wanted in ({}, {"fresh": ("a",)}, {"fresh": ("a",)}, {"takes": 2}, {"takes": 1}, {})
    ]
    assert numbers == [[1], [2], [3], [3, 4], [3], [3]]


def test_the_films_page_tells_of_its_versions_and_what_a_kill_left_is_swept(render, board):
    text = CHAIN.partition("  - {id: b")[0] + "versions: [{name: other, title: again}]\n"
    _, _, folder = render(board(text))
    assert "versions/other/film.mp4" in (folder / "dailies.html").read_text("utf-8")
    left = [folder / "cuts/0001" / name for name in (f".{'0a' * 16}.mp4", f".film.mp4.{'0b' * 16}.tmp")]
    left.append(folder / "versions/other/cuts/0001" / left[0].name)
    for path in left:
        path.write_bytes(b"half")
    left += [folder / "cuts/0001" / name for name in (f".film.gif.{'0c' * 16}", ".stem-tp_4qs8w")]
    for path in left[-2:]:
        path.mkdir()
    render(board(text))
    assert not any(path.exists() for path in left)
    assert json.loads((folder / "manifest.json").read_text())["versions"]["other"]["complete"]
