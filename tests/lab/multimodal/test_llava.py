import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.llava import (
    anyres_tokens,
    linear_projector,
    mlp_projector,
    projector_parameters,
    select_resolution,
)
from tests import recorded

GRIDS = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]


def test_mlp_agrees_with_transformers():
    kept = recorded.load("multimodal/llava")
    weights = [kept[name] for name in ("w_1", "b_1", "w_2", "b_2")]
    np.testing.assert_allclose(mlp_projector(kept["z"], *weights), kept["out"], atol=1e-6)


def test_linear_is_one_product_a_token():
    rng = np.random.default_rng(0)
    z, w = rng.normal(size=(2, 5, 3)), rng.normal(size=(3, 7))
    np.testing.assert_allclose(linear_projector(z, w)[1, 4], z[1, 4] @ w)


def test_parameters():
    assert projector_parameters([1024, 4096]) == 1024 * 4096 + 4096
    assert projector_parameters([1024, 5120, 5120]) == 31_467_520  # LLaVA-1.5-13B


def test_resolution_and_tokens_agree_with_transformers():
    kept = recorded.load("multimodal/llava")
    for (height, width), canvas, tokens in zip(
        kept["sizes"].tolist(), kept["canvases"].tolist(), kept["tokens"].tolist(), strict=True
    ):
        assert select_resolution(height, width, GRIDS) == tuple(canvas)
        assert anyres_tokens(height, width, GRIDS) == tokens, (height, width)


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_no_candidate_keeps_more_pixels(height, width):
    def kept(canvas):
        scale = min(canvas[0] / height, canvas[1] / width)
        return min(int(width * scale) * int(height * scale), width * height)

    chosen = select_resolution(height, width, sorted(GRIDS, reverse=True))
    assert kept(chosen) == max(map(kept, GRIDS))
    assert all(chosen[0] * chosen[1] <= h * w for h, w in GRIDS if kept((h, w)) == kept(chosen))


@given(st.integers(50, 3000), st.integers(50, 3000))
def test_token_bounds(height, width):
    tokens = anyres_tokens(height, width, GRIDS)
    assert 576 < tokens <= 576 + 4 * 576 + 48


def test_tokens_of_exact_fits():
    for rows, columns in ((1, 2), (2, 1), (2, 2), (3, 1), (1, 3)):
        expected = 576 + rows * columns * 576 + rows * 24
        assert anyres_tokens(336 * rows, 336 * columns, GRIDS) == expected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: anyres_tokens(10, 10, []), "candidates is empty"),
        (lambda: anyres_tokens(10, 10, [(100, 336)]), "height must be a multiple of patch = 336"),
        (lambda: select_resolution(0, 10, GRIDS), "height must be an integer of at least 1, got 0"),
        (lambda: select_resolution(9, 9, [(0, 1)]), "candidate height must be an integer"),
        (lambda: projector_parameters([1024]), r"widths must hold at least two sizes, got \[1024"),
        (lambda: projector_parameters([8, 0]), r"widths\[1\] must be an integer of at least 1"),
        (lambda: linear_projector(np.ones((1, 2, 3)), np.ones((4, 5))), r"w has shape \(4, 5\)"),
        (
            lambda: mlp_projector(np.ones((1, 2, 3)), np.ones((3, 5)), np.ones(5), np.eye(4), []),
            r"w_2 has shape \(4, 4\), expected \(5, 5\)",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
