"""Prompt alignment and subject consistency, against the models' own outputs and against the formulas."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from pipeline.metrics import learned
from pipeline.metrics.alignment import alignment
from pipeline.metrics.consistency import consistency, steadiness
from pipeline.metrics.learned import KINDS, ROOM, Unusable, look
from pipeline.model import Weights

WORDS = "a gate in the hills"
CLASSES = {kind: name for kinds in KINDS.values() for kind, name in kinds.items()}


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """A tiny model of random weights of each kind."""
    from tests.tiny import extras

    place = tmp_path_factory.mktemp("learned")
    saved = {"clip": extras.save_clip, "siglip": extras.save_siglip, "dinov2": extras.save_dinov2}
    return {kind: save(place / kind) for kind, save in saved.items()}


@pytest.fixture
def weights(folders, monkeypatch) -> Iterator:
    """Give a function from a kind to its weights; on one thread, and nothing in memory before and after."""
    import torch

    monkeypatch.setenv("DAILIES_DEVICE", "cpu")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    learned.forget()
    learned.loads.clear()
    yield lambda kind: Weights(folders[kind], f"folder:{kind}", CLASSES[kind])
    learned.forget()
    torch.set_num_threads(threads)


def frames(count=3, seed=0):
    """Draw frames of a few coloured patches, wider than high, as takes are."""
    rng = np.random.default_rng(seed)
    patches = rng.integers(0, 256, (count, 6, 10, 3), np.uint8)
    return list(np.kron(patches, np.ones((1, 16, 16, 1), np.uint8)))


def own(folder, kind, words, pictures):
    """Give the cosines by the model's own head: what its logits are before they are scaled and shifted."""
    import torch
    from PIL import Image
    from transformers import AutoModel, AutoProcessor

    model = AutoModel.from_pretrained(folder).eval()
    padding = {"padding": "max_length"} if kind == "siglip" else {}
    given = AutoProcessor.from_pretrained(folder, backend="pil")(
        text=[words], images=[Image.fromarray(one) for one in pictures], return_tensors="pt", **padding
    )
    if kind == "siglip":
        given.pop("attention_mask", None)
    with torch.inference_mode():
        logits = model(**given).logits_per_image[:, 0]
        shift = model.logit_bias if kind == "siglip" else 0.0
        return ((logits - shift) / model.logit_scale.exp()).numpy()


# ---------------------------------------------------------------- alignment


@pytest.mark.diffusers
@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_alignment_is_clipscore_over_the_frames(weights, folders, kind):
    cosines = own(folders[kind], kind, WORDS, frames())
    assert np.abs(cosines).max() > 0.01
    expected = np.mean([2.5 * max(float(one), 0.0) for one in cosines])
    assert alignment(frames(), WORDS, weights(kind)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.diffusers
@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_other_words_fit_the_same_pictures_otherwise(weights, kind):
    seen, read = look(weights(kind), frames(), [WORDS, "a red boat far out at sea, at night"])
    cosines = seen @ read.T
    assert np.abs(cosines[:, 0] - cosines[:, 1]).min() > 1e-4
    assert np.linalg.norm(seen, axis=1) == pytest.approx(np.ones(3))


@pytest.mark.diffusers
@pytest.mark.parametrize(("kind", "most"), [("clip", 77), ("siglip", 64)])
def test_a_prompt_that_is_too_long_is_cut_off(weights, kind, most):
    long = "hills " * most
    _, read = look(weights(kind), frames(1), [long, long + "and a gate"])
    assert read[0] == pytest.approx(read[1])


def test_a_picture_that_shows_the_opposite_counts_as_one_that_has_nothing_to_do_with_it(monkeypatch):
    cosines = np.array([[0.3], [-0.3]])
    monkeypatch.setattr("pipeline.metrics.alignment.look", lambda *_: (cosines, np.array([[1.0]])))
    assert alignment(frames(2), WORDS, None) == pytest.approx(2.5 * 0.3 / 2)


# ---------------------------------------------------------------- consistency


@pytest.mark.diffusers
def test_consistency_is_vbenchs_formula_over_the_models_own_outputs(weights, folders):
    import torch
    from PIL import Image
    from transformers import AutoImageProcessor, Dinov2Model

    ready = AutoImageProcessor.from_pretrained(folders["dinov2"], backend="pil")
    pictures = ready(images=[Image.fromarray(one) for one in frames(4)], return_tensors="pt")
    with torch.inference_mode():
        seen = Dinov2Model.from_pretrained(folders["dinov2"]).eval()(**pictures).last_hidden_state[:, 0]
    cosine = torch.nn.functional.cosine_similarity
    total = 0.0
    for t in range(1, 4):
        total += max(0.0, cosine(seen[t], seen[0], dim=0).item()) / 2
        total += max(0.0, cosine(seen[t], seen[t - 1], dim=0).item()) / 2
    assert total / 3 < 0.999
    assert consistency(frames(4), weights("dinov2")) == pytest.approx(total / 3, abs=1e-5)


@pytest.mark.diffusers
def test_frames_that_are_the_same_are_wholly_consistent(weights):
    still = [frames(1)[0]] * 5
    assert consistency(still, weights("dinov2")) == pytest.approx(1.0, abs=1e-6)
    assert consistency(still[:1], weights("dinov2")) == 1.0


def test_each_frame_is_held_against_the_first_and_the_one_before():
    angles = np.deg2rad([0.0, 60.0, 120.0])
    seen = np.column_stack([np.cos(angles), np.sin(angles)])
    assert steadiness(seen) == pytest.approx(((0.5 + 0.5) / 2 + (0.0 + 0.5) / 2) / 2)


# ---------------------------------------------------------------- in memory


@pytest.mark.diffusers
def test_weights_are_loaded_once_whoever_asks(weights):
    asked = [weights("clip"), weights("dinov2")] * 3
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda one: look(one, frames())[0], asked))
    assert learned.loads == {"folder:clip": 1, "folder:dinov2": 1}
    assert np.array_equal(found[0], found[2])
    assert learned.is_here(weights("clip"))


