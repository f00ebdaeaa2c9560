import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context import dynamic_ntk, ntk_aware, rope
from tests import recorded


@given(st.integers(1, 2048), st.floats(1, 16))
def test_within_the_training_length_nothing_changes(length, scale):
    freqs, factor = dynamic_ntk.frequencies(128, 10_000.0, scale, 2048, length)
    np.testing.assert_array_equal(freqs, rope.frequencies(128, 10_000.0))
    assert factor == 1


@given(st.integers(2049, 200_000))
def test_beyond_it_is_ntk_aware_with_the_current_ratio(length):
    freqs, _ = dynamic_ntk.frequencies(128, 10_000.0, 1, 2048, length)
    expected, _ = ntk_aware.frequencies(128, 10_000.0, length / 2048, 2048)
    np.testing.assert_allclose(freqs, expected)


def test_it_agrees_with_transformers():
    kept = recorded.load("context/dynamic_ntk")
    for length in (1000, 2048, 3000, 8192):
        for scale in (1, 4):
            freqs, _ = dynamic_ntk.frequencies(64, 10_000.0, scale, 2048, length)
            np.testing.assert_allclose(freqs, kept[f"scale {scale} length {length}"], rtol=1e-5)


def test_bad_input():
    with pytest.raises(ValueError, match="length must be an integer of at least 1, got 0"):
        dynamic_ntk.frequencies(8, 10_000.0, 1, 2048, 0)
    with pytest.raises(ValueError, match="scale must be a number from 1"):
        dynamic_ntk.frequencies(8, 10_000.0, 0.5, 2048, 10)
    with pytest.raises(ValueError, match="original_length must be"):
        dynamic_ntk.frequencies(8, 10_000.0, 1, 0, 10)
