"""What the files in a snapshot are, found out once."""

import json
from collections import Counter
from fractions import Fraction

import pytest

from pipeline import production, snapshot
from pipeline.errors import StoryboardInvalid
from pipeline.media import probe as room
from pipeline.media.probe import facts_from, facts_values, probe
from pipeline.model import MediaFacts, Size, Spec
from pipeline.production import Wanted, another_cut, prepare

EXAMPLES = [
    MediaFacts("picture", "ab" * 32, Spec(Size(160, 96), Fraction(1), 1), Fraction(0), False),
    MediaFacts("video", "cd" * 32, Spec(Size(2, 8192), Fraction(24000, 1001), 7), Fraction(7007, 24000), True),
    MediaFacts("sound", "ef" * 32, None, Fraction(1, 3), True),
    MediaFacts("weights", "09" * 32, None, Fraction(0), False),
]
PICTURE = facts_values(EXAMPLES[0])


@pytest.fixture
def asked(monkeypatch):
    """Count how often each file is probed and hashed."""
    probed, hashed = Counter(), Counter()

    def looking(path, sha256=None):
        probed[path.name] += 1
        return probe(path, sha256)

    def reading(path, digest=room.digest):
        hashed[path.name] += 1
        return digest(path)

    for place in (snapshot, production):
        monkeypatch.setattr(place, "probe", looking)
    for place in (snapshot, room):
        monkeypatch.setattr(place, "digest", reading)
    return probed, hashed


@pytest.fixture
def recorded():
    """Change what a snapshot's record says of its files."""

    def run(entry, facts):
        about = json.loads(entry.file("recipe.json").read_text())
        about["record"] = {} if facts is None else {"facts": facts(about["record"]["facts"])}
        entry.file("recipe.json").write_text(json.dumps(about))

    return run


def facts_of(prepared):
    board = prepared.plan.board
    return (prepared.plan.shots, board.shots, board.audio, prepared.plan.sound, prepared.warnings)


@pytest.mark.parametrize("facts", EXAMPLES, ids=lambda facts: facts.kind)
def test_facts_come_back_exactly_from_json(facts):
    assert facts_from(json.loads(json.dumps(facts_values(facts)))) == facts


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        "picture",
        {},
        PICTURE | {"kind": "film"},
        PICTURE | {"kind": "sound"},
        PICTURE | {"kind": "weights"},
        PICTURE | {"size": None},
        PICTURE | {"size": [160]},
        PICTURE | {"size": ["160", 96]},
        PICTURE | {"rate": "1/0"},
        PICTURE | {"rate": 1},
        PICTURE | {"frames": 1.5},
        PICTURE | {"frames": float("inf")},
        PICTURE | {"seconds": "soon"},
        PICTURE | {"has_sound": "no"},
        PICTURE | {"sha256": None},
        PICTURE | {"more": 1},
    ],
)
def test_what_is_damaged_is_no_facts(values):
    assert facts_from(values) is None


def test_each_file_is_probed_once_for_all_shots_and_hashed_no_more_than_to_keep_it(kyoto, studio, asked):
    probed, hashed = asked
    key = snapshot.take(studio.store, kyoto).key
    files = {"still.png": 1, "clip.mp4": 1, "theme.wav": 1, "other.wav": 1}
    assert probed == files
    assert hashed == files, "to keep them, as ever; finding the facts hashes nothing"
    for _ in range(3):
        another_cut(prepare(kyoto, studio, Wanted(), key), "other", Wanted())
    snapshot.take(studio.store, kyoto)
    assert probed == files
    assert {name: hashed[name] for name in files} == dict.fromkeys(files, 2), "once a snapshot that is taken"


def test_the_facts_are_those_of_the_probe(kyoto, studio, asked, recorded, inside):
    probed, _ = asked
    entry = snapshot.take(studio.store, kyoto)
    told = snapshot.probe_of(entry)
    for name in ("assets/still.png", "clip.mp4", "sound/theme.wav"):
        path = inside(entry)[name].resolve()
        assert told(path) == probe(path)
    known = facts_of(prepare(kyoto, studio, Wanted(), entry.key))
    recorded(entry, None)
    probed.clear()
    assert facts_of(prepare(kyoto, studio, Wanted(), entry.key)) == known
    assert probed, "a snapshot from before there were facts"


