import numpy as np

from lab.context import dynamic_ntk
from tests.reference.context.common import transformers_rope


def test_dynamic(record):
    values = {}
    for length in (1000, 2048, 3000, 8192):
        for scale in (1, 4):
            theirs, factor = transformers_rope(
                "dynamic", 64, 10_000.0, 2048, seq_len=length, factor=float(scale)
            )
            freqs, ours = dynamic_ntk.frequencies(64, 10_000.0, scale, 2048, length)
            np.testing.assert_allclose(freqs, theirs, rtol=1e-5)
            assert ours == factor
            values[f"scale {scale} length {length}"] = theirs
    record("context/dynamic_ntk", values, "transformers", "torch")
