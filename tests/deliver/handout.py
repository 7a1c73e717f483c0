"""A small finished film, as every deliverable gets it."""

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np

from pipeline.deliver import provenance
from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.media import audio
from pipeline.media import frames as film_frames
from pipeline.media.join import join
from pipeline.model import GenerationPlan, Grade, Input, Output, Size, Slot, SoundPlan, Spec

SIZE, RATE = Size(192, 108), Fraction(24)


def pictures(count, size=SIZE, seed=0):
    """A box over a gradient, moving; no two frames are equal."""
    ramp = np.linspace(20, 220, size.width)[None, :, None] * np.ones((size.height, 1, 3))
    for k in range(count):
        frame = ramp.astype(np.uint8)
        left = (3 * k) % (size.width - 40)
        frame[30:70, left : left + 40] = ((60 * seed) % 200 + 40, 200 - k % 100, 90)
        yield frame


def clip(path, count=24, size=SIZE, seed=0, rate=RATE):
    film_frames.write(path, pictures(count, size, seed), Spec(size, rate, count), film_frames.PIECE)
    return path


def film(path, counts=(24, 24), size=SIZE, rate=RATE, sound=True):
    """Join pieces and silence into a film, as a render does."""
    parts = [(clip(path.with_name(f"piece_{k}.mp4"), n, size, k, rate), n) for k, n in enumerate(counts)]
    spec = Spec(size, rate, sum(counts))
    heard = path.with_name("sound.m4a")
    if sound:
        audio.mix(SoundPlan(spec.seconds), heard)
    join(parts, path, spec, heard if sound else None)
    return path


def planned(name, start, end, generator="wan2.2-t2v@1", task="text", inputs=(), uses=None) -> Any:
    generation = GenerationPlan(generator, task, "", "", Spec(SIZE, RATE, end - start), tuple(inputs))
    slot = Slot(name, start, end, 0, 0, "cut", 0)
    return SimpleNamespace(shot=SimpleNamespace(id=name), slot=slot, generation=generation, uses=uses, trained=False)


def source(path):
    return Input("source", path, "00")


def finished(tmp_path, counts=(24, 24), grades=(), plans=None, takes=None, **more):
    """Lay a cut with its film and give it as deliverables get it."""
    cut = tmp_path / "kyoto" / "cuts" / "0001"
    cut.mkdir(parents=True)
    film(cut / "film.mp4", counts, **more)
    edges = [sum(counts[:k]) for k in range(len(counts) + 1)]
    names = [f"s{k + 1}" for k in range(len(counts))]
    plans = plans or [planned(name, edges[k], edges[k + 1]) for k, name in enumerate(names)]
    shots = tuple(
        FinishedShot(plan, 1, None, 0, (takes or {}).get(plan.shot.id, {}), (dict(grades)).get(plan.shot.id))
        for plan in plans
    )
    board: Any = SimpleNamespace(title="Kyoto", language="en", disclosure="file")
    plan: Any = SimpleNamespace(board=board, output=Output(more.get("size", SIZE), RATE), frames=edges[-1], shots=plans)
    return FinishedFilm(tmp_path / "kyoto", cut, plan, shots, SoundPlan(Fraction(edges[-1]) / RATE))


def manifest(**more):
    """What manifest.json says, with a path and a price that must not travel."""
    shot = {"id": "s1", "take": 1, "seed": 2**63 + 5, "generator": "wan2.2-t2v@1", "sha256": "ab", "frames": [0, 24]}
    about = {"kind": "manifest/1", "title": "Kyoto", "size": [192, 108], "fps": "24/1", "frames": 48}
    about |= {"storyboard": "boards/of_someone/kyoto.yaml", "recipe": "f00d", "made_at": "2026-11-21T06:12:09Z"}
    return {**about, "shots": [{**shot, "cost_usd": 3.5}, {**shot, "id": "s2", "frames": [24, 48]}], **more}


GRADE = Grade((1.25, 0.05, -0.1, -12.0, 0.02, 0.9, 0.1, 9.0, 0.0, -0.08, 1.4, -20.0))


def signed(tmp_path, who, made=None, **more):
    made = made or finished(tmp_path)
    out = made.cut / "signed.mp4"
    provenance.sign(made.film, out, made, who, manifest(**more))
    return out


def flipped(path, place):
    """Copy a file with one bit of one byte changed."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    other = path.with_name("changed.mp4")
    other.write_bytes(data)
    return other
