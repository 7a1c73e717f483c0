"""Served studios: one for all tests that leave it running, and more for those that kill it."""

import pytest

from tests.serving.house import TEMPLATE, House

ALONE = ("test_killed", "test_nightly", "test_trouble")
"""Files whose tests kill what they start, so each runs in a row of its own; the others share one house."""


def pytest_collection_modifyitems(items):
    for item in items:
        if "serving" in item.path.parts:
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(600))
            item.add_marker(pytest.mark.xdist_group(item.path.stem if item.path.stem in ALONE else "house"))


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A Prefect home with its database, to copy."""
    first = House(tmp_path_factory.mktemp("first")).start()
    first.stop()
    TEMPLATE["home"] = first.studio / ".prefect"
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