@pytest.mark.diffusers
def test_other_weights_in_the_same_folder_take_the_place_of_those_before(weights):
    before = weights("dinov2")
    look(before, frames(1))
    after = Weights(before.folder, "folder:other", before.made_as)
    learned.load(after)
    assert learned.is_here(after)
    assert not learned.is_here(before)
    assert learned.loads == {"folder:dinov2": 1, "folder:other": 1}


@pytest.mark.parametrize(
    ("asked", "gpu", "free", "fits"),
    [
        ("auto", True, ROOM + 800, True),
        ("auto", True, ROOM + 799, False),
        ("cuda", True, ROOM + 800, True),
        ("cpu", True, ROOM + 800, False),
        ("auto", False, ROOM + 800, False),
    ],
)
def test_a_gpu_is_used_only_with_room_for_a_take_beside_it(monkeypatch, asked, gpu, free, fits):
    monkeypatch.setenv("DAILIES_DEVICE", asked)
    cuda = SimpleNamespace(is_available=lambda: gpu, mem_get_info=lambda: (free, 2 * free))
    model = SimpleNamespace(parameters=lambda: [SimpleNamespace(nbytes=400)] * 2)
    assert learned._fits(SimpleNamespace(cuda=cuda), model) is fits


@pytest.mark.diffusers
def test_a_gpu_that_is_full_after_all_leaves_it_to_the_processor(weights, monkeypatch):
    expected = look(weights("dinov2"), frames())[0]

    def full(*_):
        import torch

        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(learned, "_fits", full)
    assert np.array_equal(look(weights("dinov2"), frames())[0], expected)


# ---------------------------------------------------------------- what cannot be used


@pytest.mark.diffusers
def test_weights_of_another_model_are_refused_rather_than_filled_up_with_noise(weights, folders, tmp_path):
    for file in folders["clip"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes((folders["dinov2"] / "model.safetensors").read_bytes())
    with pytest.raises(Unusable, match="tensors are missing") as failure:
        look(Weights(tmp_path, "folder:mixed", "CLIPModel"), frames())
    assert failure.value.weights.identity == "folder:mixed"


@pytest.mark.diffusers
def test_weights_that_give_no_numbers_are_refused(weights, folders, tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    for file in folders["dinov2"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    broken = {name: torch.full_like(one, torch.nan) for name, one in load_file(tmp_path / "model.safetensors").items()}
    save_file(broken, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(Unusable, match="not a number"):
        look(Weights(tmp_path, "folder:broken", "Dinov2Model"), frames())


@pytest.mark.diffusers
def test_a_folder_without_a_tokenizer_is_refused(weights, folders, tmp_path):
    for file in folders["clip"].iterdir():
        if "token" not in file.name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(Unusable, match="its tokenizer knows"):
        alignment(frames(), WORDS, Weights(tmp_path, "folder:dumb", "CLIPModel"))


@pytest.mark.diffusers
def test_the_kinds_are_what_the_models_themselves_say_they_are(folders):
    for kind, folder in folders.items():
        told = json.loads((folder / "config.json").read_text())
        assert (told["model_type"], told["architectures"]) == (kind, [CLASSES[kind]])
