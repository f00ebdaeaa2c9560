import numpy as np

from lab.context import interpolation
from tests.reference.context.common import transformers_rope


def test_linear(record):
    theirs, factor = transformers_rope("linear", 64, 10_000.0, 2048, factor=4.0)
    freqs, ours = interpolation.frequencies(64, 10_000.0, 4, 2048)
    np.testing.assert_allclose(freqs, theirs, rtol=1e-5)
    assert ours == factor
    record("context/interpolation", {"freqs": theirs, "factor": factor}, "transformers", "torch")
