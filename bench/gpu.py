"""What does a model cost on this machine, and what does keeping it save?

    python bench/gpu.py [--steps N] [--takes N]

On a GPU: CogVideoX-2B at its real size, with random weights built from its configuration, so that nothing is fetched.
Without one: the same at tiny size on the processor, which says nothing about a GPU and is told so.

Printed: seconds to load, seconds a step, peak memory; then two shots of several takes, in a loop that loads and reads
for every take (what the sample code of most models does) and by the house, with and without compiling.
"""

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from pipeline import registry
from pipeline import shot as shots
from pipeline.generators import weights
from pipeline.generators.diffusion import resident
from pipeline.model import GenerationPlan, Order, Shot, Size, Spec, ToolChoice, Wish
from pipeline.store import Store

NAME = "cogvideox-2b"
SCENES = ("a gate in the hills, mist between the trees", "a red bridge over a river in the rain")
TOLD = Console(width=110)


@dataclass(frozen=True)
class Job:
    """Two shots of so many takes, planned."""

    plans: tuple[GenerationPlan, ...]
    takes: int


def build(folder: Path) -> Path:
    """Save the model: at its real size where there is a GPU, else tiny."""
    if not torch.cuda.is_available():
        from tests.tiny.studio import models_folder

        return models_folder(folder, NAME)
    full(folder / NAME)
    return folder


def full(folder: Path) -> None:
    """Build CogVideoX-2B from its configuration with random weights, in half precision, on the GPU, and save it."""
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDDIMScheduler, CogVideoXPipeline, CogVideoXTransformer3DModel
    from transformers import T5Config, T5EncoderModel

    from tests.tiny.text import t5_tokenizer

    torch.set_default_dtype(torch.float16)
    with torch.device("cuda"):
        transformer = CogVideoXTransformer3DModel()  # its defaults are those of the 2B model
        vae = AutoencoderKLCogVideoX()
        sizes = {"d_model": 4096, "d_ff": 10240, "num_layers": 24, "num_heads": 64, "d_kv": 64, "vocab_size": 32128}
        encoder = T5EncoderModel(T5Config(**sizes, feed_forward_proj="gated-gelu"))
    torch.set_default_dtype(torch.float32)
    scheduler = CogVideoXDDIMScheduler(
        beta_schedule="scaled_linear", prediction_type="v_prediction", rescale_betas_zero_snr=True, snr_shift_scale=3.0
    )
    pipe = CogVideoXPipeline(t5_tokenizer(), encoder.eval(), vae.eval(), transformer.eval(), scheduler)
    pipe.save_pretrained(folder, safe_serialization=True)


def planned(steps: int, takes: int, **options: Any) -> Job:
    """Plan two shots of six seconds."""
    tool, plans = registry.generator(NAME), []
    for number, scene in enumerate(SCENES):
        shot = Shot(f"s{number}", number, scene, ToolChoice((NAME,)), takes, seconds=Fraction(6))
        asked = {"head": 0, "tail": 0, "steps": steps, "device": "auto", **options}
        wish = Wish(shot, scene, "", Spec(Size(1920, 1080), Fraction(24), 144), (), {}, asked, weights.find(NAME))
        made = tool.plan(wish)
        assert isinstance(made, GenerationPlan), made
        plans.append(made)
    return Job(tuple(plans), takes)


def naive(job: Job, folder: Path) -> float:
    """Make every take as sample code does: load all, read the words, draw; nothing is kept."""
    from diffusers import CogVideoXPipeline

    place, started = "cuda" if torch.cuda.is_available() else "cpu", time.monotonic()
    for plan in job.plans:
        for take in range(job.takes):
            kind = torch.float16 if place == "cuda" else torch.float32
            pipe = CogVideoXPipeline.from_pretrained(folder / NAME, dtype=kind).to(place)
            pipe.set_progress_bar_config(disable=True)
            given = {**plan.levers["arguments"], "num_frames": plan.levers["frames"]}
            given |= {"height": plan.spec.size.height, "width": plan.spec.size.width, "output_type": "np"}
            pipe(plan.prompt, generator=torch.Generator("cpu").manual_seed(take), **given)
            del pipe
    return time.monotonic() - started


@dataclass(frozen=True)
class Ours:
    """What our own way came to: seconds of all, to load, and a step (median); peak memory in GB, if on a GPU."""

    seconds: float
    loading: float
    step: float
    peak: float | None


def ours(job: Job, folder: Path) -> Ours:
    """Make every take as the house does: words read once a shot, the model loaded once."""
    resident.forget_all()
    tool, store, out = registry.generator(NAME), Store(folder / f"store-{time.monotonic_ns()}"), folder / "takes"
    out.mkdir(exist_ok=True)
    started, told = time.monotonic(), []
    for number, plan in enumerate(job.plans):
        words = shots.read_words(store, tool, plan, lambda _: None)
        for take in range(job.takes):
            order = Order(plan, take, take, out / f"{number}-{take}.mp4", words)
            told += [one.provenance for one in tool.generate([order], out, None, lambda _: None)]  # type: ignore[arg-type] # nothing races
    whole = time.monotonic() - started
    steps = told[0]["arguments"]["num_inference_steps"]
    drawing = statistics.median(one["seconds"]["drawing"] for one in told[1:])
    peaks = [one["peak_memory_gb"] for one in told if one["peak_memory_gb"] is not None]
    return Ours(whole, told[0]["seconds"]["loading"], drawing / steps, max(peaks, default=None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    gpu = torch.cuda.is_available()
    parser.add_argument("--steps", type=int, default=20 if gpu else 4)
    parser.add_argument("--takes", type=int, default=4 if gpu else 2)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-gpu-"))
    try:
        os.environ["DAILIES_MODELS"] = str(build(folder / "models"))
        os.environ.setdefault("DAILIES_DEVICE", "auto" if gpu else "cpu")
        report(asked.steps, asked.takes, folder, gpu=gpu)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(steps: int, takes: int, folder: Path, *, gpu: bool) -> None:
    where = torch.cuda.get_device_name() if gpu else f"{platform.machine()} processor, no GPU"
    TOLD.print(f"{NAME}{'' if gpu else ', TINY'}: {where}, torch {torch.__version__}, load {os.getloadavg()[0]:.1f}")
    if not gpu:
        TOLD.print(
            "No GPU here: tiny weights on the processor. The table shows that the bench runs, not what a GPU does."
        )
    job = planned(steps, takes)
    ways: list[tuple[str, float, Ours | None]] = [
        ("a load and a reading for every take", naive(job, folder / "models"), None)
    ]
    for name, more in (("kept", {}), ("kept, compiled", {"compile": True})):
        found = ours(replace(job, plans=planned(steps, takes, **more).plans), folder)
        ways.append((name, found.seconds, found))
    made = job.plans[0].spec
    table = Table(title=f"2 shots, {takes} takes each, {steps} steps, {made.frames} frames of {made.size}")
    for head in ("way", "seconds", "against the first", "to load", "a step", "peak memory"):
        table.add_column(head, justify="left" if head == "way" else "right")
    for name, spent, found in ways:
        more = ("", "", "") if found is None else (f"{found.loading:.2f} s", f"{found.step:.3f} s", peak(found.peak))
        table.add_row(name, f"{spent:.1f}", f"{spent / ways[0][1]:.2f}", *more)
    TOLD.print(table)


def peak(gb: float | None) -> str:
    return "not measured" if gb is None else f"{gb:.1f} GB"


if __name__ == "__main__":
    main()
