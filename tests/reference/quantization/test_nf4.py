import numpy as np
import pytest
import torch

from lab.quantization.nf4 import nf4_dequantize, nf4_levels, nf4_quantize

functional = pytest.importorskip("bitsandbytes.functional")


def test_nf4(record):
    x = np.random.default_rng(0).normal(size=(4, 64)) * np.array([[1.0], [0.1], [30.0], [1e-3]])
    packed, state = functional.quantize_4bit(
        torch.tensor(x, dtype=torch.float32), blocksize=64, quant_type="nf4"
    )
    theirs = packed.numpy().ravel()
    unpacked = np.stack([theirs >> 4, theirs & 15], axis=1).ravel()
    x_hat = functional.dequantize_4bit(packed, state).numpy()
    np.testing.assert_allclose(nf4_levels(), state.code.numpy(), atol=1e-6)
    codes, absmax = nf4_quantize(x, 64)
    np.testing.assert_array_equal(codes.ravel(), unpacked)
    np.testing.assert_allclose(nf4_dequantize(codes, absmax), x_hat, rtol=2e-6)
    values = {"x": x, "codes": unpacked, "absmax": state.absmax.numpy(), "x_hat": x_hat}
    record("quantization/nf4", values, "bitsandbytes", "torch")
