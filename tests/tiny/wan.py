"""Wan 2.1 and 2.2: text, first frame, or first and last frame to video."""

from diffusers import (
    AutoencoderKLWan,
    UniPCMultistepScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import CLIPVisionModel

from tests.tiny import text
from tests.tiny.look import heeding, lively

HEADS, HEAD = 2, 12
CLIP_SIDE, CLIP_PATCH = 32, 16
CLIP_TOKENS = (CLIP_SIDE // CLIP_PATCH) ** 2 + 1
LATENT, LATENT_5B = 16, 48
HEED = 4.0
"""A prompt is a few of 512 tokens that are mostly padding, and would be drowned in it."""

MASK = 4
"""Channels that tell which frames are given: one for each frame of a latent."""


def _transformer(given=0, out=LATENT, **extra):
    transformer = WanTransformer3DModel(
        num_attention_heads=HEADS,
        attention_head_dim=HEAD,
        in_channels=out + given,
        out_channels=out,
        text_dim=text.WIDTH,
        freq_dim=32,
        ffn_dim=32,
        num_layers=2,
        **extra,
    )
    return heeding(transformer, "attn2.to_out.0", HEED)


def _looking(**extra):
    """Build a transformer that also sees the given picture through CLIP, as 2.1 does."""
    return _transformer(given=MASK + LATENT, image_dim=text.WIDTH, added_kv_proj_dim=HEADS * HEAD, **extra)


def _vae():
    """With channels any fewer, the least rounding in a latent changes the picture visibly."""
    return lively(AutoencoderKLWan(base_dim=8, dim_mult=[1, 1, 1, 1], num_res_blocks=1), (1, LATENT, 3, 8, 8))


def _vae_5b():
    """The VAE of TI2V-5B: a pixel of its latents stands for 16 by 16 pixels, in 48 channels."""
    vae = AutoencoderKLWan(
        base_dim=4,
        decoder_base_dim=4,
        z_dim=LATENT_5B,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
        latents_mean=[0.0] * LATENT_5B,
        latents_std=[1.0] * LATENT_5B,
        is_residual=True,
        in_channels=12,
        out_channels=12,
        patch_size=2,
        scale_factor_spatial=16,
    )
    return lively(vae, (1, LATENT_5B, 3, 4, 4))


def _shared(vae, shift):
    return {
        "tokenizer": text.t5_tokenizer(),
        "text_encoder": text.umt5(),
        "vae": vae,
        "scheduler": UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, num_train_timesteps=1000, flow_shift=shift
        ),
    }


def _clip():
    return {
        "image_encoder": text.clip_vision(CLIPVisionModel, CLIP_SIDE, CLIP_PATCH),
        "image_processor": text.clip_pictures(CLIP_SIDE),
    }


def _wan21_t2v():
    return WanPipeline(**_shared(_vae(), 3.0), transformer=_transformer())


def _wan21_i2v():
    return WanImageToVideoPipeline(**_shared(_vae(), 3.0), **_clip(), transformer=_looking())


def _wan21_flf():
    transformer = _looking(pos_embed_seq_len=2 * CLIP_TOKENS)
    transformer.condition_embedder.image_embedder.pos_embed.normal_()
    return WanImageToVideoPipeline(**_shared(_vae(), 5.0), **_clip(), transformer=transformer)


def _wan22_t2v():
    experts = {"transformer": _transformer(), "transformer_2": _transformer()}
    return WanPipeline(**_shared(_vae(), 3.0), **experts, boundary_ratio=0.875)


def _wan22_i2v():
    experts = {"transformer": _transformer(MASK + LATENT), "transformer_2": _transformer(MASK + LATENT)}
    return WanImageToVideoPipeline(**_shared(_vae(), 5.0), **experts, boundary_ratio=0.9)


def _wan22_5b():
    return WanPipeline(**_shared(_vae_5b(), 5.0), transformer=_transformer(out=LATENT_5B), expand_timesteps=True)


BUILDERS = {
    "wan2.1-t2v": _wan21_t2v,
    "wan2.1-i2v": _wan21_i2v,
    "wan2.1-flf": _wan21_flf,
    "wan2.2-t2v": _wan22_t2v,
    "wan2.2-i2v": _wan22_i2v,
    "wan2.2-ti2v-5b": _wan22_5b,
}


def build(name):
    return BUILDERS[name]()
