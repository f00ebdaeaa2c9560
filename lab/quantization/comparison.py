"""Every method on the same small layer: correlated inputs, a few outlier channels.

--8<-- [start:example]
>>> from lab.quantization.comparison import (
...     correlated_layer, weight_and_activation_errors, weight_only_errors)
>>> w, x_calibration, x_test = correlated_layer(seed=0)
>>> for name, error in weight_only_errors(w, x_calibration, x_test, bits=3, group_size=64).items():
...     print(f"{name:22} {error:6.2%}")
RTN                    19.22%
AWQ                    12.25%
GPTQ                    8.24%
>>> for name, error in weight_and_activation_errors(w, x_calibration, x_test).items():
...     print(f"{name:22} {error:6.2%}")
int8 per tensor         5.35%
int8 per token          2.05%
SmoothQuant             0.79%
LLM.int8()              0.34%

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, integer, positive
from lab.quantization.affine import fake_quantize, per_tensor, round_to_nearest
from lab.quantization.awq import search_scale
from lab.quantization.gptq import gptq
from lab.quantization.llm_int8 import int8_matmul
from lab.quantization.smoothquant import smooth


def correlated_layer(
    seed: int = 0,
    samples: int = 512,
    d_in: int = 128,
    d_out: int = 128,
    outliers: int = 3,
    magnitude: float = 20.0,
) -> tuple[Array, Array, Array]:
    """A linear layer with inputs like a language model's: correlated, some channels far larger.

    ``d_in / 8`` common factors drive the inputs; noise of their own adds a tenth to their
    variance. The first ``outliers`` channels are ``magnitude`` times larger.

    Args:
        seed: of the random numbers.
        samples: inputs to calibrate on, and as many again to test on, at least 1.
        d_in: input channels, at least 8.
        d_out: output channels, at least 1.
        outliers: how many input channels are large.
        magnitude: how many times larger they are, above 0.

    Returns:
        Weights, shape (d_out, d_in); calibration inputs and test inputs, shape (samples, d_in).

    Raises:
        ValueError: on a bad argument.
    """
    integer("samples", samples, 1)
    integer("d_out", d_out, 1)
    factors = integer("d_in", d_in, 8) // 8
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(factors, d_in)) / np.sqrt(factors)
    x = rng.normal(size=(2 * samples, factors)) @ mixing
    x += np.sqrt(0.1) * rng.normal(size=x.shape)
    x[:, : integer("outliers", outliers, 0, d_in)] *= positive("magnitude", magnitude)
    return rng.normal(size=(d_out, d_in)), x[:samples], x[samples:]


def output_error(y_hat: ArrayLike, y: ArrayLike) -> float:
    """Relative error ``‖ŷ - y‖ / ‖y‖`` of a layer's output.

    Args:
        y_hat: output of the quantized layer, any shape.
        y: output of the original one, of the same shape.

    Returns:
        The relative error, at least 0.

    Raises:
        ValueError: if the shapes differ or ``y`` is zero everywhere.
    """
    y = array("y", y)
    y_hat = array("y_hat", y_hat, y.shape)
    return float(np.linalg.norm(y_hat - y)) / positive("the norm of y", float(np.linalg.norm(y)))


def weight_only_errors(
    w: ArrayLike,
    x_calibration: ArrayLike,
    x_test: ArrayLike,
    bits: int,
    group_size: int | None = None,
) -> dict[str, float]:
    """Output errors of methods that quantize the weights and leave the activations alone.

    Args:
        w: weights, shape (out, in).
        x_calibration: inputs that the methods see, shape (samples, in).
        x_test: inputs that they are judged on, shape (tokens, in).
        bits: from 2 to 16.
        group_size: weights a grid, a divisor of ``in``; ``None`` for one grid a row.

    Returns:
        Relative output error by method.

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    x_test = array("x_test", x_test, ("tokens", w.shape[1]))
    weights = {
        "RTN": round_to_nearest(w, bits, group_size),
        "AWQ": search_scale(w, x_calibration, bits, group_size)[2],
        "GPTQ": gptq(w, x_calibration, bits, group_size),
    }
    return {name: output_error(x_test @ w_hat.T, x_test @ w.T) for name, w_hat in weights.items()}


def weight_and_activation_errors(
    w: ArrayLike, x_calibration: ArrayLike, x_test: ArrayLike, alpha: float = 0.5
) -> dict[str, float]:
    """Output errors of methods that multiply 8-bit activations by 8-bit weights.

    Args:
        w: weights, shape (out, in).
        x_calibration: inputs whose largest magnitudes SmoothQuant uses, shape (samples, in).
        x_test: inputs that all are judged on, shape (tokens, in).
        alpha: SmoothQuant's migration strength.

    Returns:
        Relative output error by method.

    Raises:
        ValueError: on a bad argument.
    """
    w = array("w", w, ("out", "in"))
    x_test = array("x_test", x_test, ("tokens", w.shape[1]))
    x_calibration = array("x_calibration", x_calibration, ("samples", w.shape[1]))
    scales, w_smooth = smooth(np.abs(x_calibration).max(axis=0), w, alpha)
    x_int8, w_int8 = (
        fake_quantize(matrix, *per_tensor(matrix, 8, symmetric=True), 8, symmetric=True)
        for matrix in (x_test, w)
    )
    outputs = {
        "int8 per tensor": x_int8 @ w_int8.T,
        "int8 per token": int8_matmul(x_test, w, threshold=np.inf),
        "SmoothQuant": int8_matmul(x_test / scales, w_smooth, threshold=np.inf),
        "LLM.int8()": int8_matmul(x_test, w, threshold=6.0),
    }
    return {name: output_error(y_hat, x_test @ w.T) for name, y_hat in outputs.items()}
