"""What is rehearsed in a served studio: a generator that does what files tell it to, and storyboards for it."""

import json

ACTOR = '''
"""Makes a tiny animatic take, once the files in the folder REHEARSAL allow it; notes what it does."""

import os
import time
from pathlib import Path

from pipeline.errors import ToolFailed
from pipeline.generators.animatic import Animatic

loaded = []


def stage():
    return Path(os.environ["REHEARSAL"])


def note(*words):
    with (stage() / "notes.txt").open("a") as stream:
        stream.write(" ".join(map(str, (*words, os.getpid(), os.environ.get("CUDA_VISIBLE_DEVICES", "-")))) + "\\n")


class Actor(Animatic):
    name = "actor"

    def generate(self, orders, work, judge, tell):
        order = orders[0]
        shot = order.plan.levers["label"]["shot"]
        if not loaded:
            loaded.append(self.name)
            note("load", self.name, 0)
        note("begin", shot, order.take)
        wait = stage() / f"{shot}.waits"
        until = time.monotonic() + (float(wait.read_text()) if wait.exists() else 0)
        while time.monotonic() < until and wait.exists():
            time.sleep(0.05)
        for name in (shot, os.environ.get("CUDA_VISIBLE_DEVICES") or "-"):
            if (stage() / f"{name}.fails").exists():
                note("fail", shot, order.take)
                raise ToolFailed(f"the actor of {shot} is ill", cure="let it rest")
        yield from super().generate(orders, work, judge, tell)
        note("end", shot, order.take)
'''


def plugins(folder):
    """Lay the generator `actor` down as pip would install it."""
    about = folder / "rehearsal_actor-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / "rehearsal_actor.py").write_text(ACTOR)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: rehearsal-actor\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[dailies.generators]\nactor = rehearsal_actor:Actor\n")
    return folder


def board(title, *shots, takes=1, **more):
    """Give a storyboard of half-second shots, each a name or a mapping."""
    known = [{"id": one} if isinstance(one, str) else one for one in shots]
    whole = {
        "storyboard": 1,
        "title": title,
        "disclosure": "none",
        "output": {"size": "160x96", "fps": 12},
        "defaults": {"generator": "actor", "takes": takes, "seconds": 0.5, "motion": {"amount": "medium"}},
        "shots": [{"scene": f"{title} on a hill", "camera": "pan_left", **one} for one in known],
        **more,
    }
    return json.dumps(whole, indent=1)
