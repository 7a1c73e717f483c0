"""What every test may use."""

import importlib
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("shared", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("shared")

FOOTAGE = Path(os.environ.get("DAILIES_FOOTAGE", Path(__file__).parents[2] / "shared" / "clips"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")


def pytest_configure():
    """Have Ctrl-C mean something to what tests start, also where the tests run in the background of a script."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from tests.rows import Rows

    return Rows(config, log)


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that no row is left with it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium; without one pages are not tried, and the skip says so."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here (apt install chromium): no page was tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def untraced():
    """Nothing counts covered lines during the test: what is timed is the product, not the counting."""
    counting = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(counting)


@pytest.fixture(scope="session")
def footage() -> Path:
    """The folder of real clips, or a skip that says what was not tested."""
    if not FOOTAGE.is_dir():
        pytest.skip(f"no real footage at {FOOTAGE}: this quality figure was not checked (set DAILIES_FOOTAGE)")
    return FOOTAGE


@pytest.fixture
def shoot(tmp_path):
    """Render a board with the plain verbs, without Prefect: what flows.film does, one after the other."""

    def run(board, studio=None, **wanted):
        from pipeline.production import Studio, Wanted, another_cut, prepare, versions

        asked = Wanted(**wanted)
        production = prepare(board, Studio(studio or tmp_path / "renders"), asked)
        shot_and_cut(production, asked)
        for name in versions(production, asked):
            shot_and_cut(another_cut(production, name, asked), asked)
        return production

    def shot_and_cut(production, asked):
        from pipeline import film
        from pipeline.errors import DailiesError
        from pipeline.production import begin

        begin(production, asked)
        film.read_words(production, list(production.shots), lambda _: None)
        for name in in_order(production):
            for picture in film.missing_key_pictures(production, name):
                with suppress(DailiesError):  # remembered in the shot's state, as the flow does
                    film.make_key_picture(production, name, picture.number, lambda _: None)
            try:
                film.resolve(production, name)
            except DailiesError as failure:
                production.shots[name].blocked = failure
                film.settle_shot(production, name)
                continue
            film.find_takes(production, name)
            for take in film.missing_takes(production, name):
                try:
                    film.make_shot_take(production, name, take.number, lambda _: None)
                except DailiesError:  # remembered in the shot's state, as the flow does
                    continue
            film.settle_shot(production, name)
        film.assemble(production, lambda _: None)

    return run


def in_order(production):
    """Shots, each after the one it continues."""
    done = []
    while len(done) < len(production.shots):
        ready = [
            n
            for n, s in production.shots.items()
            if n not in done and (s.plan.after not in production.shots or s.plan.after in done)
        ]
        done += ready
    return done


@pytest.fixture
def board(tmp_path):
    """Write a storyboard into a folder of its own and give its path."""

    def write(text, name="board"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def commands():
    """The command line as it is: name -> options."""
    import typer

    room = importlib.import_module("pipeline.cli")
    for name in room.COMMANDS:
        importlib.import_module(f"pipeline.cli.{name}")
    group = typer.main.get_command(importlib.import_module("pipeline.cli.app").app)

    def options(command):
        below = getattr(command, "commands", {}).values()
        own = {option for one in command.params for option in one.opts}
        return own.union(*(options(one) for one in below))

    return {name: options(command) for name, command in group.commands.items()}


def pytest_runtest_setup(item):
    """Have what stands on torch importable in tests that draw, whichever torchvision lies beside it."""
    if item.get_closest_marker("diffusers"):
        from pipeline.trained.libraries import mended

        mended()


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """A models folder with every model of the catalog, tiny and with random weights, made once for all workers."""
    from filelock import FileLock

    from tests.tiny.studio import models_folder

    here = tmp_path_factory.getbasetemp()
    folder = (here.parent if "PYTEST_XDIST_WORKER" in os.environ else here) / "tiny-models"
    with FileLock(f"{folder}.lock"):
        if not folder.is_dir():
            models_folder(folder.with_name("tiny-models-begun")).rename(folder)
    return folder


@pytest.fixture
def models(tiny_models, monkeypatch):
    """Have every model of the catalog here, for this process and for those it starts; no GPU is needed."""
    import torch

    from pipeline.generators.diffusion import resident

    monkeypatch.setenv("DAILIES_MODELS", str(tiny_models))
    monkeypatch.setenv("DAILIES_DEVICE", "cpu")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # some models give other bits with two
    resident.loads.clear()
    yield tiny_models
    resident.forget_all()
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_finishing(tmp_path_factory):
    """A models folder with an enlarger and RIFE, tiny or of no effect."""
    from tests.tiny.finishing import models_folder

    return models_folder(tmp_path_factory.mktemp("finishing") / "models")


@pytest.fixture
def finishing_models(tiny_finishing, monkeypatch):
    """Have models that finish takes here, for this process and for those it starts; no GPU is needed."""
    monkeypatch.setenv("DAILIES_MODELS", str(tiny_finishing))
    monkeypatch.setenv("DAILIES_DEVICE", "cpu")
    return tiny_finishing
