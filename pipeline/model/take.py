"""Recipes, takes, and what is measured on them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pipeline.model.media import MediaFacts, Size, Spec
from pipeline.model.shots import Race, Shot


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the bytes of one artefact; two equal recipes have one key and one artefact."""

    kind: str
    tool: str
    values: Mapping[str, Any]

    @cached_property
    def key(self) -> str:
        """Sha256 of the canonical JSON of the recipe: the artefact's address."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def canonical(self) -> str:
        """Give the JSON that is hashed: sorted keys, no spaces, Fractions as `a/b`, sizes as `WxH`."""
        whole = {"kind": self.kind, "tool": self.tool, "values": self.values}
        return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Size):
        return str(value)
    if isinstance(value, Spec):
        return {"size": value.size, "rate": value.rate, "frames": value.frames}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a recipe")


@dataclass(frozen=True, slots=True)
class Input:
    """A file a generator reads; only role and sha256 enter a key.

    `role` is first_frame, last_frame, source, image, or reference and lora with a number, from 1 on.
    """

    role: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A model that is here: its folder, what tells it from any other, and the pipeline class it was saved as."""

    folder: Path
    identity: str
    made_as: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shot asks of a generator: enough material for `spec` (handles included) at the film's size and rate.

    `weights` are those of the model asked for, None where they are not here or it has none. `exact`: the take is to end
    where the shot ends, because another shot goes on from its last frame.
    """

    shot: Shot
    prompt: str
    negative: str
    spec: Spec
    inputs: tuple[Input, ...]
    facts: Mapping[str, MediaFacts]
    options: Mapping[str, Any]
    weights: Weights | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class GenerationPlan:
    """What a generator will make, foretold. `seeded` False: every seed gives the same take, so there is one.

    `doubts` are pairs of (key of the shot; what may go wrong and the cure); they decide nothing.
    """

    generator: str
    task: str
    prompt: str
    negative: str
    spec: Spec
    inputs: tuple[Input, ...] = ()
    levers: Mapping[str, Any] = field(default_factory=dict)
    seeded: bool = True
    sound: bool = False
    usd: float = 0.0
    compute_seconds: float = 0.0
    doubts: tuple[tuple[str, str], ...] = ()

    @property
    def tool(self) -> str:
        """Name of its generator, without the version."""
        return self.generator.partition("@")[0]

    @property
    def model(self) -> str:
        """What must be in memory to make it: plans with the same one share what is loaded."""
        return f"{self.generator} {self.levers.get('model', '')} {self.levers.get('dtype', '')}"

    def recipe(self, seed: int) -> Recipe:
        """Give the recipe of one take (architecture.md, decision 4)."""
        values = {
            "task": self.task,
            "prompt": self.prompt,
            "negative": self.negative,
            "spec": self.spec,
            "inputs": {one.role: one.sha256 for one in self.inputs},
            "levers": self.levers,
            "seed": seed if self.seeded else None,
        }
        return Recipe("take/1", self.generator, values)


@dataclass(frozen=True, slots=True)
class Order:
    """One take to make: `out` is the video file to write (a `.mp4` in a folder that exists).

    `words` is the file in which its generator encoded the prompt; None where it encodes none beforehand. Orders with a
    `race` are handed in together, and those whose previews are worst may be stopped. With `probe` that share (0..1) of
    the steps is drawn, and what the model then guesses is written; of pictures made one by one only the first.
    """

    plan: GenerationPlan
    take: int
    seed: int
    out: Path
    words: Path | None = None
    race: Race | None = None
    probe: float | None = None


@dataclass(frozen=True, slots=True)
class TakeResult:
    """One take made. `sound` is a file beside `out`, or None; `provenance` goes into the take's record.

    `stopped`: it lost a race after so many steps, and nothing was written.
    """

    order: Order
    compute_seconds: float
    usd: float = 0.0
    sound: Path | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    stopped: int | None = None


@dataclass(frozen=True, slots=True)
class ColourStats:
    """Mean (3) and covariance (3x3, row by row) of a clip's R, G, B in display values 0..255."""

    mean: tuple[float, float, float]
    covariance: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A gate that struck: its name, frames [start, stop) where it did, and why in a producer's words."""

    gate: str
    start: int
    stop: int
    reason: str


@dataclass(frozen=True, slots=True)
class End:
    """A quarter of a second at one end of a clip, and the frame at that end: what a cut shows.

    `colour` is mean R, G, B in levels; `motion` the mean flow, x and y, in short sides a second; `picture` the luma of
    the frame itself, 16x9 means row by row.
    """

    colour: tuple[float, float, float]
    motion: tuple[float, float]
    picture: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a term is worst: frames [start, stop), and its highest reading there; 1 is clearly visible."""

    term: str
    start: int
    stop: int
    peak: float


@dataclass(frozen=True, slots=True)
class Card:
    """What was measured on one clip: score 0..1 (higher is better), its terms, raw features, gates.

    `terms` are what is wrong, by name: 0 is perfect, 1 clearly visible; `costs` are the terms as they were weighed, and
    the score is exp(-sum of costs / 8). `curves` tell the terms from frame to frame: value k is the pair of frames k
    and k + 1. `worst` are the places where they stand out, the heaviest first. `ends` are how the clip begins and ends;
    None on cards of former versions.
    """

    spec: Spec
    score: float
    terms: Mapping[str, float]
    features: Mapping[str, float]
    rejected: tuple[Rejection, ...]
    colours: ColourStats
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    costs: Mapping[str, float] = field(default_factory=dict)
    worst: tuple[Spot, ...] = ()
    ends: tuple[End, End] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which take a shot uses, who chose it, and why."""

    take: int
    by: Literal["score", "producer"]
    reason: str


@dataclass(frozen=True, slots=True)
class Grade:
    """An affine on R, G, B: 12 numbers, row by row (3x4), each rounded to 1e-4."""

    matrix: tuple[float, ...] = (1.0, 0, 0, 0, 0, 1.0, 0, 0, 0, 0, 1.0, 0)
