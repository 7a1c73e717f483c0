"""Doubts: told where they help, silent on a good board."""

import pytest

from pipeline.storyboard.schema import LATER, objects, resolved, schema


def doubts(read, text):
    _, warnings = read(text)
    assert all(one.warning and "warning: " in str(one) for one in warnings)
    return [(one.line, one.path, one.message) for one in warnings]


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("beautiful feeling of hope and freedom", "nothing here can be seen"),
        ("希望と自由の美しさ", "nothing here can be seen"),
        ("a shop with a sign that says OPEN", "spell badly"),
        ("「開店」と書かれた看板", "spell badly"),
        ("two people hugging in the rain", "touching each other"),
        ("a boxing match in a small hall", "sport"),
    ],
)
def test_scenes_that_rarely_come_out_well(read, scene, words):
    ((line, path, message),) = doubts(read, f'shots:\n  - {{id: a, scene: "{scene}", camera: crane}}\n')
    assert (line, path) == (2, "shots[0].scene")
    assert words in message


@pytest.mark.parametrize(
    "scene",
    [
        "a red bridge over a river",
        "a woman reads a letter beneath a lamp",
        "a group of friends walks along the beach",
        "夜明けの山と霧",
        "the light of hope in a window",
        "I0 1",
        "two children look at the sea",
        "孤独な男が橋を渡る",
    ],
)
def test_good_scenes_are_let_be(read, scene):
    assert doubts(read, f'shots:\n  - {{id: a, scene: "{scene}", camera: crane}}\n') == []


def test_no_camera_is_told_once_for_a_board(read):
    text = "shots:\n" + "".join(f"  - {{id: s{n}, scene: hills}}\n" for n in range(5))
    ((line, _, message),) = doubts(read, text)
    assert line == 2
    assert "5 shots" in message
    assert "s0, s1, s2, ..." in message


@pytest.mark.parametrize(("strength", "count"), [(0.2, 0), (0.4, 0), (0.1, 1), (0.9, 1)])
def test_strength(read, strength, count):
    text = f"shots:\n  - {{id: a, source: assets/dance.mp4, strength: {strength}}}\n"
    assert len(doubts(read, text)) == count


def test_footage_without_sound_to_keep(read):
    ((_, path, _),) = doubts(read, "shots:\n  - {id: a, source: {file: assets/mute.mp4, audio: keep}}\n")
    assert path == "shots[0].source.audio"


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("    scene: the gate #2 of the temple", 1),
        ("    scene: the gate # 2 of the temple", 1),
        ("    scene: the gate  #2 comes later", 0),
        ("    scene: the gate # of the temple", 0),
        ('    scene: "the gate #2 of the temple"', 0),
        ("    scene: the gate#2", 0),
        ("    # scene #2", 0),
    ],
)
def test_a_text_cut_off_by_a_comment_sign(read, line, count):
    scene = "    scene: hills\n" if line.lstrip().startswith("#") else ""
    found = doubts(read, f"shots:\n  - id: a\n{scene}    camera: crane\n{line}\n")
    assert [(place, path) for place, path, _ in found] == [(4, "shots[0].scene")] * count


def test_full_width_signs_within_a_text_are_only_doubted(read):
    found = doubts(read, "notes: |\n  title： x\nshots: [{id: a, scene: hills, camera: crane}]\n")
    assert [(line, "full-width colon" in message) for line, _, message in found] == [(2, True)]


def test_a_later_key_is_told_once(read):
    found = doubts(
        read,
        "continuity: true\nshots:\n"
        + "".join(f"  - {{id: s{n}, scene: hills, camera: crane, group: x}}\n" for n in range(4)),
    )
    assert [(line, path) for line, path, _ in found] == [(1, "continuity"), (3, "shots[0].group")]
    assert all("not yet in effect" in message for _, _, message in found)
    assert "3 more places" in found[1][2]


SAMPLES = {
    "boolean": "true",
    "number": "0.5",
    "integer": "1",
    "string": "x",
    "array": "[]",
    "object": "{}",
}


def sample(part):
    """A value that the contract takes."""
    part = resolved(part)
    if "anyOf" in part:
        return sample(part["anyOf"][0])
    if "enum" in part:
        return part["enum"][0]
    if part["type"] == "number":
        return str(max(0.5, part.get("exclusiveMinimum", 0) + 0.5))
    needed = [f"{key}: {sample(part['properties'][key])}" for key in part.get("required", ())]
    if needed:
        return "{" + ", ".join(needed) + "}"
    if part.get("minLength", 1) > 1:
        return "x" * part["minLength"]
    items = part.get("items")
    kind = part["type"] if isinstance(part["type"], str) else part["type"][0]
    return SAMPLES[kind] if items is None else f"[{sample(items)}]"


LATER_KEYS = sorted(
    (path, key)
    for path, part in objects(schema())
    for key, below in part["properties"].items()
    if resolved(below).get(LATER) and path in {"", "shots[]", "defaults", "output", "finish"}
)


@pytest.mark.parametrize(("path", "key"), LATER_KEYS, ids=[".".join(one) for one in LATER_KEYS])
def test_every_later_key_warns_and_nothing_else(read, path, key):
    part = next(one for where, one in objects(schema()) if where == path)
    value = "{a: {}}" if key == "profiles" else sample(part["properties"][key])
    entry = f"{key}: {value}"
    if path == "shots[]":
        text = f"shots:\n  - {{id: a, scene: hills, camera: crane, {entry}}}\n"
    else:
        whole = f"{path}: {{{entry}}}" if path else entry
        text = f"{whole}\nshots: [{{id: a, scene: hills, camera: crane}}]\n"
    found = doubts(read, text)
    assert [message for _, _, message in found if "not yet in effect" not in message] == []
    assert len(found) == 1
