"""AnimateDiff: the parts of Stable Diffusion with a motion adapter between its layers."""

from diffusers import AnimateDiffPipeline, DDIMScheduler, MotionAdapter

from tests.tiny import stills, text


def build(_):
    adapter = MotionAdapter(
        block_out_channels=stills.CHANNELS,
        motion_layers_per_block=1,
        motion_num_attention_heads=2,
        motion_norm_num_groups=4,
    )
    return AnimateDiffPipeline(
        vae=stills.vae(),
        text_encoder=text.clip_text(),
        tokenizer=text.clip_tokenizer(),
        unet=stills.unet(),
        motion_adapter=adapter.eval(),
        scheduler=DDIMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="linear", clip_sample=False, steps_offset=1
        ),
    )
