import numpy as np
import pytest

from lab.multimodal.blip2 import parameter_count, query_transformer
from tests import recorded

RNG = np.random.default_rng(0)


def test_agrees_with_transformers():
    kept = recorded.load("multimodal/blip2")
    out = query_transformer(
        kept["queries"], kept["image"], kept["w_q"], kept["w_k"], kept["w_v"], heads=2
    )
    np.testing.assert_allclose(out, kept["out"], atol=1e-5)


def test_token_order_does_not_matter_and_images_do_not_mix():
    queries, image = RNG.normal(size=(32, 6)), RNG.normal(size=(2, 50, 4))
    w = RNG.normal(size=(6, 6)), RNG.normal(size=(4, 6)), RNG.normal(size=(4, 6))
    out = query_transformer(queries, image, *w, heads=3)
    assert out.shape == (2, 32, 6)
    shuffled = image[:, RNG.permutation(50)]
    np.testing.assert_allclose(query_transformer(queries, shuffled, *w, heads=3), out)
    np.testing.assert_allclose(query_transformer(queries, image[1:], *w, heads=3), out[1:])


def test_parameters_agree_with_transformers():
    kept = recorded.load("multimodal/blip2")
    assert [parameter_count(1408), parameter_count(1024)] == kept["parameters"].tolist()


def test_the_text_branch_brings_it_to_the_papers_188m():
    # Stage 1 adds word embeddings (30,522 words and a start token, 512 positions, one layer
    # norm), a second MLP with layer norm in every layer, the language head with tied weights,
    # two projections to 256 and the matching head.
    mlp = 8 * 768**2 + 5 * 768 + 2 * 768
    words = (30_523 + 512) * 768
    heads = 768**2 + 3 * 768 + 30_523 + 2 * (768 * 256 + 256) + 2 * (768 + 1)
    assert parameter_count(1408) + 12 * mlp + words + heads == pytest.approx(188e6, rel=0.01)


def test_cross_attention_in_every_so_many_layers():
    every, half, none = (parameter_count(1408, cross_every=n) for n in (1, 2, 12))
    block = (every - half) / 6
    assert half - none == 5 * block
    assert block == 2 * (768**2 + 768) + 2 * (1408 * 768 + 768) + 2 * 768


def test_bad_input():
    with pytest.raises(ValueError, match="vision_width must be an integer of at least 1, got 0"):
        parameter_count(0)
    with pytest.raises(ValueError, match="heads must divide dim = 4, got 12"):
        query_transformer(np.ones((2, 4)), np.ones((1, 3, 4)), *[np.eye(4)] * 3)
    with pytest.raises(ValueError, match=r"w_k has shape \(4, 4\), expected \(5, 4\)"):
        query_transformer(np.ones((2, 4)), np.ones((1, 3, 5)), *[np.eye(4)] * 3, heads=2)
