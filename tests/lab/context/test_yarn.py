import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context import ntk_by_parts, rope, yarn
from tests import recorded


@given(st.floats(1, 128), st.sampled_from(["paper", "code"]))
def test_speeds_are_by_parts_and_the_factor_is_the_fit(scale, ramp):
    freqs, factor = yarn.frequencies(128, 10_000.0, scale, 4096, ramp=ramp)
    expected, _ = ntk_by_parts.frequencies(128, 10_000.0, scale, 4096, ramp=ramp)
    np.testing.assert_array_equal(freqs, expected)
    assert factor == pytest.approx(1 + 0.1 * math.log(scale))


def test_printed_factor():
    assert round(yarn.attention_factor(8), 3) == 1.208  # eq. 25 of arXiv:2309.00071v2
    assert yarn.attention_factor(1) == 1


def test_scaled_vectors_give_scaled_logits():
    freqs, factor = yarn.frequencies(8, 10_000.0, 16, 4096)
    q, k = np.random.default_rng(0).normal(size=(2, 1, 8))
    turned_q, turned_k = rope.rotate(q, [9], freqs), rope.rotate(k, [2], freqs)
    logit = (factor * turned_q) @ (factor * turned_k).T
    np.testing.assert_allclose(logit, turned_q @ turned_k.T * (0.1 * math.log(16) + 1) ** 2)


@pytest.mark.parametrize("name", ["llama2", "qwen", "deepseek", "long"])
def test_the_codes_ramp_agrees_with_transformers(name):
    kept = recorded.load("context/yarn")
    dim, base, scale, length = kept[f"{name} arguments"]
    freqs, factor = yarn.frequencies(int(dim), base, scale, length, ramp="code")
    np.testing.assert_allclose(freqs, kept[f"{name} freqs"], rtol=1e-5)
    assert factor == pytest.approx(kept[f"{name} factor"])


def test_the_papers_ramp_does_not():
    kept = recorded.load("context/yarn")
    dim, base, scale, length = kept["llama2 arguments"]
    freqs, _ = yarn.frequencies(int(dim), base, scale, length, ramp="paper")
    ratio = kept["llama2 freqs"] / freqs
    np.testing.assert_allclose(ratio[:21], 1, rtol=1e-5)
    np.testing.assert_allclose(ratio[46:], 1, rtol=1e-5)
    assert ratio.max() == pytest.approx(3.04, abs=0.01) and int(ratio.argmax()) == 38


def test_bad_input():
    with pytest.raises(ValueError, match="scale must be a number from 1"):
        yarn.attention_factor(0.5)
    with pytest.raises(ValueError, match="ramp must be"):
        yarn.frequencies(8, 10_000.0, 2, 4096, ramp="code2")
