"""What every registered tool must keep: a new one is tested by being registered."""

import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pipeline import registry
from pipeline import shot as shots
from pipeline.generators import catalog, weights
from pipeline.media.frames import read, write_picture
from pipeline.media.probe import probe
from pipeline.model import CardFace, GenerationPlan, Grade, Input, Order, Shot, Size, Spec, ToolChoice, Wish
from pipeline.store import Store

ENLARGER = "tiny-x2"  # of tests/tiny/finishing.py, which imports torch

LOCAL = sorted(catalog.models())
GENERATORS = sorted(registry.names("generators").keys() - catalog.models().keys()) + [
    pytest.param(name, marks=pytest.mark.diffusers) for name in LOCAL
]
FINISHERS = {
    "flow": lambda make: make(Fraction(30), "flow"),
    "lanczos": lambda make: make(Size(96, 64), "cover"),
    "grade": lambda make: make(Grade((0.9, 0, 0, 4, 0, 1, 0, 0, 0, 0, 1.1, -3))),
    "rife": lambda make: make(Fraction(30)),
    "realesrgan": lambda make: make(Size(96, 64), "cover", model=ENLARGER, fidelity=0.5),
    "stabilise": lambda make: make(0.8),
    "denoise": lambda make: make(0.8),
    "deflicker": lambda make: make(0.8),
    "sharpen": lambda make: make(0.8),
    "grain": lambda make: make(0.8),
    "letterbox": lambda make: make(Fraction(2)),
}


WHAT = {"card": {"card": CardFace((200, 60, 40))}}
"""What a shot must say for a generator that does not make pictures of scenes."""


@pytest.fixture(autouse=True)
def at_hand(request):
    """Have the model here that a test is about."""
    if request.node.get_closest_marker("diffusers"):
        request.getfixturevalue("models")


def wish(name, picture=None, **more):
    """Ask for half a second of a gate; a model that must start from pictures gets them, one that makes pictures one."""
    asked = {"camera": "pan_left", **WHAT.get(name, {})}
    shot = Shot("gate", 0, "a gate in the hills", ToolChoice((name,)), 2, seconds=Fraction(1, 2), **asked)
    tasks = catalog.models()[name].tasks if name in LOCAL else ()
    frames = 1 if "text_to_image" in tasks else 12
    roles = (
        ()
        if not tasks or tasks[0].startswith("text")
        else ("first_frame", "last_frame")[: 1 + (tasks[0] == "first_last")]
    )
    inputs = tuple(Input(role, picture or Path("gate.png"), "0" * 64) for role in roles)
    spec = Spec(Size(160, 96), Fraction(24), frames)
    options = {"head": 0, "tail": 0, **more}
    return Wish(shot, "a gate in the hills", "", spec, inputs, {}, options, weights.find(name))


def plan_of(name, folder):
    """Plan with a picture that is there."""
    picture = folder / "gate.png"
    write_picture(picture, np.kron(np.arange(0, 240, 5, np.uint8).reshape(4, 4, 3), np.ones((24, 24, 1), np.uint8)))
    plan = registry.generator(name).plan(wish(name, picture))
    assert isinstance(plan, GenerationPlan), plan
    return plan


def make(name, folder, seed, share=None):
    tool = registry.generator(name)
    folder.mkdir()
    plan = plan_of(name, folder)
    words = shots.read_words(Store(folder / "store"), tool, plan, lambda _: None)
    order = Order(plan, 1, seed, folder / "data.mp4", words, probe=share)
    work = folder.with_name(folder.name + "-work")
    work.mkdir()
    results = list(tool.generate([order], work, no_judge, lambda _: None))
    assert [result.order for result in results] == [order]
    return plan, order.out


def no_judge(clip):
    raise AssertionError(f"asked to judge {clip} outside a race")


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_writes_what_it_foretold(name, tmp_path):
    plan, out = make(name, tmp_path / "take", 1)
    assert probe(out).spec == plan.spec
    assert plan.generator == f"{name}@{registry.generator(name).version}"


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_obeys_its_seed(name, tmp_path):
    frames = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        plan, out = make(name, tmp_path / folder, seed)
        frames.append(np.stack(list(read(out))).astype(int))
    assert np.array_equal(frames[0], frames[1])
    assert (np.abs(frames[0] - frames[2]).mean() > 1.0) == plan.seeded


