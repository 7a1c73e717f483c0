"""Makes random weights worth testing with: by themselves they paint an even grey and hardly listen to the prompt."""

import torch

CONTRAST = 0.45
"""Standard deviation of the decoded picture, where black is -1 and white is 1."""


def lively(vae, latents, **decoding):
    """Scale the last layer of the decoder until noise of the given shape comes out with contrast, around grey."""
    for name, weights in vae.decoder.named_parameters():
        if name.endswith("bias"):
            weights.zero_()  # else it outweighs the latents, and every seed looks alike
    last = getattr(vae.decoder, "time_conv_out", vae.decoder.conv_out)
    last = getattr(last, "conv", last)
    last.weight.mul_(1e-3)  # the Wan VAE clips what it decodes: first far from its limits
    shown = vae.eval().decode(torch.randn(latents), return_dict=False, **decoding)[0]
    gain = CONTRAST / shown.std()
    last.weight.mul_(gain)
    last.bias.fill_(-float(shown.mean() * gain))
    return vae


def heeding(model, layer, gain):
    """Let what passes through these layers, named by their endings, weigh more."""
    for name, part in model.named_modules():
        if name.endswith(layer):
            part.weight.mul_(gain)
    return model.eval()
