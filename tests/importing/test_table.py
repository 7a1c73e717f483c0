"""Shot lists as spreadsheets save them: encodings, delimiters, headings in two languages, and hostile ones."""

import csv
import io
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import ProducerError
from pipeline.importing.headings import parts

JAPANESE = """カット,画面,カメラ,尺,セリフ,SE,テロップ,備考,場所
C-1,霧の中の門,ドリーイン,5+12,花子「行こう」,風の音,京都,朝に撮る,嵐山
C-2,赤い橋,パン左,4秒,,,,,
"""
ENGLISH = (
    "Shot\tDescription\tCamera\tDuration\tVO\tBudget\n1\tAn old gate\tpan left\t00:00:05:12\tOnce upon a time\t100\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc_jp"])
def test_a_japanese_list_is_read_in_every_encoding_that_spreadsheets_write(reads, encoding):
    board, written, _ = reads(JAPANESE.replace("\n", "\r\n").encode(encoding))
    assert board.language == "ja"
    assert [shot.id for shot in board.shots] == ["C-1", "C-2"]
    first = board.shots[0]
    assert first.scene == "霧の中の門、嵐山"
    assert first.seconds == Fraction(11, 2)
    assert (first.camera, board.shots[1].camera) == ("dolly_in", "pan_left")
    assert (first.lines[0].who, first.lines[0].text["ja"]) == ("花子", "行こう")
    assert first.titles[0].text == "京都"
    assert written["shots"][0]["notes"] == "sound: 風の音\n朝に撮る"


@pytest.mark.parametrize(("sign", "encoding"), [("\t", "utf-8"), (";", "cp1252"), (",", "utf-8"), ("\t", "utf-16")])
def test_what_stands_between_cells_is_found(reads, sign, encoding):
    board, written, notes = reads(ENGLISH.replace("\t", sign).replace("old", "café").encode(encoding))
    assert board.shots[0].scene == "An café gate"
    assert board.shots[0].seconds == Fraction(11, 2)
    assert board.shots[0].lines[0].who == "narrator"
    assert written["shots"][0]["notes"] == "Budget: 100"
    assert "kept in `notes` only: Budget" in notes
    assert "column 'VO' became `lines`" in notes


def test_timecode_counts_frames_of_the_films_rate(reads):
    board, written, _ = reads(ENGLISH, rate=Fraction(24000, 1001))
    assert board.output.rate == Fraction(24000, 1001)
    assert written["shots"][0]["frames"] == 132 == board.shots[0].frames


def test_an_export_with_a_title_blank_rows_and_a_sum_is_read(reads):
    text = (
        "Kyoto trailer,,,\n,,,\nDirector: M,Draft 3,,\n"
        "Scene,Shot,Action,Duration (frames)\n1,1,gate,48\n,,,\n2,1,bridge,24\n,Total,,72\n"
    )
    board, _, notes = reads(text)
    assert board.title == "Kyoto trailer"
    assert [(shot.id, shot.seconds) for shot in board.shots] == [("1_1", 2), ("2_1", 1)]
    assert "line 8 is a sum, not a shot" in notes
    assert "line 3 was not read: Director: M, Draft 3" in notes


def test_a_scene_column_is_what_is_seen_unless_it_holds_numbers(reads):
    assert reads("Shot,Scene,Sec\n1,a long red bridge,3\n")[0].shots[0].scene == "a long red bridge"


def test_lengths_come_from_where_a_shot_begins_and_ends(reads):
    board, _, _ = reads("Shot,Picture,In,Out\n1,gate,00:00:01:00,00:00:03:12\n2,sea,x,y\n")
    assert [shot.seconds for shot in board.shots] == [Fraction(5, 2), 4]


def test_an_export_of_a_scheduling_tool_is_read(reads):
    text = (
        "Scene,Shot,Shot Size,Shot Type,Camera Angle,Camera Movement,Equipment,Lens,Frame Rate,Audio,Description\n"
        '1,1A,WS,Establishing,High,Crane,Jib,24mm,24,MOS,"The market at dawn"\n'
        "1,1B,C.U.,Single,Eye,Static,Sticks,50mm,24,Sync,Hands on fruit\n"
    )
    board, written, _ = reads(text)
    assert [shot.id for shot in board.shots] == ["1A", "1B"]
    assert [shot.scene for shot in board.shots] == ["wide shot, The market at dawn", "close-up, Hands on fruit"]
    assert [shot.camera for shot in board.shots] == ["crane", "static"]
    assert "Lens: 24mm" in written["shots"][0]["notes"]


def test_lines_of_a_shot_are_said_one_after_the_other(reads):
    board, _, _ = reads(
        "Shot,Picture,Dialogue,Character\n"
        '1,gate,"ANNA: Where are you going tonight?\nBEN (off): Home",\n2,sea,Hello,Carla\n'
    )
    first, second = board.shots[0].lines
    assert [(one.who, one.text["en"]) for one in (first, second)] == [
        ("ANNA", "Where are you going tonight?"),
        ("BEN", "Home"),
    ]
    assert second.at >= first.seconds
    assert board.shots[1].lines[0].who == "Carla"


