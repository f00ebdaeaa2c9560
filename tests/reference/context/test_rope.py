import numpy as np
import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from lab.context.rope import frequencies, rotate
from tests.reference.context.common import transformers_rope


def test_frequencies():
    theirs, factor = transformers_rope("default", 64, 10_000.0, 2048)
    np.testing.assert_allclose(frequencies(64, 10_000.0), theirs, rtol=1e-5)
    assert factor == 1


def test_rotate(record):
    rng = np.random.default_rng(0)
    x, positions = rng.normal(size=(2, 3, 8)).astype(np.float32), np.array([0, 5, 900])
    angles = torch.outer(torch.tensor(positions).float(), torch.tensor(frequencies(8)).float())
    angles = torch.cat([angles, angles], dim=-1)[None]
    # Transformers pairs x_i with x_{i + d/2}: put the even coordinates first, then the odd.
    halves = torch.tensor(np.concatenate([x[..., 0::2], x[..., 1::2]], axis=-1))[:, None]
    theirs, _ = apply_rotary_pos_emb(halves, halves, angles.cos(), angles.sin())
    rotated = np.empty_like(x)
    rotated[..., 0::2], rotated[..., 1::2] = np.split(theirs[:, 0].numpy(), 2, axis=-1)
    np.testing.assert_allclose(rotate(x, positions, frequencies(8)), rotated, atol=1e-5)
    record(
        "context/rope",
        {"x": x, "positions": positions, "rotated": rotated},
        "transformers",
        "torch",
    )
