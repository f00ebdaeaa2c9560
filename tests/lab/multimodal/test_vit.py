import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.vit import parameter_count, patch_embedding, patchify, token_count
from tests import recorded


@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4)
)
def test_patchify_loses_nothing_and_cuts_row_by_row(batch, channels, rows, columns, patch):
    x = np.random.default_rng(0).normal(size=(batch, channels, rows * patch, columns * patch))
    patches = patchify(x, patch)
    assert patches.shape == (batch, rows * columns, channels * patch**2)
    for i in range(rows):
        for j in range(columns):
            block = x[:, :, i * patch : (i + 1) * patch, j * patch : (j + 1) * patch]
            np.testing.assert_array_equal(patches[:, i * columns + j], block.reshape(batch, -1))


def test_patch_embedding_agrees_with_transformers():
    kept = recorded.load("multimodal/vit")
    e = kept["kernel"].reshape(len(kept["kernel"]), -1).T
    z = patch_embedding(kept["images"], 2, e, kept["x_class"], kept["e_pos"])
    np.testing.assert_allclose(z, kept["embedded"], atol=1e-5)


def test_token_counts_in_print():
    # ViT-B/32, B/16 and H/14 at 224 pixels; CLIP's and LLaVA-1.5's L/14 at 336.
    counts = [token_count(s, s, p) for s, p in ((224, 32), (224, 16), (224, 14), (336, 14))]
    assert counts == [49, 196, 256, 576]
    assert token_count(28, 42, 14) == 6


def test_parameter_count_by_summing_arrays():
    d, m, p, n = 8, 20, 2, 4
    layer = 4 * [(d, d), (d,)] + [(d, m), (m,), (m, d), (d,)] + 2 * [(d,), (d,)]
    arrays = [(3 * p * p, d), (d,), (d,), (n + 1, d), *3 * layer, (d,), (d,)]
    assert parameter_count(4, p, 3, d, m) == sum(int(np.prod(a)) for a in arrays)


def test_parameter_count_agrees_with_transformers_and_the_paper():
    kept = recorded.load("multimodal/vit")
    base = parameter_count(224, 16, 12, 768, 3072)
    large = parameter_count(224, 16, 24, 1024, 4096)
    huge = parameter_count(224, 14, 32, 1280, 5120)
    assert [base, large, huge] == kept["parameters"].tolist()
    # Table 1 prints 86M, 307M and 632M; what exactly it counts is not said.
    np.testing.assert_allclose([base, large, huge], [86e6, 307e6, 632e6], rtol=0.015)


@pytest.mark.parametrize(
    ("shape", "patch", "message"),
    [
        ((1, 3, 5, 4), 2, "height must be a multiple of patch = 2, got 5"),
        ((1, 3, 4, 5), 2, "width must be a multiple of patch = 2, got 5"),
        ((3, 4, 4), 2, r"images has shape \(3, 4, 4\), expected \(batch, channels, height, width"),
        ((1, 3, 4, 4), 0, "patch must be an integer of at least 1, got 0"),
        ((0, 3, 4, 4), 2, "images is empty"),
    ],
)
def test_bad_images(shape, patch, message):
    with pytest.raises(ValueError, match=message):
        patchify(np.zeros(shape), patch)


def test_bad_weights():
    x = np.zeros((1, 1, 4, 4))
    with pytest.raises(ValueError, match=r"e has shape \(3, 5\), expected \(4, D\)"):
        patch_embedding(x, 2, np.zeros((3, 5)), np.zeros(5), np.zeros((5, 5)))
    with pytest.raises(ValueError, match=r"e_pos has shape \(4, 5\), expected \(5, 5\)"):
        patch_embedding(x, 2, np.zeros((4, 5)), np.zeros(5), np.zeros((4, 5)))
    with pytest.raises(ValueError, match="layers must be an integer of at least 1"):
        parameter_count(224, 16, 0, 768, 3072)
