"""What is laid beside a pipeline: an IP-Adapter, LoRA weights, and models that judge pictures and captions."""

from pathlib import Path

import torch
from diffusers import DiffusionPipeline
from safetensors.torch import save_file
from transformers import (
    BitImageProcessorPil,
    CLIPConfig,
    CLIPModel,
    CLIPProcessor,
    CLIPVisionModelWithProjection,
    Dinov2Config,
    Dinov2Model,
    SiglipConfig,
    SiglipImageProcessorPil,
    SiglipModel,
    SiglipProcessor,
)

from tests.tiny import build, text

IP_SUBFOLDER, IP_WEIGHTS = "models", "ip-adapter_tiny.safetensors"
"""Say these to `load_ip_adapter`, with the folder."""

IP_TOKENS = 4
"""Of a picture, as diffusers counts them for the plain kind of adapter."""

RANK = 2
LORA_WEIGHTS = "pytorch_lora_weights.safetensors"
SIDE, PATCH = 32, 16


def save_ip_adapter(folder: Path, base_folder: Path) -> Path:
    """Save an IP-Adapter for the U-Net of the pipeline in `base_folder`, with its own encoder of pictures."""
    unet = DiffusionPipeline.from_pretrained(base_folder).unet
    width = unet.config.cross_attention_dim
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        weights = {
            "image_proj.proj.weight": torch.randn(IP_TOKENS * width, text.WIDTH),
            "image_proj.proj.bias": torch.zeros(IP_TOKENS * width),
            "image_proj.norm.weight": torch.ones(width),
            "image_proj.norm.bias": torch.zeros(width),
        }
        crossing = [name for name in unet.attn_processors if "attn2" in name and "motion_modules" not in name]
        for number, name in enumerate(crossing):
            out = unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
            for part in ("to_k_ip", "to_v_ip"):
                weights[f"ip_adapter.{2 * number + 1}.{part}.weight"] = torch.randn(out, width) / width**0.5
        encoder = text.clip_vision(CLIPVisionModelWithProjection, SIDE, PATCH)
    encoder.save_pretrained(folder / IP_SUBFOLDER / "image_encoder")
    save_file(weights, folder / IP_SUBFOLDER / IP_WEIGHTS)
    return folder


def save_lora(folder: Path, kind: str) -> Path:
    """Save LoRA weights that change every attention of the pipeline of this name; gives the file."""
    pipeline = build(kind)
    part = "unet" if hasattr(pipeline, "unet") else "transformer"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        weights = {}
        for name, layer in getattr(pipeline, part).named_modules():
            if name.endswith((".to_q", ".to_k", ".to_v")):
                weights[f"{part}.{name}.lora_A.weight"] = torch.randn(RANK, layer.in_features) / layer.in_features**0.5
                weights[f"{part}.{name}.lora_B.weight"] = torch.randn(layer.out_features, RANK)
    folder.mkdir(parents=True)
    save_file(weights, folder / LORA_WEIGHTS, metadata={"format": "pt"})
    return folder / LORA_WEIGHTS


def _save_judge(folder, model, processor):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model().eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _tower():
    return {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}


def save_clip(folder: Path) -> Path:
    """Save a CLIPModel and its CLIPProcessor: how well do a picture and a text go together."""
    words = text.clip_tokenizer()
    config = CLIPConfig(
        text_config=_tower()
        | {"vocab_size": len(words), "bos_token_id": words.bos_token_id, "eos_token_id": words.eos_token_id},
        vision_config=_tower() | {"image_size": SIDE, "patch_size": PATCH},
        projection_dim=text.WIDTH,
    )
    processor = CLIPProcessor(image_processor=text.clip_pictures(SIDE), tokenizer=words)
    return _save_judge(folder, lambda: CLIPModel(config), processor)


def save_siglip(folder: Path) -> Path:
    """Save a SiglipModel and its SiglipProcessor; pad its texts to 64 tokens, `padding="max_length"`."""
    words = text.t5_tokenizer()
    words.model_max_length = 64
    config = SiglipConfig(
        text_config=_tower() | {"vocab_size": len(words), "max_position_embeddings": 64, "pad_token_id": 0},
        vision_config=_tower() | {"image_size": SIDE, "patch_size": PATCH},
    )
    pictures = SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE})
    return _save_judge(folder, lambda: SiglipModel(config), SiglipProcessor(pictures, words))


def save_dinov2(folder: Path) -> Path:
    """Save a Dinov2Model and its processor of pictures: is it still the same thing that is seen."""
    config = Dinov2Config(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=1, image_size=28, patch_size=14
    )
    pictures = BitImageProcessorPil(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    return _save_judge(folder, lambda: Dinov2Model(config), pictures)
