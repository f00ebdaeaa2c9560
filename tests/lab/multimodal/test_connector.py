import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.connector import comparison, pixel_shuffle
from tests import recorded


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_pixel_shuffle_keeps_every_number_in_its_block(rows, columns, r, dim):
    grid = np.random.default_rng(0).normal(size=(2, rows * r, columns * r, dim))
    out = pixel_shuffle(grid.reshape(2, -1, dim), rows * r, columns * r, r)
    assert out.shape == (2, rows * columns, r * r * dim)
    for i in range(rows):
        for j in range(columns):
            block = grid[:, i * r : (i + 1) * r, j * r : (j + 1) * r]
            np.testing.assert_array_equal(out[:, i * columns + j], block.reshape(2, -1))


def test_pixel_shuffle_groups_as_transformers_does():
    kept = recorded.load("multimodal/connector")
    ours = pixel_shuffle(kept["grid"].reshape(1, 16, 3), 4, 4, 2)
    # The order within a token, and of the tokens, is a convention: compare as sets.
    theirs = kept["shuffled"].reshape(4, 12)
    assert {tuple(sorted(token)) for token in ours[0]} == {tuple(sorted(token)) for token in theirs}


def test_comparison_agrees_with_transformers():
    kept = recorded.load("multimodal/connector")
    rows = {row.model: row for row in comparison()}
    theirs = kept["parameters"].tolist()
    assert [rows[m].parameters for m in ("BLIP-2", "LLaVA-1.5", "InternVL")] == theirs
    assert [row.text_tokens for row in rows.values()] == [32, 256, 576, 2928, 256]
    assert rows["LLaVA-NeXT"].vision_tokens == 5 * 576
    assert rows["LLaVA"].parameters == 1024 * 4096 + 4096
    # The only new weights are the newline token's.
    assert rows["LLaVA-NeXT"].parameters - rows["LLaVA-1.5"].parameters == 4096


def test_bad_input():
    with pytest.raises(ValueError, match="rows must be a multiple of r = 2, got 3"):
        pixel_shuffle(np.ones((1, 12, 1)), 3, 4, 2)
    with pytest.raises(ValueError, match=r"features has shape \(1, 12, 1\), expected \(batch, 16"):
        pixel_shuffle(np.ones((1, 12, 1)), 4, 4, 2)
    with pytest.raises(ValueError, match="r must be an integer of at least 1, got 0"):
        pixel_shuffle(np.ones((1, 12, 1)), 4, 3, 0)
