"""LTX-Video: one folder for text to video, first frame to video and videos from any given frames.

With `use_dynamic_shifting`, as in the very first release, LTXConditionPipeline would refuse the scheduler.
"""

from diffusers import AutoencoderKLLTXVideo, FlowMatchEulerDiscreteScheduler, LTXPipeline, LTXVideoTransformer3DModel

from tests.tiny import text
from tests.tiny.look import lively

LATENT = 16


def _vae():
    vae = AutoencoderKLLTXVideo(
        latent_channels=LATENT,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
    )
    return lively(vae, (1, LATENT, 2, 2, 2))


def build(_):
    return LTXPipeline(
        tokenizer=text.t5_tokenizer(),
        text_encoder=text.t5(),
        vae=_vae(),
        transformer=LTXVideoTransformer3DModel(
            in_channels=LATENT,
            out_channels=LATENT,
            num_attention_heads=2,
            attention_head_dim=16,
            cross_attention_dim=32,
            num_layers=2,
            caption_channels=text.WIDTH,
        ).eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(),
    )
