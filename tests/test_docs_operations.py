"""docs/operations.md, and what else the documents say of the night shift: options, settings, files, limits, rooms."""

import re

from tests.test_docs import ROOT, blocks, each_document

OPERATIONS = ROOT / "docs" / "operations.md"


def test_operations_tells_every_option_of_the_night_shift(commands):
    text = OPERATIONS.read_text("utf-8")
    for name in ("serve", "worker"):
        assert not [option for option in commands[name] - {"--help"} if f"{option}" not in text]


def test_operations_names_no_option_that_is_not_there(commands):
    """Also in code that is no whole command, such as `--approve-hours`, and in the service's file."""
    text = OPERATIONS.read_text("utf-8")
    ours = re.findall(r"`(--[\w-]+)[^`]*`", text) + re.findall(r" (--[\w-]+)", "".join(blocks(OPERATIONS, "ini")))
    assert len(ours) > 10
    assert not set(ours) - set().union(*commands.values())


@each_document
def test_variables_of_prefect_exist(document):
    from prefect import settings

    named = set(re.findall(r"\bPREFECT_[A-Z_]+", document.read_text("utf-8")))
    assert not {one for one in named if not hasattr(settings, one)}


def test_the_server_that_is_started_by_itself_has_the_options_it_is_given():
    import inspect

    from prefect.cli.server import start

    (line,) = re.findall(r"^prefect server start (.*)$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"--(\w+)", line)) == {"host", "port"}
    assert {"host", "port"} <= inspect.signature(start).parameters.keys()


def test_the_queue_is_read_as_it_is_told(tmp_path):
    from pipeline.inbox.line import queued

    (wishes,) = [body for body in blocks(OPERATIONS, "yaml") if "paused:" in body]
    for name in ("2_nara.yaml", "10_kyoto.yaml", "20_osaka.yaml", "30_uji.yaml", "_40_ise.yaml"):
        (tmp_path / name).write_text("storyboard: 1\n")
    by_name = queued(tmp_path, settle=0)
    assert [one.film for one in by_name.films] == ["nara", "kyoto", "osaka", "uji", "ise"]
    assert [one.film for one in by_name.films if one.paused] == ["ise"]
    (tmp_path / "queue.yaml").write_text(wishes, "utf-8")
    told = queued(tmp_path, settle=0)
    assert told.told == ()
    assert [one.film for one in told.films] == ["uji", "osaka", "nara", "kyoto", "ise"]
    assert [one.film for one in told.films if one.paused] == ["nara", "ise"]
    (tmp_path / "done").mkdir()
    (tmp_path / "2_nara.yaml").rename(tmp_path / "done" / "2_nara.yaml")
    assert "nara" not in [one.film for one in queued(tmp_path, settle=0).films]


def test_the_approving_storyboard_asks_for_one_shot(tmp_path):
    from pipeline import storyboard
    from pipeline.media.probe import probe

    (body,) = [body for body in blocks(OPERATIONS, "yaml") if "approve:" in body]
    (tmp_path / "uji.yaml").write_text(body, "utf-8")
    board, _ = storyboard.load(tmp_path / "uji.yaml", probe)
    assert [shot.id for shot in board.shots if shot.approve] == ["gate"]


def test_the_morning_is_told_as_shown(tmp_path, monkeypatch):
    from pipeline.media import tell

    text = OPERATIONS.read_text("utf-8")
    (script,) = re.findall(r"^cat > morning.sh <<'END'\n(.*?)^END$", text, re.MULTILINE | re.DOTALL)
    targets = re.findall(r"--notify (\./\S+|http\S+?)[`\s]", text)
    assert sorted(targets) == ["./morning.sh", "https://example.org/hook"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "morning.sh").write_text(script)
    (tmp_path / "morning.sh").chmod(0o755)
    for target in targets:
        tell.checked(target)
    headline = re.findall(r"^Night of .*$", text, re.MULTILINE)[0]
    assert tell.told("./morning.sh", {"headline": headline}) == ""
    assert (tmp_path / "mornings.txt").read_text() == f"{headline}\n"


def test_operations_tells_the_limits_that_hold():
    from flows import deployed, runner, watch
    from flows.crew import hire, post, work

    text = " ".join(OPERATIONS.read_text("utf-8").split())
    usual = deployed.House()
    assert f"`--take-minutes` ({usual.deadline / 60:.0f})" in text
    assert f"`--approve-hours` ({usual.approval:.0f})" in text
    assert f"for {watch.SILENCE.total_seconds():.0f} seconds" in text
    assert watch.SILENCE.total_seconds() > runner.HEARTBEAT * 2
    assert f"**quarantine** for {post.QUARANTINE / 60:.0f} minutes" in text
    assert (work.IN_A_ROW, hire.KILLS) == (2, 3), "operations.md: `two takes in a row`, `took three workers`"


def test_architecture_names_every_room_of_the_flows():
    night = (
        (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## The night shift")[2].partition("\n## ")[0]
    )
    rows = [re.findall(r"`([\w/]+)`", line.split("|")[1]) for line in night.splitlines() if line.startswith("| `")]
    rooms = {path.stem if path.is_file() else f"{path.name}/" for path in (ROOT / "flows").iterdir()}
    told = [name for row in rows for name in row if name != "flows/"]
    assert sorted(told) == sorted(rooms - {"__init__", "__pycache__/"})
