"""Stable Video Diffusion: a picture set in motion, without any text."""

from diffusers import (
    AutoencoderKLTemporalDecoder,
    EulerDiscreteScheduler,
    StableVideoDiffusionPipeline,
    UNetSpatioTemporalConditionModel,
)
from transformers import CLIPVisionModelWithProjection

from tests.tiny import text
from tests.tiny.look import lively

CLIP_SIDE, CLIP_PATCH = 224, 32
"""The pipeline brings every picture to 224 pixels, whatever the encoder says."""

LATENT = 4
CHANNELS = (32, 64)
"""Of the blocks; they are normed in 32 groups, and a group of one channel forgets time, motion and rate."""

TIMES = 8
"""Width of each of the three numbers: rate, motion bucket, noise."""


def _unet():
    return UNetSpatioTemporalConditionModel(
        sample_size=8,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        block_out_channels=CHANNELS,
        addition_time_embed_dim=TIMES,
        projection_class_embeddings_input_dim=3 * TIMES,
        layers_per_block=1,
        cross_attention_dim=text.WIDTH,
        num_attention_heads=(2, 2),
        num_frames=14,
    ).eval()


def _vae():
    vae = AutoencoderKLTemporalDecoder(
        down_block_types=("DownEncoderBlock2D",) * 4, block_out_channels=(32, 32, 32, 32), layers_per_block=1
    )
    return lively(vae, (2, LATENT, 4, 4), num_frames=2)


def build(_):
    return StableVideoDiffusionPipeline(
        vae=_vae(),
        image_encoder=text.clip_vision(CLIPVisionModelWithProjection, CLIP_SIDE, CLIP_PATCH),
        unet=_unet(),
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            interpolation_type="linear",
            prediction_type="v_prediction",
            sigma_max=700.0,
            sigma_min=0.002,
            steps_offset=1,
            timestep_spacing="leading",
            timestep_type="continuous",
            use_karras_sigmas=True,
        ),
        feature_extractor=text.clip_pictures(CLIP_SIDE),
    )
