"""Pulling a model from a hub: what comes, and what is left when it is broken off."""

import hashlib
import json
import os

import pytest

from pipeline.errors import OperatorError, ToolFailed
from pipeline.generators import pulling, weights
from tests.hub import FOLDER, INDEX, NAME, NEEDED, PIECE, UNET, files_of, film, pull, tensors


def test_a_model_comes_whole_and_nothing_else_with_it(hub, models):
    told = []
    made = pulling.pull(NAME, lambda *amounts: told.append(amounts))
    size = sum(map(len, NEEDED.values()))
    assert (made.folder, made.fresh, made.bytes) == (models / FOLDER, True, size)
    assert hub.paths() == {"model_index.json", *NEEDED}
    found = files_of(models / FOLDER)
    record = json.loads(found.pop("dailies.json"))
    assert json.loads(found.pop("model_index.json")) == INDEX
    assert found == NEEDED
    assert record.pop("pulled_at").endswith("Z")
    assert record.pop("stamp") == weights.stamp(models / FOLDER)
    wanted = {"kind": "weights/1", "repo": NAME, "revision": made.revision, "parts": [], "licence": "apache-2.0"}
    assert record == wanted
    assert weights.here(NAME).identity == f"hub:{NAME}@{made.revision}"
    assert (told[0], told[-1]) == ((0, size), (size, size))
    assert told == sorted(told)
    assert [one.name for one in (models / ".pulling").iterdir()] == [f"{FOLDER}.lock"]


def test_half_precision_comes_alone_where_the_catalog_asks_for_it(hub, models):
    hub.add("stable-diffusion-v1-5/stable-diffusion-v1-5", film())
    ip = {
        "models/ip-adapter_sd15.safetensors": tensors(5000),
        "models/image_encoder/config.json": b"{}",
        "models/image_encoder/model.safetensors": tensors(6000),
    }
    rest = {"models/ip-adapter-plus_sd15.safetensors": b"x", "models/image_encoder/pytorch_model.bin": b"pickle"}
    second = hub.add("h94/IP-Adapter", {**ip, **rest, "sdxl_models/config.json": b"{}"})
    pull("sd1.5")
    found = files_of(models / "sd1.5")
    assert UNET not in found
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in found
    assert {path: data for path, data in found.items() if path.startswith("ip_adapter/")} == {
        f"ip_adapter/{path}": data for path, data in ip.items()
    }
    assert json.loads(found["dailies.json"])["parts"] == [f"ip_adapter:h94/IP-Adapter@{second}"]


def test_a_revision_can_be_named(hub, models):
    first = hub.repos[NAME].commit("main")
    hub.add(NAME, film(**{UNET: tensors(300_000, 9)}))
    assert pull(revision=first).revision == first
    assert files_of(models / FOLDER)[UNET] == NEEDED[UNET]


def test_a_second_pull_does_nothing(hub, models):
    pull()
    before = {one: one.stat().st_mtime_ns for one in models.rglob("*")}
    hub.asked.clear()
    assert not pull().fresh
    assert hub.paths() == {"model_index.json"}
    assert {one: one.stat().st_mtime_ns for one in models.rglob("*") if not one.name.endswith(".lock")}.items() <= (
        before.items()
    )


def test_a_new_revision_takes_the_place_of_the_old_and_brings_only_what_changed(hub, models):
    pull()
    second = hub.add(NAME, {**film(), "unet/config.json": b'{"new": 1}'})
    hub.asked.clear()
    assert pull().revision == second
    assert hub.paths() == {"model_index.json", "unet/config.json"}
    assert files_of(models / FOLDER)["unet/config.json"] == b'{"new": 1}'
    assert [one.name for one in (models / ".pulling").iterdir()] == [f"{FOLDER}.lock"]


@pytest.mark.parametrize("size", [0, 5000])
def test_a_damaged_file_is_fetched_again(hub, models, size):
    pull()
    os.truncate(models / FOLDER / UNET, size)
    hub.asked.clear()
    assert pull().fresh
    assert hub.paths() == {"model_index.json", UNET}
    assert files_of(models / FOLDER)[UNET] == NEEDED[UNET]


def test_a_file_that_was_lost_is_fetched_again(hub, models):
    pull()
    (models / FOLDER / "tokenizer" / "vocab.json").unlink()
    assert pull().fresh
    assert "tokenizer/vocab.json" in files_of(models / FOLDER)


def test_the_base_of_a_model_by_its_own_id_is_left_as_it_is(hub, models):
    hub.add("emilianJR/epiCRealism", film())
    pull("emilianJR/epiCRealism")
    assert weights.here("emilianJR/epiCRealism").made_as == "StableDiffusionPipeline"


@pytest.mark.diffusers
@pytest.mark.parametrize("variant", ["fp16", "bf16"])
def test_what_came_loads(hub, models, tmp_path, variant):
    import diffusers

    from tests import tiny

    saved = tiny.save("sd", tmp_path / "sd")
    for whole in sorted(saved.rglob("*.safetensors")) if variant == "bf16" else ():
        whole.unlink()
    tiny.build("sd").save_pretrained(tmp_path / "half", variant=variant)
    for file in (tmp_path / "half").rglob(f"*.{variant}.safetensors"):
        file.rename(saved / file.relative_to(tmp_path / "half"))
    hub.add("stable-diffusion-v1-5/stable-diffusion-v1-5", files_of(saved))
    hub.add("h94/IP-Adapter", {"models/ip-adapter_sd15.safetensors": tensors(5000)})
    pull("sd1.5")
    assert not list(models.rglob("model.safetensors"))
    made = weights.here("sd1.5")
    pipe = getattr(diffusers, made.made_as).from_pretrained(
        made.folder, use_safetensors=True, local_files_only=True, variant=weights.variant(made.folder)
    )
    assert pipe.unet is not None


