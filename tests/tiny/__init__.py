"""Tiny diffusers pipelines with random weights, saved in folders that load like the real models.

No hub, no GPU: every part is built from its config in well under a second. The same name gives the same weights, and
the pictures are lively enough (textured, moving, different for every seed) to pass for takes.
"""

from importlib import import_module
from pathlib import Path

from pipeline.trained.libraries import mended

mended()  # before any module of this package imports diffusers

FAMILIES = {
    "wan": ("wan2.1-t2v", "wan2.1-i2v", "wan2.1-flf", "wan2.2-t2v", "wan2.2-i2v", "wan2.2-ti2v-5b"),
    "cogvideox": ("cogvideox", "cogvideox-5b-i2v", "cogvideox1.5"),
    "ltx": ("ltx",),
    "svd": ("svd",),
    "animatediff": ("animatediff",),
    "stills": ("sd", "sdxl", "flux"),
}
"""Which module of this package builds which pipelines; they import torch, so only when one is asked for."""

NAMES = tuple(name for names in FAMILIES.values() for name in names)


def build(name):
    """Give the pipeline itself, always with the same weights; the random state of torch stays as it was."""
    torch = mended()
    family = next(family for family, names in FAMILIES.items() if name in names)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        return import_module(f"tests.tiny.{family}").build(name)


def save(name: str, folder: Path) -> Path:
    """Save the pipeline of this name into a new folder, as `DiffusionPipeline.from_pretrained` wants it."""
    folder.mkdir(parents=True)
    build(name).save_pretrained(folder, safe_serialization=True)
    index = folder / "model_index.json"
    index.write_text(index.read_text("utf-8").replace("ImageProcessorPil", "ImageProcessor"), "utf-8")
    return folder
