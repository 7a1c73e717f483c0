"""CogVideoX: 2B (fixed positions), 5B image to video (learned and rotary positions), 1.5 (patches in time)."""

from diffusers import (
    AutoencoderKLCogVideoX,
    CogVideoXDDIMScheduler,
    CogVideoXDPMScheduler,
    CogVideoXImageToVideoPipeline,
    CogVideoXPipeline,
    CogVideoXTransformer3DModel,
)

from tests.tiny import text
from tests.tiny.look import lively

LATENT = 16
HEIGHT, WIDTH = 8, 12
"""Size of the latents: 64 by 96 pixels, 2:3 as the real 480 by 720."""

LARGEST = 32
"""Of the latents of 1.5: 256 pixels, its default and its limit (2400 in the real one: never leave the size out)."""


def _transformer(**extra):
    sizes = {
        "num_attention_heads": 2,
        "attention_head_dim": 16,
        "in_channels": LATENT,
        "out_channels": LATENT,
        "time_embed_dim": 16,
        "text_embed_dim": text.WIDTH,
        "num_layers": 2,
        "sample_height": HEIGHT,
        "sample_width": WIDTH,
        "sample_frames": 49,
    }
    return CogVideoXTransformer3DModel(**sizes | extra).eval()


def _shared(scheduler, snr_shift, scaling):
    vae = AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8),
        layers_per_block=1,
        norm_num_groups=2,
        sample_height=8 * HEIGHT,
        sample_width=8 * WIDTH,
        scaling_factor=scaling,
    )
    return {
        "tokenizer": text.t5_tokenizer(),
        "text_encoder": text.t5(),
        "vae": lively(vae, (1, LATENT, 2, 4, 4)),
        "scheduler": scheduler(
            beta_schedule="scaled_linear",
            beta_start=0.00085,
            beta_end=0.012,
            prediction_type="v_prediction",
            rescale_betas_zero_snr=True,
            snr_shift_scale=snr_shift,
            timestep_spacing="trailing",
        ),
    }


def _cogvideox():
    return CogVideoXPipeline(**_shared(CogVideoXDDIMScheduler, 3.0, 1.15258426), transformer=_transformer())


def _cogvideox_i2v():
    transformer = _transformer(
        in_channels=2 * LATENT, use_rotary_positional_embeddings=True, use_learned_positional_embeddings=True
    )
    return CogVideoXImageToVideoPipeline(**_shared(CogVideoXDPMScheduler, 1.0, 0.7), transformer=transformer)


def _cogvideox15():
    transformer = _transformer(
        sample_height=LARGEST,
        sample_width=LARGEST,
        sample_frames=81,
        patch_size_t=2,
        patch_bias=False,
        use_rotary_positional_embeddings=True,
    )
    return CogVideoXPipeline(**_shared(CogVideoXDPMScheduler, 1.0, 0.7), transformer=transformer)


BUILDERS = {"cogvideox": _cogvideox, "cogvideox-5b-i2v": _cogvideox_i2v, "cogvideox1.5": _cogvideox15}


def build(name):
    return BUILDERS[name]()
