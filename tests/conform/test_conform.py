"""What an editor does to a film comes back as a storyboard that cuts it so, from the takes there are."""

import copy
import random

import opentimelineio as otio
import pytest

from pipeline import timeline
from pipeline.conform import conform
from pipeline.errors import ProducerError
from pipeline.plan.spans import spans

SHOTS = """shots:
  # the gate, at dawn
  - id: gate
    scene: a hill by the sea     # seen from below
    seconds: 2                   # two
    transition: {type: dissolve, seconds: 0.5}
    titles:
      - text: "Kyoto: autumn"
        at: 0.5
        seconds: 1

  - {id: bridge, scene: a red bridge, transition: dissolve}

  # the moon, and
  # the night
  - id: moon
    scene: the moon
  - id: extra
    scene: a hill
    skip: true

  - id: end
    scene: a town
# the end
"""


def frames(value, rate=24):
    return otio.opentime.RationalTime(value, rate)


def shown(board):
    """Every shot as (take's shot, first frame of its take after the head it was made with, frames, transition)."""
    slots = timeline.slots(board)
    made, faults = spans(board, slots)
    assert not faults
    return [
        (
            shot.use.shot if shot.use else shot.id,
            made[shot.id].first + slot.head,
            slot.end - slot.start,
            (slot.transition, slot.transition_frames),
        )
        for shot, slot in zip(board.shots, slots, strict=True)
    ]


def test_an_edit_nobody_touched_gives_the_storyboard_back_but_for_its_takes(desk, head, editor):
    path, edit = desk.hand_out(head + SHOTS)
    made = conform(edit, path)
    assert [line for line in made.text.splitlines() if "pick" not in line] == [
        line for line in (head + SHOTS).splitlines() if "bridge" not in line
    ]
    assert [shot.pick for shot in desk.reload(made.text).shots] == [2, 2, 2, 2]
    assert not made.notes


@pytest.mark.parametrize("kind", ["otio", "edl", "fcpxml"])
def test_every_format_comes_back_the_same(desk, head, editor, kind):
    path, edit = desk.hand_out(head + SHOTS, kind)
    board = desk.reload(head + SHOTS)
    assert shown(desk.reload(conform(edit, path).text)) == shown(board)


