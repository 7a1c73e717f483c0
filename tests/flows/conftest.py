"""One Prefect API for all tests of the flow: making a new database takes seconds."""

import os

import pytest


@pytest.fixture(scope="session")
def api(tmp_path_factory):
    """The local API, served for as long as these tests run; gives its URL."""
    before = dict(os.environ)
    os.environ.pop("PREFECT_API_URL", None)
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    from flows.local_api import local_api, prepare

    studio = tmp_path_factory.mktemp("studio")
    prepare(studio)
    with local_api(tmp_path_factory.mktemp("log") / "server.txt", studio) as served, served.reached() as url:
        os.environ["PREFECT_API_URL"] = url
        yield url
    os.environ.clear()
    os.environ.update(before)


class Told:
    """Keeps what a render told."""

    def __init__(self):
        self.failures, self.shots, self.takes = [], [], 0

    def planned(self, takes, shots):
        self.takes = takes

    def take(self, shot, take, share): ...

    def failed(self, shot, reason):
        self.failures.append((shot, reason))

    def settled(self, shot):
        self.shots.append(shot)

    def assembling(self, share): ...

    def version(self, name): ...


@pytest.fixture
def render(api, tmp_path):
    """Run the flow on a board; give how it ended, what it told, and the film's folder."""

    def run(board, **wanted):
        from flows.render import render as rendered

        told, studio = Told(), tmp_path / "renders"
        asked = {"storyboard": str(board), "studio": str(studio), **wanted}
        ended = rendered(studio, studio / board.stem / "logs", told, asked)
        return ended, told, studio / board.stem

    return run
