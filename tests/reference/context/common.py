from typing import Any

import numpy as np
from transformers import LlamaConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding


def transformers_rope(
    kind: str, dim: int, base: float, length: int, seq_len: int | None = None, **more: Any
) -> tuple[Any, float]:
    """Rotation speeds and attention factor as Transformers computes them."""
    config = LlamaConfig(
        hidden_size=4 * dim,
        num_attention_heads=4,
        head_dim=dim,
        max_position_embeddings=length,
        rope_parameters={"rope_type": kind, "rope_theta": base, **more},
    )
    if kind == "default":
        freqs, factor = LlamaRotaryEmbedding.compute_default_rope_parameters(config)
    else:
        freqs, factor = ROPE_INIT_FUNCTIONS[kind](config, "cpu", seq_len=seq_len)
    return np.asarray(freqs, dtype=np.float64), float(factor)
