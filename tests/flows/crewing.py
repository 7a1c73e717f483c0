"""A crew for tests: a generator that does what a folder tells it to, and boards for it."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from flows.crew.hire import Terms, hired
from pipeline.production import Studio, Wanted, prepare

PLAYER = '''
"""Makes a tiny animatic take, after what the files in the folder CREW_STAGE say."""

import os
import time
from pathlib import Path

from distributed import get_worker

from pipeline.errors import ProducerError, ToolFailed
from pipeline.generators.animatic import Animatic

loaded = set()


def note(what, order):
    with (stage() / "notes.txt").open("a") as stream:
        stream.write(f"{what} {worker()} {os.getpid()} {order.levers_shot} {order.take} {time.time():.3f}\\n")


def stage():
    return Path(os.environ["CREW_STAGE"])


def worker():
    return str(get_worker().name)


class Unpicklable(ToolFailed):
    def __init__(self, number):
        super().__init__(f"error {number}", cure="none")
        self.callback = lambda: number


class Player(Animatic):
    name = "player"

    def generate(self, orders, work, judge, tell):
        one = Order(orders[0])
        if self.name not in loaded:
            loaded.add(self.name)
            note("load", one)
        note("begin", one)
        self.play(one, tell)
        yield from super().generate(orders, work, judge, lambda share: None)
        note("end", one)

    def play(self, one, tell):
        for name in (worker(), one.levers_shot):
            told = stage() / f"{name}.does"
            for line in told.read_text().splitlines() if told.exists() else ():
                self.act(*line.split(maxsplit=1), tell=tell)

    def act(self, what, much="", tell=None):
        if what == "sleep":
            end = time.monotonic() + float(much)
            while (left := end - time.monotonic()) > 0:
                tell(max(0.0, 1 - left / float(much)))
                time.sleep(min(0.05, left))
        elif what == "hang":
            time.sleep(float(much))
        elif what == "raise":
            raise {"tool": ToolFailed, "producer": ProducerError}[much](f"no {much}", cure="mend it")
        elif what == "unpicklable":
            raise Unpicklable(7)
        elif what == "exit":
            raise SystemExit(3)
        elif what == "die":
            os._exit(9)


class Order:
    def __init__(self, order):
        self.take = order.take
        self.levers_shot = order.plan.levers["label"]["shot"]


class Other(Player):
    name = "other"
'''

POINTS = "[dailies.generators]\nplayer = crew_player:Player\nother = crew_player:Other\n"


@pytest.fixture(scope="session")
def player(tmp_path_factory):
    """A plugin as pip would install it, in a folder that child processes find too."""
    folder = tmp_path_factory.mktemp("plugins")
    (folder / "crew_player.py").write_text(PLAYER)
    about = folder / "crew_player-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: crew-player\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(POINTS)
    return folder


@pytest.fixture
def stage(tmp_path, player, monkeypatch):
    """What the plugin does, and where it notes what it did."""
    monkeypatch.syspath_prepend(player)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(player), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("CREW_STAGE", str(tmp_path))
    return Stage(tmp_path)


class Stage:
    """A studio, and a player that is told what to do."""

    def __init__(self, folder):
        self.folder = folder
        self.studio = folder / "renders"

    def does(self, who, *lines):
        """Have a worker, or a shot wherever it is made, do something."""
        (self.folder / f"{who}.does").write_text("\n".join(lines))

    def notes(self, what, shot=None):
        """Give (worker, shot, take) of every time something happened."""
        file = self.folder / "notes.txt"
        lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
        return [(one[1], one[3], int(one[4])) for one in lines if one[0] == what and shot in {None, one[3]}]

    def film(self, *names, takes=1, generator="player", title="test"):
        """Give a film with these shots, planned."""
        board = self.folder / f"{title}.yaml"
        head = f"storyboard: 1\ntitle: {title}\noutput: {{size: 160x96, fps: 12}}\n"
        usual = f"defaults: {{generator: {generator}, takes: {takes}, seconds: 0.5, motion: {{amount: medium}}}}\n"
        text = "".join(f"  - {{id: {one}, scene: a hill, camera: pan_left}}\n" for one in names)
        board.write_text(f"{head}{usual}shots:\n{text}")
        return prepare(board, Studio(self.studio), Wanted())


def made(crew, film, ranks=None, tell=lambda _: None, **terms):
    """Have every take of a film made, all at once; give by (shot, take) what was raised, or None."""
    with hired(crew.address, Terms(**{"deadline": 60.0, "floor": 0, **terms}), patience=30.0) as hand:

        def one(plan, take):
            rank = (ranks or {}).get((plan.shot.id, take.number), 0.0)
            try:
                judged = hand.make(film.studio.store, plan, take, rank, tell)
            except Exception as failure:  # noqa: BLE001 - what is raised is what is asked for
                return failure
            assert judged.clip.is_file()
            return None

        asked = [(state.plan, take) for state in film.shots.values() for take in state.plan.takes]
        with ThreadPoolExecutor(len(asked)) as threads:
            told = list(threads.map(lambda pair: one(*pair), asked))
    return {(plan.shot.id, take.number): what for (plan, take), what in zip(asked, told, strict=True)}


def in_thread(work):
    """Run in a thread; give a function that waits for the result."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()

    def result():
        thread.join(60)
        return found[0]

    return result


def until(true, seconds=30.0):
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
    return found


def log_of(crew, name):
    log = crew.logs / f"{name}.txt"
    return log.read_text() if log.exists() else ""
