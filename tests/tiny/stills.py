"""Stable Diffusion, SDXL and Flux: single pictures. AnimateDiff stands on the parts of the first."""

from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)

from tests.tiny import text
from tests.tiny.look import lively

CHANNELS = (8, 16)
"""Of the blocks of the U-Net."""

BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
TIMES = 8
"""Width of each of the six numbers that SDXL is told: sizes and crop."""


def vae(latent=4, **extra):
    kind = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        norm_num_groups=2,
        latent_channels=latent,
        sample_size=64,
        **extra,
    )
    return lively(kind, (1, latent, 8, 8))


def unet(**extra):
    sizes = {
        "sample_size": 8,
        "block_out_channels": CHANNELS,
        "layers_per_block": 1,
        "norm_num_groups": 4,
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        "cross_attention_dim": text.WIDTH,
        "attention_head_dim": 2,
    }
    return UNet2DConditionModel(**sizes | extra).eval()


def _sd():
    return StableDiffusionPipeline(
        vae=vae(),
        text_encoder=text.clip_text(),
        tokenizer=text.clip_tokenizer(),
        unet=unet(),
        scheduler=PNDMScheduler(**BETAS, skip_prk_steps=True, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _sdxl():
    return StableDiffusionXLPipeline(
        vae=vae(scaling_factor=0.13025),
        text_encoder=text.clip_text(),
        text_encoder_2=text.clip_text_projected(),
        tokenizer=text.clip_tokenizer(),
        tokenizer_2=text.clip_tokenizer(),
        unet=unet(
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=2 * text.WIDTH,
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=TIMES,
            projection_class_embeddings_input_dim=6 * TIMES + text.WIDTH,
        ),
        scheduler=EulerDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="leading"),
    )


def _flux():
    return FluxPipeline(
        vae=vae(16, scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=text.clip_text(),
        text_encoder_2=text.t5(),
        tokenizer=text.clip_tokenizer(),
        tokenizer_2=text.t5_tokenizer(),
        transformer=FluxTransformer2DModel(
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=text.WIDTH,
            pooled_projection_dim=text.WIDTH,
            axes_dims_rope=(4, 6, 6),
        ).eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
    )


BUILDERS = {"sd": _sd, "sdxl": _sdxl, "flux": _flux}


def build(name):
    return BUILDERS[name]()