@pytest.mark.diffusers
@pytest.mark.parametrize("half", [False, True], ids=["whole base", "base in half precision"])
def test_a_motion_adapter_and_its_base_become_one_pipeline(hub, models, tmp_path, half):
    import diffusers

    from tests import tiny

    base = tiny.save("sd", tmp_path / "sd")
    if half:
        tiny.build("sd").save_pretrained(base, variant="fp16")
    index = json.loads((base / "model_index.json").read_text())
    index |= {"safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"], "requires_safety_checker": True}
    checker = {"safety_checker/model.safetensors": tensors(9000), "safety_checker/config.json": b"{}"}
    hub.add("emilianJR/epiCRealism", {**files_of(base), "model_index.json": json.dumps(index).encode(), **checker})
    adapter = tiny.build("animatediff").motion_adapter
    adapter.save_pretrained(tmp_path / "motion")
    adapter.save_pretrained(tmp_path / "motion", variant="fp16")
    hub.add("guoyww/animatediff-motion-adapter-v1-5-3", files_of(tmp_path / "motion"))
    hub.add("h94/IP-Adapter", {"models/ip-adapter_sd15.safetensors": tensors(5000)})
    pull("animatediff")
    made = weights.here("animatediff")
    found = files_of(made.folder)
    assert made.made_as == "AnimateDiffPipeline"
    assert json.loads(found["model_index.json"])["safety_checker"] == [None, None]
    assert "motion_adapter/diffusion_pytorch_model.fp16.safetensors" in found
    assert "motion_adapter/diffusion_pytorch_model.safetensors" not in found
    assert not [path for path in found if path.startswith("safety_checker/")]
    pipe = diffusers.AnimateDiffPipeline.from_pretrained(
        made.folder, use_safetensors=True, local_files_only=True, variant=weights.variant(made.folder)
    )
    assert pipe.motion_adapter.config.motion_num_attention_heads == 2


# ---------------------------------------------------------------- broken off


def test_a_cut_connection_goes_on_from_the_middle(hub, models):
    hub.cut[UNET] = 200_000
    pull()
    first, second = hub.fetched(UNET)
    assert (first.range, second.range) == ("", f"bytes={200_000 // PIECE * PIECE}-")
    assert files_of(models / FOLDER)[UNET] == NEEDED[UNET]


def test_a_pull_that_failed_leaves_no_half_model_and_the_next_goes_on(hub, models):
    hub.cut[UNET] = 200_000
    hub.broken[UNET] = [None, None, 503, 503]
    with pytest.raises(OperatorError, match="answers with error 503") as failed:
        pull()
    assert "goes on from there" in failed.value.cure
    assert not (models / FOLDER).exists()
    assert weights.find(NAME) is None
    hub.asked.clear()
    told = []
    pulling.pull(NAME, lambda *amounts: told.append(amounts))
    assert told[0][0] > 190_000
    (rest,) = hub.fetched(UNET)
    assert rest.range == f"bytes={200_000 // PIECE * PIECE}-"
    assert hub.paths() == {"model_index.json", UNET}
    assert files_of(models / FOLDER)[UNET] == NEEDED[UNET]


def test_what_was_broken_off_at_another_revision_is_not_mixed_in(hub, models):
    part = models / ".pulling" / FOLDER / "unet" / f"{UNET.removeprefix('unet/')}.{'0' * 16}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"of another revision")
    (part.parent / "config.json").write_text("[]")
    (part.parent / "old").mkdir()
    pull()
    found = files_of(models / FOLDER)
    assert {path: found[path] for path in NEEDED} == NEEDED
    assert set(found) == {"dailies.json", "model_index.json", *NEEDED}
    assert not (models / FOLDER / "unet" / "old").exists()


@pytest.mark.parametrize("zeros", [300, 400_000], ids=["in the middle", "beyond the end"])
def test_half_a_file_that_is_damaged_is_begun_anew(hub, models, zeros):
    """As after a power cut: the length is there, the bytes are not."""
    sha = hashlib.sha256(NEEDED[UNET]).hexdigest()
    part = models / ".pulling" / FOLDER / f"{UNET}.{sha[:16]}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(zeros))
    pull()
    assert files_of(models / FOLDER)[UNET] == NEEDED[UNET]


def test_bytes_that_are_not_the_hubs_are_refused(hub, models):
    hub.twisted.add(UNET)
    with pytest.raises(ToolFailed, match="does not come as the hub says it is"):
        pull()
    assert not (models / FOLDER).exists()
    assert UNET not in files_of(models / ".pulling" / FOLDER)


def test_weights_that_are_damaged_on_the_hub_are_refused(hub, models):
    hub.add(NAME, film(**{UNET: NEEDED[UNET][:-9]}))
    with pytest.raises(ToolFailed, match=r"damaged on the hub itself: unet/.*9 bytes are missing"):
        pull()
    assert not (models / FOLDER).exists()


def test_a_kill_between_the_two_renames_loses_nothing(hub, models):
    pull()
    (models / FOLDER).rename(models / ".pulling" / f"{FOLDER}.gone")
    hub.asked.clear()
    assert not pull().fresh
    assert weights.find(NAME) is not None
