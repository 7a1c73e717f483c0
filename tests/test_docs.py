"""Documents that can fail: commands exist, storyboards pass, Python runs, links lead somewhere, lists are complete."""

import importlib
import re
import sys
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)


def blocks(document, *languages):
    fences = re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [body for language, body in fences if language in languages]


def spoken(document):
    """Every `dailies ...` a reader may type: in shell blocks and in code within the text."""
    shell = "\n".join(blocks(document, "sh", "bash", "console"))
    inline = re.findall(r"`(dailies [^`]+)`", document.read_text("utf-8"))
    return re.findall(r"^(?:\$ )?(?:\.venv/bin/)?(dailies [^#\n]+)", shell, re.MULTILINE) + inline


@each_document
def test_commands_and_their_options_exist(document, commands):
    for line in spoken(document):
        words = line.replace("[", " ").replace("]", " ").split()[1:]
        if not words or words[0].startswith("-"):
            continue
        assert words[0] in commands, f"`{line}`: there is no such command"
        unknown = {word for word in words if re.match(r"--\w", word)} - commands[words[0]] - {"--help"}
        assert not unknown, f"`{line}`: {unknown}"


@each_document
def test_make_targets_exist(document):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shell = "\n".join(blocks(document, "sh", "bash", "console"))
    text = document.read_text("utf-8")
    said = re.findall(r"^(?:\$ )?make ([a-z-]+)", shell, re.MULTILINE) + re.findall(r"`make ([a-z-]+)`", text)
    assert set(said) <= targets


@each_document
def test_yaml_is_yaml_and_whole_storyboards_pass(document, tmp_path):
    for number, body in enumerate(blocks(document, "yaml")):
        found = yaml.safe_load(body)
        if not isinstance(found, dict) or not {"storyboard", "shots"} <= found.keys():
            continue
        board = tmp_path / f"board_{number}.yaml"
        board.write_text(body, "utf-8")
        if missing := assets(found):
            pytest.skip(f"a storyboard with files of its own: {sorted(missing)[:3]}")
        from pipeline import storyboard
        from pipeline.media.probe import probe

        loaded, warnings = storyboard.load(board, probe)
        assert len(loaded.shots) + len(loaded.skipped) == len(found["shots"])
        assert not warnings, [str(one) for one in warnings]


def assets(value):
    """File names anywhere in a storyboard."""
    if isinstance(value, dict):
        return set().union(*map(assets, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(assets, value)) if value else set()
    return {value} if isinstance(value, str) and re.fullmatch(r"\S+/\S+\.\w{2,4}", value) else set()


@each_document
def test_links_lead_somewhere(document):
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [link for link in links if link and not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_the_readme_is_short_and_begins_with_the_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert text.count("\n") < 140
    first = blocks(ROOT / "README.md", "sh")[0]
    assert [line.split()[:2] for line in first.splitlines()] == [["make", "demo"], ["make", "test"]]


def test_the_readme_shows_a_storyboard_of_ten_lines():
    (board,) = blocks(ROOT / "README.md", "yaml")
    assert board.count("\n") == 10


def test_the_changelog_tells_this_version():
    assert f"\n## {PROJECT['project']['version']}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_architecture_draws_the_floors_that_are_kept():
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    kept = [re.findall(r"[\w.]+", layer) for layer in layers]
    table = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## Floors")[2].partition("\n## ")[0]
    drawn = [re.findall(r"`([\w.]+)`", row.split("|")[1]) for row in table.splitlines() if row.startswith("| `")]
    assert drawn == kept


def test_every_library_is_explained():
    project = PROJECT["project"]
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    rows = " ".join(line for line in text.splitlines() if line.startswith("|"))
    explained = set(re.findall(r"[\w-]+", rows))
    assert not {re.split(r"[<>=\[]", one)[0] for one in asked} - explained
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(project["optional-dependencies"]) - {"dev"}


@pytest.mark.parametrize("decision", sorted(ROOT.glob("docs/adr/*.md")), ids=lambda path: path.stem)
def test_a_decision_has_context_decision_and_cost_and_is_listed(decision):
    text = decision.read_text("utf-8")
    assert text.startswith(f"# {decision.name[:4]} ")
    assert [text.count(f"\n**{part}.** ") for part in ("Context", "Decision", "Cost")] == [1, 1, 1]
    assert len(text.split()) < 400
    assert f"(adr/{decision.name})" in (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_every_bench_is_told_of():
    scripts = [path for path in (ROOT / "bench").glob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")]
    told = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    assert not [path.name for path in scripts if f"bench/{path.name}" not in told]


# ---------------------------------------------------------------------------------------------- the tutorial


@pytest.fixture
def quilt(tmp_path, monkeypatch):
    """The tutorial's package, installed as it says: its file and its entry point on the path."""
    tutorial = ROOT / "docs" / "add-a-generator.md"
    (tmp_path / "quilt.py").write_text("\n\n".join(blocks(tutorial, "python")), "utf-8")
    settings = tomllib.loads(blocks(tutorial, "toml")[0])["project"]
    about = tmp_path / "dailies_quilt-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {settings['name']}\nVersion: 1\n")
    points = [f"{name} = {value}" for name, value in settings["entry-points"]["dailies.generators"].items()]
    (about / "entry_points.txt").write_text("\n".join(["[dailies.generators]", *points]) + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("quilt", None)


@pytest.fixture
def wish():
    from pipeline.model import Shot, Size, Spec, ToolChoice, Wish

    spec = Spec(Size(160, 90), Fraction(24), 12)
    shot = Shot(id="gate", index=0, scene="a gate", generator=ToolChoice(("quilt",)), takes=2)
    return Wish(shot=shot, prompt="a gate", negative="", spec=spec, inputs=(), facts={}, options={})


def test_the_tutorial_generator_makes_what_it_foretold(quilt, wish):
    from pipeline import registry
    from pipeline.media.frames import read
    from pipeline.media.probe import probe
    from pipeline.model import Order

    tool = registry.load("generators", "quilt")()
    plan = tool.plan(wish)
    orders = [Order(plan, take, seed, quilt / f"{take}.mp4") for take, seed in enumerate((7, 8), 1)]
    told = []
    results = list(tool.generate(orders, quilt, None, told.append))
    assert [result.order for result in results] == orders
    assert [probe(order.out).spec for order in orders] == [wish.spec, wish.spec]
    assert told == [1.0, 1.0]
    one, other = (next(iter(read(order.out))) for order in orders)
    assert abs(one.astype(int) - other).mean() > 10, "another seed must give another take"


def test_the_tutorial_refusal_names_the_key(quilt, wish):
    from pipeline.ports import Problems

    patchwork = importlib.import_module("quilt").Patchwork()
    assert not isinstance(patchwork.plan(wish), Problems)
    refused = patchwork.plan(replace(wish, spec=replace(wish.spec, frames=241)))
    assert isinstance(refused, Problems)
    assert refused[0][0] == "seconds"
