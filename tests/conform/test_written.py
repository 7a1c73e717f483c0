"""The producer's own text stays as it is written, however it is written."""

from pipeline.conform import conform


def test_shots_written_in_one_line_are_written_anew_and_said_so(desk, head, editor):
    path, whole = desk.opened(head + "shots: [{id: a, scene: a hill}, {id: b, scene: 'no'}]  # both\n")
    editor.trim(editor.clip(editor.pictures(whole), "a"), 0, 12)
    made = conform(desk.save(whole), path)
    board = desk.reload(made.text)
    assert [(shot.id, shot.frames) for shot in board.shots] == [("a", 36), ("b", None)]
    assert any("without its comments" in note for note in made.notes)


def test_aliases_among_shots_do_not_break_it(desk, head, editor):
    shots = (
        "shots:\n  - {id: a, scene: &s a hill, titles: &t [{text: hi, at: 1}]}\n  - {id: b, scene: *s, titles: *t}\n"
    )
    path, whole = desk.opened(head + shots)
    track = editor.pictures(whole)
    second = editor.clip(track, "b")
    track.remove(second)
    track.insert(0, second)
    editor.trim(second, 6, 0)
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [(shot.id, shot.scene) for shot in board.shots] == [("b", "a hill"), ("a", "a hill")]
    assert [float(shot.titles[0].at) for shot in board.shots] == [0.75, 1]


def test_a_block_of_text_and_windows_line_ends_survive(desk, head, editor):
    shots = "shots:\n- id: a\n  scene: |\n    a hill\n    by the sea\n\n# b\n- id: b\n  scene: a town\n"
    path, whole = desk.opened(head + shots)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    track = editor.pictures(whole)
    second = editor.clip(track, "b")
    track.remove(second)
    track.insert(0, second)
    editor.trim(editor.clip(track, "a"), 1, 1)
    made = conform(desk.save(whole), path)
    board = desk.reload(made.text)
    assert [(shot.id, shot.scene) for shot in board.shots] == [("b", "a town"), ("a", "a hill\nby the sea")]
    assert not any("without its comments" in note for note in made.notes)


def test_titles_and_lines_written_in_short_move_with_their_picture(desk, head, editor):
    shots = (
        "shots:\n  - {id: a, scene: a hill, titles: hi, lines: Hello}\n"
        "  - {id: b, scene: a town, titles: {text: ho, at: 1}, lines: [Bye, {text: Now, at: 1}]}\n"
    )
    path, whole = desk.opened(head + shots)
    for name in ("a", "b"):
        editor.trim(editor.clip(editor.pictures(whole), name), 6, 0)
    board = desk.reload(conform(desk.save(whole), path).text)
    assert [[(one.text, float(one.at)) for one in shot.titles] for shot in board.shots] == [[("hi", 0)], [("ho", 0.75)]]
    assert [[float(one.at) for one in shot.lines] for shot in board.shots] == [[-0.25], [-0.25, 0.75]]
