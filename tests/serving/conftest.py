"""Served studios: one for all tests that leave it running, and more for those that kill it."""

import os

import pytest
from filelock import FileLock

from tests.serving.house import TEMPLATE, House


def pytest_collection_modifyitems(items):
    for item in items:
        if "serving" in item.path.parts:
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A Prefect home with its database, to copy; the first worker of a test run makes it for all."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first"
    with FileLock(f"{root}.lock"):
        if not (root / "made").exists():
            House(root).start().stop()
            (root / "made").touch()
    TEMPLATE["home"] = root / "studio/.prefect"
    return TEMPLATE["home"]


@pytest.fixture(scope="session")
def house(home, tmp_path_factory):
    """A served studio that runs on."""
    made = House(tmp_path_factory.mktemp("house")).start()
    yield made
    code = made.stop()
    assert code == 130, made.told()


@pytest.fixture
def own_house(home, tmp_path):
    """A served studio of the test's own, which it may kill; given as a function that takes options."""
    made = []

    def start(*options, ready=True, **more):
        one = House(tmp_path, *options, **more)
        made.append(one)
        return one.start(ready=ready)

    yield start
    for one in made:
        one.kill_all()
