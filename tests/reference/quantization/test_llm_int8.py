import numpy as np
import pytest
import torch

from lab.quantization.llm_int8 import int8_matmul, outlier_columns

functional = pytest.importorskip("bitsandbytes.functional")


def test_int8(record):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 32)), rng.normal(size=(3, 32))
    x_int8, x_scale, _ = functional.int8_vectorwise_quant(torch.tensor(x, dtype=torch.float32))
    w_int8, w_scale, _ = functional.int8_vectorwise_quant(torch.tensor(w, dtype=torch.float32))
    product = functional.int8_mm_dequant(
        functional.int8_linear_matmul(x_int8, w_int8), x_scale, w_scale
    ).numpy()
    np.testing.assert_allclose(int8_matmul(x, w, np.inf), product, rtol=1e-3, atol=1e-5)
    x_outliers = x.copy()
    x_outliers[:, [4, 20]] *= 15
    _, _, columns = functional.int8_vectorwise_quant(
        torch.tensor(x_outliers, dtype=torch.float32), threshold=6.0
    )
    np.testing.assert_array_equal(outlier_columns(x_outliers, 6.0), columns.numpy())
    values = {"x": x, "w": w, "product": product.astype(np.float64)}
    values |= {"x_outliers": x_outliers, "outlier_columns": columns.numpy()}
    record("quantization/llm_int8", values, "bitsandbytes", "torch")
