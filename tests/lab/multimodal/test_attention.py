import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.attention import cross_attention


@given(
    st.integers(1, 3), st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.integers(0, 99)
)
def test_by_hand(batch, queries, tokens, heads, seed):
    rng = np.random.default_rng(seed)
    size = 2
    q = rng.normal(size=(batch, queries, heads * size))
    k, v = rng.normal(size=(2, batch, tokens, heads * size))
    out = cross_attention(q, k, v, heads)
    for b in range(batch):
        for h in range(heads):
            part = slice(h * size, (h + 1) * size)
            for n in range(queries):
                weights = np.exp(k[b, :, part] @ q[b, n, part] / np.sqrt(size))
                expected = weights / weights.sum() @ v[b, :, part]
                np.testing.assert_allclose(out[b, n, part], expected)


def test_large_logits_pick_one_token():
    k = np.array([[[1e4], [-1e4], [0.0]]])
    np.testing.assert_array_equal(cross_attention([[[1.0]]], k, [[[5.0], [6.0], [7.0]]]), [[[5.0]]])


def test_each_query_has_its_own_scale():
    # the second query's logits are far below the first's, yet its weights are as good
    out = cross_attention([[[1e3], [-1e3]]], [[[1.0], [2.0]]], [[[5.0], [6.0]]])
    np.testing.assert_allclose(out, [[[6.0], [5.0]]])


def test_bad_input():
    x = np.ones((2, 3, 4))
    with pytest.raises(ValueError, match="heads must divide dim = 4, got 3"):
        cross_attention(x, x, x, 3)
    with pytest.raises(ValueError, match=r"k has shape \(1, 3, 4\), expected \(2, tokens, 4\)"):
        cross_attention(x, x[:1], x)
    with pytest.raises(ValueError, match=r"v has shape \(2, 2, 4\), expected \(2, 3, 4\)"):
        cross_attention(x, x, x[:, :2])
