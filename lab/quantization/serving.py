"""Memory and time of decoding: what bits buy, and until which batch size.

--8<-- [start:example]
>>> from lab.quantization.affine import bits_per_weight
>>> from lab.quantization.serving import critical_batch, kv_bytes_per_token, step_seconds
>>> A100 = {"compute": 312e12, "bandwidth": 2.039e12}       # FP16 FLOP/s, bytes/s
>>> A100_INT8 = {"compute": 624e12, "bandwidth": 2.039e12}
>>> w4 = bits_per_weight(4, group_size=128, scale_bits=16, zero_point_bits=4)
>>> for name, bits, gpu in ("BF16", 16, A100), ("W8A8", 8, A100_INT8), ("W4A16", w4, A100):
...     ms = [1e3 * step_seconds(8e9, batch, bits, **gpu) for batch in (1, 32, 128)]
...     print(name, round(critical_batch(bits, **gpu)), [round(t, 1) for t in ms])
BF16 153 [7.8, 7.8, 7.8]
W8A8 153 [3.9, 3.9, 3.9]
W4A16 40 [2.0, 2.0, 6.6]
>>> kv_bytes_per_token(layers=32, kv_heads=8, head_dim=128) / 1024      # Llama 3 8B, in KiB
128.0

--8<-- [end:example]
"""

from __future__ import annotations

from lab.arguments import between, integer, positive


# --8<-- [start:serving]
def kv_bytes_per_token(layers: int, kv_heads: int, head_dim: int, bits: float = 16) -> float:
    """Memory of one token's keys and values in all layers.

    Args:
        layers: number of layers.
        kv_heads: key-value heads a layer; fewer than query heads with grouped queries.
        head_dim: size of a head.
        bits: a value, with its share of scales and zero points.

    Returns:
        Bytes a token.

    Raises:
        ValueError: on a bad argument.
    """
    for name, count in (("layers", layers), ("kv_heads", kv_heads), ("head_dim", head_dim)):
        integer(name, count, 1)
    return 2 * layers * kv_heads * head_dim * positive("bits", bits) / 8


def step_seconds(
    parameters: float,
    batch: int,
    weight_bits: float,
    compute: float,
    bandwidth: float,
    kv_bytes: float = 0.0,
) -> float:
    """Least time of one decoding step: the slower of reading memory and of multiplying.

    Each step reads every weight and every sequence's cache once, and does 2 operations for each
    parameter and sequence. Kernels come near this bound, not below it.

    Args:
        parameters: of the linear layers.
        batch: sequences, one new token each, at least 1.
        weight_bits: a weight, with its share of scales and zero points.
        compute: operations a second in the format of the multiplication.
        bandwidth: bytes a second.
        kv_bytes: cache of one sequence, at least 0.

    Returns:
        Seconds.

    Raises:
        ValueError: on a bad argument.
    """
    n = integer("batch", batch, 1)
    weights = positive("parameters", parameters) * positive("weight_bits", weight_bits) / 8
    reading = weights + n * between("kv_bytes", kv_bytes, 0, 1e18)
    multiplying = 2 * parameters * n
    return max(
        reading / positive("bandwidth", bandwidth), multiplying / positive("compute", compute)
    )


def critical_batch(weight_bits: float, compute: float, bandwidth: float) -> float:
    """Batch size from which a step without cache is bound by arithmetic, ``F b / (16 BW)``.

    Args:
        weight_bits, compute, bandwidth: as for ``step_seconds``.

    Returns:
        Tokens in a step.

    Raises:
        ValueError: on a bad argument.
    """
    bits = positive("weight_bits", weight_bits)
    return positive("compute", compute) * bits / (16 * positive("bandwidth", bandwidth))


# --8<-- [end:serving]