@pytest.mark.diffusers
@pytest.mark.parametrize("name", LOCAL)
def test_a_generator_that_probes_shows_the_size_and_rate_of_the_take_and_obeys_its_seed(name, tmp_path):
    assert registry.generator(name).probes
    plan, first = make(name, tmp_path / "a", 1, 0.5)
    _, again = make(name, tmp_path / "b", 1, 0.5)
    shown = probe(first).spec
    assert (shown.size, shown.rate) == (plan.spec.size, plan.spec.rate)
    assert shown.frames == plan.spec.frames
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_that_is_stopped_leaves_no_take(name, tmp_path):
    class Stop(BaseException):
        pass

    def stop(_):
        raise Stop

    tool = registry.generator(name)
    plan = plan_of(name, tmp_path)
    words = shots.read_words(Store(tmp_path / "store"), tool, plan, lambda _: None)
    order = Order(plan, 1, 1, tmp_path / "data.mp4", words)
    with pytest.raises(Stop):
        list(tool.generate([order], tmp_path, no_judge, stop))
    assert not order.out.exists()


@pytest.mark.parametrize("name", GENERATORS)
def test_planning_opens_no_file_and_imports_nothing_heavy(name):
    script = (
        "import sys, builtins, io\n"
        "from tests.test_ports import wish\n"
        "from pipeline import registry\n"
        f"tool = registry.generator({name!r})\n"
        "def refuse(*a, **k): raise AssertionError('opened a file')\n"
        f"asked = wish({name!r})\n"
        "tool.plan(asked)\n"
        "builtins.open = io.open = refuse\n"
        "tool.plan(asked)\n"
        "heavy = {'torch', 'diffusers', 'transformers', 'prefect'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    passes_apart(script)


def passes_apart(script):
    """Run a script in a process that has imported nothing yet."""
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_finisher_is_in_this_suite():
    assert set(FINISHERS) == set(registry.names("finishers"))


def frames(count, seen=None) -> Iterator[np.ndarray]:
    for n in range(count):
        if seen is not None:
            seen.append(n)
        frame = np.full((48, 64, 3), 40 + n, np.uint8)
        frame[10:30, 5 + 2 * n : 15 + 2 * n] = (200, 150, 100)
        yield frame


def test_finishers_foretell_without_anything_heavy_and_without_weights():
    """A studio without the model plans all the same, and is told what it lacks when it renders."""
    passes_apart(
        "import sys\n"
        "from fractions import Fraction\n"
        "from tests.test_ports import FINISHERS, registry, Size, Spec\n"
        "for name, make in FINISHERS.items():\n"
        "    step = make(registry.load('finishers', name))\n"
        "    assert step.spec(Spec(Size(64, 48), Fraction(24), 9)).frames\n"
        "heavy = {'torch', 'spandrel', 'prefect'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )


@pytest.mark.usefixtures("finishing_models")
@pytest.mark.parametrize("name", sorted(FINISHERS))
@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_finisher_makes_what_it_foretold(name, count):
    tool = FINISHERS[name](registry.load("finishers", name))
    before = Spec(Size(64, 48), Fraction(24), count)
    after = tool.spec(before)
    made = list(tool.frames(frames(count), before))
    assert len(made) == after.frames
    assert all(frame.shape == (after.size.height, after.size.width, 3) for frame in made)
    assert all(frame.dtype == np.uint8 and frame.flags.c_contiguous for frame in made)


@pytest.mark.usefixtures("finishing_models")
@pytest.mark.parametrize("name", sorted(FINISHERS))
def test_a_finisher_streams(name):
    tool = FINISHERS[name](registry.load("finishers", name))
    seen: list[int] = []
    stream = tool.frames(frames(100, seen), Spec(Size(64, 48), Fraction(24), 100))
    next(stream)
    assert len(seen) <= 4


@pytest.mark.usefixtures("finishing_models")
@pytest.mark.parametrize("name", sorted(FINISHERS))
def test_a_finisher_names_what_decides_its_pixels(name):
    tool = FINISHERS[name](registry.load("finishers", name))
    assert tool.values()
    assert isinstance(tool.version, int)
