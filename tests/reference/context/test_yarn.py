import numpy as np
import pytest

from lab.context import yarn
from tests.reference.context.common import transformers_rope

# dim, base, scale, original length
MODELS = {
    "llama2": (128, 10_000.0, 16.0, 4096),
    "qwen": (128, 1_000_000.0, 4.0, 32_768),
    "deepseek": (64, 10_000.0, 40.0, 4096),
    # Every pair makes more than one turn: the ramp ends beyond the last one.
    "long": (64, 10_000.0, 4.0, 131_072),
}


def test_yarn(record):
    values = {}
    for name, (dim, base, scale, length) in MODELS.items():
        theirs, factor = transformers_rope(
            "yarn",
            dim,
            base,
            int(scale * length),
            factor=scale,
            original_max_position_embeddings=length,
        )
        freqs, ours = yarn.frequencies(dim, base, scale, length, ramp="code")
        np.testing.assert_allclose(freqs, theirs, rtol=1e-5)
        assert ours == pytest.approx(factor)
        values |= {
            f"{name} arguments": [dim, base, scale, length],
            f"{name} freqs": theirs,
            f"{name} factor": factor,
        }
    record("context/yarn", values, "transformers", "torch")