def test_the_producer_says_what_a_column_is(reads):
    text = "Bild,Notes,Shot\ngate,x,1\n"
    board, written, notes = reads(text, Bild="scene", Notes="-")
    assert board.shots[0].scene == "gate"
    assert written["shots"][0]["notes"] == "Notes: x"
    assert "column 'Bild' became `scene`" in notes
    with pytest.raises(ProducerError, match="no column 'Ton'"):
        reads(text, Ton="sound")
    with pytest.raises(ProducerError, match="'colour' is no part of a shot"):
        reads(text, Bild="colour")
    with pytest.raises(ProducerError, match="no column has a name that is known"):
        reads("Bild,Ton\nx,y\n")


def test_formulas_and_errors_of_a_sheet_are_text_or_nothing(reads):
    board, written, notes = reads("Shot,Picture,Duration,Notes\n=A1,=HYPERLINK(1),=SUM(C1:C9),#REF!\n@x,+1+1,-2,\n")
    assert [shot.seconds for shot in board.shots] == [4, 4]
    assert board.shots[0].scene == "=HYPERLINK(1)"
    assert 'A1: "=SUM(C1:C9)" is no length' in notes
    assert "#REF!" not in str(written)


def test_a_title_that_cannot_be_drawn_is_kept_in_notes(reads):
    board, written, _ = reads("Shot,Picture,テロップ\n1,gate,Hi \U0001f600\n")
    assert board.shots[0].titles == ()
    assert written["shots"][0]["notes"] == "title: Hi \U0001f600"


def test_braces_are_no_cast(reads):
    assert reads("Shot,Picture\n1,{heroine} at {the gate\n")[0].shots[0].scene == "(heroine) at (the gate"


def test_a_very_long_cell_is_cut_off_and_told(reads):
    board, _, notes = reads(f"Shot,Picture,VO\n1,{'gate ' * 2000},{'word ' * 1000}\n")
    assert 3990 < len(board.shots[0].scene) <= 4000
    assert [note for note in notes if "cut off" in note] == [
        "1: the scene was 9999 letters long and is cut off",
        "1: a line of 4999 letters is cut off",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Shot,Picture\n1,a\x00b\n", "NUL bytes"),
        (b'Shot,Picture\n1,"a gate\n2,b\n', r"list\.csv:2: the row that begins here cannot be read: a quotation mark"),
        (b'Shot,Picture\n1,"a"b\n', r"list\.csv:2: the row"),
        (b"Shot,Picture\n" + b"1,a\n" * 1_000_000, "more than 2000 rows"),
        (b"Shot,Picture\n1," + b"a" * 200_000 + b"\n", "cannot be read"),
        (b"Shot,Picture\n", "has headings and no shots"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xff\xfe\x00", "encoding is not known"),
        (b"Shot,Picture\n1,\x81\x8d\x8f\xff\n", "encoding is not known"),
        (b" \n\n", "is empty"),
        (b"," * 100_000, "no column has a name"),
    ],
)
def test_what_is_wrong_with_a_table_is_told(reads, content, words):
    with pytest.raises(ProducerError, match=words) as told:
        reads(content)
    assert told.value.cure


def test_a_row_wider_than_its_headings_keeps_its_cells(reads):
    assert (
        reads("Shot,Picture\n1,gate,more,,and more\n")[1]["shots"][0]["notes"] == "column 3: more\ncolumn 5: and more"
    )


cells = st.text(max_size=30) | st.sampled_from(
    ["5+12", "00:00:05:12", "フェード", "{a}", "- x: y # z", "true", "0x1F", "=1", "花子「はい」", "A: B: C", "'", '"']
)
heads = st.lists(st.sampled_from([*parts(), "Scene", "カット", "尺", "Budget", ""]), min_size=2, max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(headings=heads, rows=st.lists(st.lists(cells, max_size=9), min_size=1, max_size=5), sign=st.sampled_from(",;\t"))
def test_whatever_is_in_the_cells_the_result_loads(reads, headings, rows, sign):
    written = io.StringIO()
    csv.writer(written, delimiter=sign).writerows([["Shot", "Picture", *headings], *rows])
    try:
        board, _, _ = reads(written.getvalue().encode("utf-8", "replace"))
    except ProducerError as refused:
        assert refused.cure  # noqa: PT017 - some are refused, none with a traceback
    else:
        assert len(board.shots) <= len(rows)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: f"Shot,Picture\n1,{text}\n".encode()))
def test_any_bytes_are_read_or_refused_with_a_cure(reads, content):
    try:
        reads(content)
    except ProducerError as refused:
        assert refused.cure  # noqa: PT017 - most are refused, none with a traceback
