import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context import ntk_aware, rope


@given(st.floats(1, 64), st.integers(2, 64), st.floats(10, 1e6))
def test_first_pair_kept_last_pair_interpolated(scale, pairs, base):
    plain = rope.frequencies(2 * pairs, base)
    freqs, factor = ntk_aware.frequencies(2 * pairs, base, scale, 2048)
    assert factor == 1
    np.testing.assert_allclose(freqs[0], 1)
    np.testing.assert_allclose(freqs[-1], plain[-1] / scale)
    # In between, pair i is slowed by s^(2i/(d-2)).
    slowed = scale ** (np.arange(pairs) / (pairs - 1))
    np.testing.assert_allclose(plain / freqs, slowed)


def test_scale_one_is_rope():
    assert ntk_aware.scaled_base(128, 10_000.0, 1) == 10_000
    freqs, _ = ntk_aware.frequencies(128, 10_000.0, 1, 2048)
    np.testing.assert_array_equal(freqs, rope.frequencies(128, 10_000.0))


def test_bad_input():
    with pytest.raises(ValueError, match="dim must be an integer of at least 4, got 2"):
        ntk_aware.frequencies(2, 10_000.0, 2, 2048)
    with pytest.raises(ValueError, match="scale must be a number from 1"):
        ntk_aware.scaled_base(8, 10_000.0, 0.9)
    with pytest.raises(ValueError, match="original_length must be"):
        ntk_aware.frequencies(8, 10_000.0, 2, -1)
