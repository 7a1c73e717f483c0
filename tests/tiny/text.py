"""Tokenizers made in memory, and the small encoders of text and pictures that belong to them."""

import string

from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    CLIPImageProcessorPil,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
    UMT5Config,
    UMT5EncoderModel,
)

WIDTH = 32
"""Width of every embedding, of text as of pictures."""

CLIP_BYTES = sorted(ByteLevel.alphabet())
CLIP_WORDS = [*CLIP_BYTES, *(f"{byte}</w>" for byte in CLIP_BYTES), "<|startoftext|>", "<|endoftext|>"]
T5_LETTERS = string.ascii_letters + string.digits + string.punctuation
T5_PIECES = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((letter, -3.0) for letter in T5_LETTERS)]


def clip_tokenizer():
    """One token a byte, so any prompt has ids of its own; 75 of them fit."""
    vocabulary = {word: number for number, word in enumerate(CLIP_WORDS)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=77)


def t5_tokenizer():
    """One token an ASCII letter; other scripts are unknown to it."""
    return T5Tokenizer(vocab=T5_PIECES, extra_ids=0, model_max_length=512)


def _clip_config(act):
    return CLIPTextConfig(
        vocab_size=len(CLIP_WORDS),
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        projection_dim=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=77,
        hidden_act=act,
        bos_token_id=len(CLIP_WORDS) - 2,
        eos_token_id=len(CLIP_WORDS) - 1,
        pad_token_id=len(CLIP_WORDS) - 1,
    )


def clip_text():
    return CLIPTextModel(_clip_config("quick_gelu")).eval()


def clip_text_projected():
    return CLIPTextModelWithProjection(_clip_config("gelu")).eval()


def _t5_sizes():
    return {
        "vocab_size": len(T5_PIECES),
        "d_model": WIDTH,
        "d_kv": 8,
        "d_ff": WIDTH,
        "num_layers": 2,
        "num_heads": 2,
        "feed_forward_proj": "gated-gelu",
    }


def t5():
    return T5EncoderModel(T5Config(**_t5_sizes())).eval()


def umt5():
    return UMT5EncoderModel(UMT5Config(**_t5_sizes())).eval()


def clip_vision(model, side, patch):
    """Build a CLIP picture encoder of the given class for pictures of `side` pixels."""
    config = CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=WIDTH,
        projection_dim=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=side,
        patch_size=patch,
    )
    return model(config).eval()


def clip_pictures(side):
    """Build what brings pictures to the size that a CLIP encoder wants."""
    return CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