def test_pictures_of_the_cast_and_weights_are_kept_and_known(kyoto, studio, asked, inside, make):
    probed, _ = asked
    head = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    make.flat(kyoto.parent / "face.png", (9, 9, 9))
    (kyoto.parent / "face.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + b"1234")
    cast = "cast: {her: {description: x, references: face.png, lora: face.safetensors}}\n"
    kyoto.write_text(kyoto.read_text().replace("shots:", f"{cast}shots:").replace("scene: flat", 'scene: "{her}"'))
    plain = prepare(kyoto, studio, Wanted()).plan
    entry = snapshot.take(studio.store, kyoto)
    assert {"face.png", "face.safetensors"} <= inside(entry).keys()
    (kyoto.parent / "face.safetensors").unlink()
    probed.clear()
    kept = prepare(kyoto, studio, Wanted(), entry.key).plan
    assert not probed
    (shot, *_), (before, *_) = kept.board.shots, plain.board.shots
    assert [one.file.path for one in shot.loras] == [inside(entry)["face.safetensors"].resolve()]
    assert ([one.name for one in shot.references], len(before.loras)) == (["face.png"], 1)
    assert [one.takes[0].recipe for one in kept.shots] == [one.takes[0].recipe for one in plain.shots]


def test_a_file_outside_the_snapshot_is_looked_at(kyoto, store, asked):
    probed, _ = asked
    told = snapshot.probe_of(snapshot.take(store, kyoto))
    probed.clear()
    told(kyoto.parent / "clip.mp4")
    assert probed == {"clip.mp4": 1}


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "facts",
        lambda facts: facts | {"kind": "facts/0"},
        lambda facts: facts | {"by": "probe@0"},
        lambda facts: facts | {"files": None},
        lambda facts: facts | {"files": {name: {} for name in facts["files"]}},
        lambda facts: facts | {"files": {name: one | {"sha256": "0" * 64} for name, one in facts["files"].items()}},
    ],
)
def test_facts_that_cannot_be_trusted_are_found_again(kyoto, studio, asked, recorded, damage):
    probed, _ = asked
    entry = snapshot.take(studio.store, kyoto)
    known = facts_of(prepare(kyoto, studio, Wanted(), entry.key))
    recorded(entry, damage)
    probed.clear()
    assert facts_of(prepare(kyoto, studio, Wanted(), entry.key)) == known
    assert probed.keys() >= {"still.png", "clip.mp4", "theme.wav"}


def test_another_version_of_the_probe_takes_a_snapshot_of_its_own(kyoto, studio, asked, monkeypatch):
    probed, _ = asked
    before = snapshot.take(studio.store, kyoto).key
    monkeypatch.setattr(snapshot, "PROBE", "probe@next")
    probed.clear()
    prepare(kyoto, studio, Wanted(), before)
    assert probed["clip.mp4"] == 1, "a film that began before the update goes on, with facts of its own"
    after = snapshot.take(studio.store, kyoto).key
    assert after != before
    probed.clear()
    prepare(kyoto, studio, Wanted(), after)
    assert not probed


def test_what_is_no_media_is_told_as_without_a_snapshot(kyoto, studio):
    (kyoto.parent / "clip.mp4").write_bytes(b"no clip")
    with pytest.raises(StoryboardInvalid) as plain:
        prepare(kyoto, studio, Wanted())
    with pytest.raises(StoryboardInvalid) as kept:
        prepare(kyoto, studio, Wanted(), snapshot.take(studio.store, kyoto).key)
    assert kept.value.problems == plain.value.problems


def test_two_spellings_of_one_file_have_no_facts_of_each_other(write, store, monkeypatch, make):
    """On a disk that takes A.png and a.png for one file, the second finds the first in its place."""
    board = write(["A.png", "a.png"])
    make.flat(board.parent / "A.png", (1, 1, 1))
    make.flat(board.parent / "a.png", (2, 2, 2))
    place = snapshot._place
    monkeypatch.setattr(snapshot, "_place", lambda copy, name: place(copy, name) and name.name == "A.png")
    entry = snapshot.take(store, board)
    assert set(entry.record["facts"]["files"]) == {"A.png"}
