"""FCPXML as Final Cut writes it: exact NTSC times, a library around the project, media that begin at a timecode."""

import pytest

from pipeline.conform import conform
from pipeline.errors import ProducerError

SHOTS = """shots:
  - {id: a, scene: a hill, frames: 96, transition: {type: dip_white, frames: 12}}
  - {id: b, scene: a town}
"""

FINAL_CUT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.10"><resources>
<format id="r1" name="FFVideoFormat1080p2398" frameDuration="1001/24000s" width="1920" height="1080"/>
<asset id="r2" name="take_2" start="3600s" duration="102102/24000s" hasVideo="1" format="r1">
<media-rep kind="original-media" src="file:///Volumes/x/shots/a/take_2.mp4"/></asset>
<asset id="r3" name="b" start="0s" duration="54054/24000s" hasVideo="1" format="r1"/>
</resources><library location="file:///x"><event name="e"><project name="p">
<sequence format="r1" tcStart="0s"><spine>
<asset-clip ref="r3" offset="0s" name="b" start="6006/24000s" duration="24024/24000s"/>
<asset-clip ref="r2" offset="24024/24000s" name="a" start="86406006/24000s" duration="48048/24000s">
<adjust-volume amount="-3dB"/></asset-clip>
</spine></sequence></project></event></library></fcpxml>
"""


def test_exact_times_and_a_library_are_read(desk, head):
    path, _ = desk.hand_out(head.replace("fps: 24", "fps: 24000/1001") + SHOTS)
    edit = desk.folder / "edit.fcpxml"
    edit.write_text(FINAL_CUT, "utf-8")
    board = desk.reload(conform(edit, path).text)
    assert [(shot.id, shot.frames, shot.made.first) for shot in board.shots] == [("b", 24, 0), ("a", 48, 6)]


def test_a_dip_comes_back_as_the_dip_it_was(desk, head):
    path, edit = desk.hand_out(head + SHOTS, "fcpxml")
    assert desk.reload(conform(edit, path).text).shots[0].transition.type == "dip_white"


def test_a_trimmed_project_is_read_with_its_transition(desk, head):
    path, edit = desk.hand_out(head + SHOTS, "fcpxml")
    text = edit.read_text("utf-8")
    text = text.replace('offset="0s" start="0s" duration="4s"', 'offset="0s" start="12/24s" duration="84/24s"')
    text = text.replace('offset="90/24s" duration="12/24s"', 'offset="78/24s" duration="12/24s"')
    text = text.replace('offset="4s" start="6/24s"', 'offset="84/24s" start="6/24s"')
    edit.write_text(text, "utf-8")
    board = desk.reload(conform(edit, path).text)
    assert (board.shots[0].frames, board.shots[0].made.first, board.shots[0].transition.seconds) == (84, 12, 0.5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_however_the_file_is_encoded(desk, head, encoding):
    path, _ = desk.hand_out(head + SHOTS)
    edit = desk.folder / "edit.fcpxml"
    text = FINAL_CUT.replace("<!DOCTYPE fcpxml>", '<!DOCTYPE fcpxml [<!ENTITY a "aaaa">]>')
    edit.write_bytes(text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding))
    with pytest.raises(ProducerError, match="entities"):
        conform(edit, path)
