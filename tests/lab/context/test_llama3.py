import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context import llama3, rope
from tests import recorded


@given(
    st.floats(1, 32),
    st.integers(256, 65_536),
    st.floats(0.5, 3),
    st.floats(0.1, 10),
)
def test_it_is_metas_rule_in_wavelengths(scale, length, low, width):
    high = low + width
    freqs, factor = llama3.frequencies(64, 500_000.0, scale, length, low, high)
    assert factor == 1
    for theta, got in zip(rope.frequencies(64, 500_000.0), freqs, strict=True):
        wavelength = 2 * np.pi / theta
        if wavelength < length / high:
            expected = theta
        elif wavelength > length / low:
            expected = theta / scale
        else:
            smooth = (length / wavelength - low) / (high - low)
            expected = (1 - smooth) * theta / scale + smooth * theta
        assert got == pytest.approx(expected)


def test_it_agrees_with_transformers():
    kept = recorded.load("context/llama3")
    freqs, factor = llama3.frequencies(128, 500_000.0, 8, 8192)
    np.testing.assert_allclose(freqs, kept["freqs"], rtol=1e-5)
    assert factor == kept["factor"]


def test_bad_input():
    with pytest.raises(ValueError, match="beta must be above alpha"):
        llama3.frequencies(64, 500_000.0, 8, 8192, 4, 1)
    with pytest.raises(ValueError, match="scale must be"):
        llama3.frequencies(64, 500_000.0, 0, 8192)
