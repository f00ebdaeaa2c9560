"""Which way to group the KV cache (KIVI, Liu et al. 2024, arXiv:2402.02750).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.quantization.comparison import output_error
>>> from lab.quantization.kv_cache import attention, quantize_cache
>>> rng = np.random.default_rng(0)
>>> queries, keys, values = rng.normal(size=(3, 256, 64))
>>> keys[:, :3] += [8.0, -6.0, 5.0]             # keys: a few channels are large in every token
>>> def error(keys_hat, values_hat):
...     exact = attention(queries, keys, values)
...     return f"{output_error(attention(queries, keys_hat, values_hat), exact):.1%}"
>>> for along in "channel", "token":
...     print("keys per", along, error(quantize_cache(keys, 4, 32, along), values))
keys per channel 8.6%
keys per token 19.4%
>>> queries[:, 5], keys[::32, 5] = 4.0, -20.0   # one token in 32 gets no attention,
>>> values[::32] *= 10.0                        # but its values are large
>>> for along in "channel", "token":
...     print("values per", along, error(keys, quantize_cache(values, 4, 32, along)))
values per channel 21.9%
values per token 7.8%

--8<-- [end:example]
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array
from lab.quantization.affine import fake_quantize, per_group


# --8<-- [start:quantize_cache]
def quantize_cache(
    x: ArrayLike, bits: int, group_size: int, along: Literal["channel", "token"]
) -> Array:
    """Keys or values of one head, rounded to asymmetric grids and back.

    ``channel``: a grid holds ``group_size`` tokens of one channel, as KIVI has it for keys, whose
    outliers stay in fixed channels. ``token``: it holds ``group_size`` channels of one token, as
    KIVI has it for values, so that an error stays with its token.

    Source: Liu et al. 2024 (arXiv:2402.02750), section 3.

    Args:
        x: keys or values, shape (tokens, head_dim).
        bits: from 2 to 16.
        group_size: a divisor of the axis that a grid runs along.
        along: what shares a grid.

    Returns:
        Values on the grids, shape (tokens, head_dim).

    Raises:
        ValueError: on a bad argument.
    """
    x = array("x", x, ("tokens", "head_dim"))
    if along not in ("channel", "token"):
        raise ValueError(f"along must be 'channel' or 'token', got {along!r}")
    rows = x if along == "token" else x.T
    rounded = fake_quantize(rows, *per_group(rows, bits, group_size), bits)
    return rounded if along == "token" else np.ascontiguousarray(rounded.T)


# --8<-- [end:quantize_cache]


def attention(queries: ArrayLike, keys: ArrayLike, values: ArrayLike) -> Array:
    """``softmax(q kᵀ / √d) v`` of one head, without a mask.

    Args:
        queries: shape (queries, head_dim).
        keys, values: shape (tokens, head_dim).

    Returns:
        Outputs, shape (queries, head_dim).

    Raises:
        ValueError: on a bad argument.
    """
    queries = array("queries", queries, ("queries", "head_dim"))
    keys = array("keys", keys, ("tokens", queries.shape[1]))
    values = array("values", values, keys.shape)
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    output: Array = weights / weights.sum(axis=1, keepdims=True) @ values
    return output
