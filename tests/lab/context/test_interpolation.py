import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context import interpolation, rope
from tests import recorded


@given(st.floats(1, 64), st.integers(1, 8), st.integers(0, 100_000), st.sampled_from([1e4, 5e5]))
def test_it_squeezes_positions(scale, pairs, m, base):
    freqs, factor = interpolation.frequencies(2 * pairs, base, scale, 2048)
    assert factor == 1
    x = np.arange(1.0, 2 * pairs + 1)[None]
    squeezed = rope.rotate(x, [m / scale], rope.frequencies(2 * pairs, base))
    np.testing.assert_allclose(rope.rotate(x, [m], freqs), squeezed, atol=1e-8)


def test_it_agrees_with_transformers():
    kept = recorded.load("context/interpolation")
    freqs, factor = interpolation.frequencies(64, 10_000.0, 4, 2048)
    np.testing.assert_allclose(freqs, kept["freqs"], rtol=1e-5)
    assert factor == kept["factor"]


@pytest.mark.parametrize(
    ("scale", "length", "message"),
    [
        (0.5, 2048, "scale must be a number from 1"),
        (float("nan"), 2048, "scale must be"),
        (2, 0, "original_length must be a finite number above 0"),
    ],
)
def test_bad_input(scale, length, message):
    with pytest.raises(ValueError, match=message):
        interpolation.frequencies(8, 10_000.0, scale, length)
