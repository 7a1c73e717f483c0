"""What is dropped into the inbox is rendered once, or told why it is not."""

import json
import shutil
import zipfile

from tests.serving.stage import board


def test_a_storyboard_is_rendered_once_however_often_it_is_dropped(house):
    inbox = house.studio / "inbox"
    file = house.write("dropped", "drop_a")
    shutil.copy(file, inbox / "dropped.yaml")
    house.until_state("dropped", "Completed")
    assert not (inbox / "dropped.yaml").exists()
    assert (inbox / "archive/dropped/dropped.yaml").read_bytes() == file.read_bytes()
    shutil.copy(file, inbox / "dropped.yaml")
    house.until(lambda: not (inbox / "dropped.yaml").exists(), "the second drop to be taken")
    house.until(lambda: "dropped before" in house.said(), "the second drop to be told")
    assert len(house.runs("dropped")) == 1
    assert len(house.notes("end", "drop_a")) == 1
    file.write_text(file.read_text().replace("on a hill", "by the sea"))
    shutil.copy(file, inbox / "dropped.yaml")
    house.until(lambda: len(house.runs("dropped")) == 2 and house.state("dropped") == "Completed", "other content")
    assert house.manifest("dropped")["shots"][0]["scene"] == "dropped by the sea"


def test_a_bad_one_is_put_aside_with_every_problem(house):
    inbox = house.studio / "inbox"
    text = board("bad", "bad_a").replace("camera", "kamera").replace("pan_left", "sideways")
    (inbox / "bad.yaml").write_text(text)
    told = house.until(lambda: next((inbox / "rejected").glob("bad*.txt"), None), "the reasons")
    said = told.read_text()
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "kamera" in one)
    assert f"bad.yaml:{line}:" in said
    assert "did you mean" in said
    assert not (inbox / "bad.yaml").exists()
    assert house.runs("bad") == []


def test_a_half_copied_zip_waits_and_one_that_leads_out_is_refused(house):
    inbox = house.studio / "inbox"
    whole = house.root / "zipped.zip"
    with zipfile.ZipFile(whole, "w") as made:
        made.writestr("zipped/zipped.yaml", board("zipped", "zip_a"))
    data = whole.read_bytes()
    with (inbox / "zipped.zip").open("wb") as stream:
        stream.write(data[: len(data) // 2])
        stream.flush()
        house.until(lambda: house.page("/api/health") == 200)
        for _ in range(6):
            house.pause(1)
            assert house.runs("zipped") == []
            assert (inbox / "zipped.zip").exists()
        stream.write(data[len(data) // 2 :])
    with zipfile.ZipFile(inbox / "slip.zip", "w") as made:
        made.writestr("slip.yaml", board("slip", "slip_a"))
        made.writestr("../../escaped.txt", "no")
    house.until_state("zipped", "Completed")
    told = house.until(lambda: next((inbox / "rejected").glob("slip*.txt"), None), "the refusal")
    assert "escaped.txt" in told.read_text()
    assert not list(house.root.rglob("escaped.txt"))
    assert json.loads((house.studio / "zipped/manifest.json").read_text())["complete"]
