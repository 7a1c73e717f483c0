"""Which files of a repository come: one precision of each component, and no pickles."""

import pytest

from pipeline.errors import ToolFailed
from pipeline.generators.hub import File, Page
from pipeline.generators.needed import component_files, part_files

PIECES = "m-00001-of-00002.safetensors m-00002-of-00002.safetensors m.safetensors.index.json"
HALF = "m.fp16-00001-of-00001.safetensors m.safetensors.index.fp16.json"
HALF_AS_IT_WAS = "m-00001-of-00001.fp16.safetensors m.fp16.safetensors.index.json"


@pytest.mark.parametrize(
    ("names", "half", "chosen"),
    [
        ("model.safetensors model.fp16.safetensors", True, "model.fp16.safetensors"),
        ("model.safetensors model.fp16.safetensors", False, "model.safetensors"),
        ("model.safetensors model.non_ema.safetensors", True, "model.safetensors"),
        ("model.safetensors model.bf16.safetensors", False, "model.safetensors"),
        ("model.bf16.safetensors", True, "model.bf16.safetensors"),
        ("model.bf16.safetensors model.fp16.safetensors", False, "model.bf16.safetensors"),
        ("config.json model.fp16.safetensors", False, "config.json model.fp16.safetensors"),
        (f"{PIECES} {HALF}", True, HALF),
        (f"{PIECES} {HALF} m.bin.index.json", False, PIECES),
        (f"{PIECES} {HALF_AS_IT_WAS}", True, HALF_AS_IT_WAS),
        (f"{PIECES} {HALF_AS_IT_WAS}", False, PIECES),
        ("spiece.model vocab.txt added_tokens.json x.py x.md", False, "spiece.model vocab.txt added_tokens.json"),
    ],
)
def test_of_each_component_one_precision(names, half, chosen):
    files = {f"unet/{name}": File("o/f", "c", f"unet/{name}", 1, "h") for name in names.split()}
    page = Page("o/f", "c", "mit", files)
    found = component_files(page, {"unet": ["diffusers", "X"], "_class_name": "Y", "vae": [None, None]}, half=half)
    assert set(found) == {f"unet/{name}" for name in chosen.split()}


@pytest.mark.parametrize("weights_name", ["pytorch_model.bin", "model.fp32.safetensors", "flax_model.msgpack"])
def test_a_component_in_no_form_that_loads_is_refused(weights_name):
    files = {f"{weights_name}": File("o/f", "c", weights_name, 1, "h")}
    with pytest.raises(ToolFailed, match="its weights in no form that is loaded here"):
        part_files(Page("o/f", "c", "mit", files), (), half=True)
