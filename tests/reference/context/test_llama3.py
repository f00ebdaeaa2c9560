import numpy as np

from lab.context import llama3
from tests.reference.context.common import transformers_rope


def test_llama3(record):
    theirs, factor = transformers_rope(
        "llama3",
        128,
        500_000.0,
        131_072,
        factor=8.0,
        low_freq_factor=1.0,
        high_freq_factor=4.0,
        original_max_position_embeddings=8192,
    )
    freqs, ours = llama3.frequencies(128, 500_000.0, 8, 8192)
    np.testing.assert_allclose(freqs, theirs, rtol=1e-5)
    assert ours == factor
    record("context/llama3", {"freqs": theirs, "factor": factor}, "transformers", "torch")
