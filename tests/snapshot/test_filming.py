"""A film made of a snapshot, whatever became of the producer's files."""

import json
import shutil

import pytest

from pipeline import film, gc, snapshot, storyboard
from pipeline.errors import ProducerError, StoryboardInvalid
from pipeline.media.probe import probe
from pipeline.production import Wanted, another_cut, begin, prepare


@pytest.fixture
def ruin(kyoto, make):
    """What a producer may do while a film waits for its turn."""

    def run():
        folder = kyoto.parent
        kyoto.write_text("storyboard: 1\nshots: [{id: z, scene: another film}]\n")
        make.flat(folder / "assets/still.png", (0, 0, 255))
        make.clip(folder / "clip.mp4", "smptebars")
        (folder / "sound/theme.wav").unlink()
        make.tone(folder / "sound/other.wav", 100)

    return run


def shot(production):
    begin(production, Wanted())
    for name in production.shots:
        film.resolve(production, name)
        film.find_takes(production, name)
        for take in film.missing_takes(production, name):
            film.make_shot_take(production, name, take.number, lambda _: None)
        film.settle_shot(production, name)
    film.assemble(production, lambda _: None)
    return json.loads((production.folder / "plan.json").read_text())


def recipes(production):
    return {name: [take.recipe.key for take in one.plan.takes] for name, one in production.shots.items()}


def test_what_became_of_the_files_changes_nothing_of_a_film_that_began(kyoto, studio, ruin):
    straight = prepare(kyoto, studio, Wanted())
    key = snapshot.take(studio.store, kyoto).key
    text = kyoto.read_bytes()
    ruin()
    later = prepare(kyoto, studio, Wanted(), key)
    assert recipes(later) == recipes(straight)
    assert later.plan.sound.cues[0].sha256 == straight.plan.sound.cues[0].sha256
    plan = shot(later)
    assert plan["storyboard"] == str(kyoto)
    assert (later.folder / "storyboard.yaml").read_bytes() == text
    assert {key, *snapshot.keys(snapshot.find(studio.store, key))} <= set(plan["keeps"])
    told = (later.folder / "film.otio").read_text()
    assert snapshot.find(studio.store, key).sha256("board/board.yaml") in told


def test_a_version_is_made_of_the_snapshot_its_film_began_with(kyoto, studio, ruin):
    key = snapshot.take(studio.store, kyoto).key
    plain = prepare(kyoto, studio, Wanted())
    music = another_cut(plain, "other", Wanted()).plan.sound.cues[0].sha256
    ruin()
    main = prepare(kyoto, studio, Wanted(), key)
    plan = shot(main)
    cut = another_cut(main, "other", Wanted())
    assert cut.plan.sound.cues[0].sha256 == music
    assert cut.plan.board.file == kyoto
    assert set(snapshot.keys(cut.snapshot)) <= set(shot(cut)["keeps"])
    assert not [one for state in cut.shots.values() for one in state.made], "it shows the film's own takes"
    assert key in plan["keeps"]
    assert gc.kept(studio) >= set(snapshot.keys(cut.snapshot))


def test_every_message_names_the_file_that_the_producer_knows(kyoto, store):
    kyoto.write_text(kyoto.read_text().replace("camera: static", "camera: statik"))
    entry = snapshot.take(store, kyoto)
    with pytest.raises(StoryboardInvalid) as plain:
        storyboard.load(kyoto, probe)
    with pytest.raises(StoryboardInvalid) as kept:
        storyboard.load(snapshot.file(entry), probe, known_as=kyoto)
    assert kept.value.problems == plain.value.problems


def test_a_storyboard_that_cannot_be_read_is_named_as_the_producer_knows_it(tmp_path):
    (tmp_path / "kept.yaml").write_bytes(b"\xff\xff")
    with pytest.raises(StoryboardInvalid) as told:
        storyboard.load(tmp_path / "kept.yaml", probe, known_as=tmp_path / "mine.yaml")
    assert {one.file for one in told.value.problems} == {str(tmp_path / "mine.yaml")}


def test_storyboard_and_warnings_are_the_same_from_both(kyoto, store):
    plain, warned = storyboard.load(kyoto, probe)
    kept, also = storyboard.load(snapshot.file(snapshot.take(store, kyoto)), probe, known_as=kyoto)
    assert (kept.file, kept.name, also) == (kyoto, plain.name, warned)


def test_a_film_goes_with_a_storyboard_that_was_moved(kyoto, studio):
    begin(prepare(kyoto, studio, Wanted()), Wanted())
    moved = kyoto.parent.with_name("osaka")
    kyoto.parent.rename(moved)
    begin(prepare(moved / "board.yaml", studio, Wanted()), Wanted())
    shutil.copytree(moved, kyoto.parent)
    with pytest.raises(ProducerError, match="--name"):
        prepare(kyoto, studio, Wanted())