def test_a_trim_keeps_the_take_and_moves_the_title_with_the_picture(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    editor.trim(editor.clip(editor.pictures(whole), "gate"), 6, 4)
    made = conform(desk.save(whole), path)
    board = desk.reload(made.text)
    gate = board.shots[0]
    assert (gate.frames, gate.seconds) == (38, None)
    assert (gate.made.frames, gate.made.head, gate.made.tail, gate.made.first) == (48, 0, 6, 6)
    assert gate.titles[0].at == pytest.approx(0.25)
    assert gate.titles[0].seconds == 1
    assert "frames: 38                   # two" in made.text
    assert "# seen from below" in made.text
    assert made.notes == ("the film is 0:07:14 long now, it was 0:08:00",)


def test_a_title_that_is_cut_away_is_told(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    editor.trim(editor.clip(editor.pictures(whole), "gate"), 40, 0)
    made = conform(desk.save(whole), path)
    assert desk.reload(made.text).shots[0].titles == ()
    assert any("Kyoto: autumn" in note for note in made.notes)


def test_shots_are_put_in_another_order_with_the_remarks_above_them(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    track = editor.pictures(whole)
    track.insert(0, editor.cut_out(track, "moon"))
    text = conform(desk.save(whole), path).text
    assert [shot.id for shot in desk.reload(text).shots] == ["moon", "gate", "bridge", "end"]
    assert "# the moon, and\n  # the night\n  - id: moon" in text
    assert "# the gate, at dawn\n  - id: gate" in text
    assert text.index("- id: moon") < text.index("- id: gate")
    assert text.endswith("# the end\n")
    assert text.index("- id: moon") < text.index("- id: extra") < text.index("- id: gate")


def test_a_shot_that_is_left_out_is_kept_at_the_end_and_skipped(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    track = editor.pictures(whole)
    editor.cut_out(track, "moon")
    text = conform(desk.save(whole), path).text
    board = desk.reload(text)
    assert [shot.id for shot in board.shots] == ["gate", "bridge", "end"]
    assert "moon" in board.skipped
    assert text.index("- id: end") < text.index("- id: moon")


def test_a_shot_used_twice_becomes_a_use_of_it_under_a_new_id(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    track = editor.pictures(whole)
    again = copy.deepcopy(editor.clip(track, "gate"))
    editor.trim(again, 12, 12)
    track.append(again)
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [shot.id for shot in board.shots] == ["gate", "bridge", "moon", "end", "gate_2"]
    second = board.shots[-1]
    assert (second.use.shot, second.use.start * 24, second.frames) == ("gate", 12, 24)
    assert shown(board)[-1] == ("gate", 12, 24, ("cut", 0))
    assert board.shots[0].made.tail == 6


def test_the_owner_of_a_take_may_go_while_a_use_of_it_stays(desk, head, editor):
    shots = SHOTS.replace("# the end", "  - {id: again, use: {shot: gate, in: 1}, frames: 20}\n# the end")
    path, whole = desk.opened(head + shots)
    track = editor.pictures(whole)
    del track[1]
    track.remove(editor.clip(track, "gate"))
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [shot.id for shot in board.shots] == ["bridge", "moon", "end", "gate"]
    assert board.shots[-1].made.first == 24
    assert "again" in board.skipped


def test_transitions_are_changed_added_and_taken_away(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    track = editor.pictures(whole)
    passings = [one for one in track if isinstance(one, otio.schema.Transition)]
    passings[0].in_offset, passings[0].out_offset = frames(2), frames(3)
    track.remove(passings[1])
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [(shot.transition.type, shot.transition.seconds * 24) for shot in board.shots] == [
        ("dissolve", 5),
        ("cut", 0),
        ("cut", 0),
        ("cut", 0),
    ]
    made = [shot.made for shot in board.shots[:3]]
    assert [(one.head, one.tail) for one in made] == [(0, 6), (6, 6), (6, 0)]


def test_a_transition_off_its_cut_shows_the_same_frames_round_the_middle(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    passing = next(one for one in editor.pictures(whole) if isinstance(one, otio.schema.Transition))
    passing.in_offset, passing.out_offset = frames(6), frames(2)
    board = desk.reload(conform(desk.save(whole), path).text)
    assert board.shots[0].frames == 46
    assert (board.shots[1].frames, board.shots[1].made.first) == (50, -2)


def test_the_take_an_editor_chose_is_picked(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    editor.clip(editor.pictures(whole), "moon").active_media_reference_key = "take_1"
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [shot.pick for shot in board.shots] == [2, 2, 1, 2]


def test_an_edit_of_an_edit_still_knows_how_the_takes_were_made(desk, head, editor):
    path, whole = desk.opened(head + SHOTS)
    editor.trim(editor.clip(editor.pictures(whole), "gate"), 6, 4)
    text = conform(desk.save(whole), path).text
    path, whole = desk.opened(text)
    editor.trim(editor.clip(editor.pictures(whole), "gate"), -3, 5)
    made = desk.reload(conform(desk.save(whole), path).text).shots[0].made
    assert (made.frames, made.head, made.tail, made.first) == (48, 0, 6, 3)


@pytest.mark.parametrize("fps", ["24", "25", "30", "24000/1001", "30000/1001"])
def test_any_edit_comes_back_to_the_frame(desk, head, editor, fps):
    names = [f"s{number}" for number in range(12)]
    shots = "".join(f"  - {{id: {name}, scene: a hill, transition: {{type: dissolve, frames: 8}}}}\n" for name in names)
    path, whole = desk.opened(head.replace("fps: 24", f"fps: {fps}") + "shots:\n" + shots)
    rate = editor.pictures(whole)[0].source_range.duration.rate
    chance = random.Random(fps)
    clips = [one for one in editor.pictures(whole) if isinstance(one, otio.schema.Clip)]
    chance.shuffle(clips)
    edited, wanted = [], []
    for one in clips[:9]:
        kept = copy.deepcopy(one)
        head_cut, tail_cut = chance.randrange(0, 12), chance.randrange(0, 12)
        editor.trim(kept, head_cut, tail_cut, rate)
        edited.append(kept)
        frames_left = round(kept.source_range.duration.value)
        wanted.append((one.name, round(kept.source_range.start_time.value), frames_left))
    editor.pictures(whole)[:] = edited
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [one[:3] for one in shown(board)] == wanted


# ---------------------------------------------------------------- the film around the shots


def test_the_films_length_and_effects_follow(desk, head, editor):
    audio = "audio: {effects: [{file: bell.wav, shot: gate, at: 0.5}]}\ntarget_seconds: 8\n"
    _bell(desk.folder / "bell.wav")
    path, whole = desk.opened(head + audio + SHOTS)
    editor.trim(editor.clip(editor.pictures(whole), "gate"), 6, 0)
    board = desk.reload(conform(desk.save(whole), path).text)
    assert board.target_seconds == 7.75
    assert board.audio.effects[0].at == 0.25


def _bell(path):
    import wave

    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(48000)
        sound.writeframes(b"\0\0" * 48000)


def test_what_hangs_on_a_removed_shot_is_told_in_one_list(desk, head, editor):
    _bell(desk.folder / "bell.wav")
    audio = "audio: {music: {file: bell.wav, from: moon}, effects: [{file: bell.wav, shot: moon}]}\n"
    shots = SHOTS.replace("    scene: a town", "    scene: a town\n    continues: moon")
    path, whole = desk.opened(head + audio + shots)
    track = editor.pictures(whole)
    editor.cut_out(track, "moon")
    with pytest.raises(ProducerError) as told:
        conform(desk.save(whole), path)
    lines = str(told.value).splitlines()
    assert len(lines) == 3
    assert all("moon" in line for line in lines)


def test_colours_that_will_be_matched_anew_are_told(desk, head, editor):
    text = (head + SHOTS).replace("harmonise: false", "harmonise: {within: film}")
    path, whole = desk.opened(text)
    track = editor.pictures(whole)
    track.insert(0, editor.cut_out(track, "moon"))
    notes = conform(desk.save(whole), path).notes
    assert any("matched to 'moon'" in note for note in notes)


def test_a_second_cut_of_a_take_keeps_its_sequence_and_its_look(desk, head, editor):
    told = "sequences: {night: {}}\nlooks: {blue: {lighting: moonlight}}\n"
    shots = SHOTS.replace("- id: gate\n", "- id: gate\n    sequence: night\n    look: blue\n", 1)
    path, whole = desk.opened(head + told + shots)
    track = editor.pictures(whole)
    track.append(copy.deepcopy(editor.clip(track, "gate")))
    second = desk.reload(conform(desk.save(whole), path).text).shots[-1]
    assert (second.id, second.sequence, second.look_name) == ("gate_2", "night", "blue")


def test_a_split_shot_nobody_touched_stays_one_entry(desk, head):
    split = head + "shots:\n  - {id: sail, scene: a boat on the sea, seconds: 4, split: 2}\n  - {id: end, card: {}}\n"
    path, whole = desk.opened(split)
    made = conform(desk.save(whole), path)
    assert [line for line in made.text.splitlines() if "pick" not in line] == split.splitlines()


def test_colours_matched_anew_are_told_beside_a_group_that_names_its_reference(desk, head, editor):
    looks = "looks: {blue: {lighting: moonlight}, red: {lighting: neon}}\n"
    shots = """shots:
  - {id: one, scene: a boat on the sea, look: blue}
  - {id: two, scene: a hill, look: red}
  - {id: three, scene: a tree, look: red}
"""
    text = head.replace("harmonise: false", "harmonise: {within: look, reference: one}") + looks + shots
    path, whole = desk.opened(text)
    track = editor.pictures(whole)
    track.insert(0, editor.cut_out(track, "three"))
    assert any("'red' will be matched to 'three'" in note for note in conform(desk.save(whole), path).notes)


def test_a_card_may_be_as_long_as_the_edit_wants_it(desk, head, editor):
    shots = SHOTS.replace("    scene: a town", '    card: {background: "#101010"}')
    path, whole = desk.opened(head + shots)
    editor.trim(editor.clip(editor.pictures(whole), "end"), 0, -24)
    last = desk.reload(conform(desk.save(whole), path).text).shots[-1]
    assert (last.frames, last.made) == (72, None)
