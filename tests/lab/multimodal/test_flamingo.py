import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.attention import cross_attention
from lab.multimodal.flamingo import gated_cross_attention, resample

RNG = np.random.default_rng(0)
TEXT, VISUAL = RNG.normal(size=(2, 5, 4)), RNG.normal(size=(2, 64, 3))
WEIGHTS = {
    "w_q": RNG.normal(size=(4, 4)),
    "w_k": RNG.normal(size=(3, 4)),
    "w_v": RNG.normal(size=(3, 4)),
}


@given(st.floats(-20, 20))
def test_the_gate_scales_what_is_added(alpha):
    out = gated_cross_attention(TEXT, VISUAL, **WEIGHTS, alpha=alpha)
    read = cross_attention(TEXT @ WEIGHTS["w_q"], VISUAL @ WEIGHTS["w_k"], VISUAL @ WEIGHTS["w_v"])
    np.testing.assert_allclose(out - TEXT, math.tanh(alpha) * read, atol=1e-12)


def test_closed_gate_is_the_identity():
    np.testing.assert_array_equal(gated_cross_attention(TEXT, VISUAL, **WEIGHTS, alpha=0), TEXT)


@pytest.mark.parametrize("tokens", [1, 49, 256])
def test_resampler_gives_as_many_tokens_as_latents(tokens):
    image, latents = RNG.normal(size=(2, tokens, 3)), RNG.normal(size=(7, 3))
    w = RNG.normal(size=(3, 3, 3))
    out = resample(latents, image, *w)
    assert out.shape == (2, 7, 3)
    # Image tokens carry no position here: their order does not matter, nor does another image.
    np.testing.assert_allclose(resample(latents, image[:, ::-1], *w), out)
    np.testing.assert_allclose(resample(latents, image[:1], *w), out[:1])


def test_latents_read_themselves_too():
    latents = np.array([[1.0], [3.0]])
    # Zero queries weigh everything alike: the mean of image token 8 and latents 1 and 3 is 4.
    out = resample(latents, [[[8.0]]], [[0.0]], [[1.0]], [[1.0]])
    np.testing.assert_allclose(out, [[[5.0], [7.0]]])


def test_bad_input():
    with pytest.raises(ValueError, match=r"w_k has shape \(4, 4\), expected \(3, 4\)"):
        gated_cross_attention(TEXT, VISUAL, WEIGHTS["w_q"], WEIGHTS["w_q"], WEIGHTS["w_v"], 0)
    with pytest.raises(ValueError, match="alpha must be a number"):
        gated_cross_attention(TEXT, VISUAL, **WEIGHTS, alpha=float("nan"))
    with pytest.raises(ValueError, match=r"visual has shape \(1, 64, 3\), expected \(2,"):
        gated_cross_attention(TEXT, VISUAL[:1], **WEIGHTS, alpha=0)
    with pytest.raises(ValueError, match=r"latents has shape \(7, 2\), expected \(latents, 3\)"):
        resample(np.zeros((7, 2)), VISUAL, np.eye(3), np.eye(3), np.eye(3))
