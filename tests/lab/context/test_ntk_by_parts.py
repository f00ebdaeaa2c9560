import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.context import ntk_by_parts, rope

LLAMA = {"dim": 128, "base": 10_000.0, "original_length": 4096}


def test_paper_ramp_by_hand():
    theta = rope.frequencies(128, 10_000.0)
    gamma = ntk_by_parts.paper_ramp(**LLAMA, alpha=1, beta=32)
    for i in range(64):
        wavelength = 2 * np.pi / theta[i]
        r = 4096 / wavelength
        expected = 0.0 if r < 1 else 1.0 if r > 32 else (r - 1) / 31
        assert gamma[i] == pytest.approx(expected)


def test_code_ramp_is_a_straight_line_in_the_index():
    # 4096 tokens hold 32 turns at index 20.9 and 1 turn at 45.03: the line goes from 20 to 46.
    gamma = ntk_by_parts.code_ramp(**LLAMA)
    np.testing.assert_allclose(gamma[:21], 1)
    np.testing.assert_allclose(gamma[46:], 0)
    np.testing.assert_allclose(np.diff(gamma[20:47]), -1 / 26)


def test_the_codes_ramp_keeps_more_of_the_middle():
    paper, code = ntk_by_parts.paper_ramp(**LLAMA), ntk_by_parts.code_ramp(**LLAMA)
    assert (code[22:46] > paper[22:46]).all()
    assert code[33] == pytest.approx(0.5) and paper[33] == pytest.approx(0.15, abs=0.01)


@given(
    st.floats(1, 64),
    st.integers(2, 64),
    st.floats(1e3, 1e6),
    st.integers(256, 131_072),
    st.sampled_from(["paper", "code"]),
)
def test_bounds_and_base(scale, pairs, base, length, ramp):
    plain = rope.frequencies(2 * pairs, base)
    turns = length * plain / (2 * np.pi)
    try:
        freqs, factor = ntk_by_parts.frequencies(2 * pairs, base, scale, length, ramp=ramp)
    except ValueError:
        assert ramp == "code" and turns[-1] > 1  # no pair is slow enough for its ramp to end
        return
    assert factor == 1
    assert (freqs <= plain * (1 + 1e-12)).all() and (freqs >= plain / scale * (1 - 1e-12)).all()
    assert (np.diff(freqs) < 0).all()  # the order of the pairs stays
    if ramp == "paper":  # the rounded end points move a few pairs in the released code
        np.testing.assert_allclose(freqs[turns > 32], plain[turns > 32])
        np.testing.assert_allclose(freqs[turns < 1], plain[turns < 1] / scale)


def test_scale_one_is_rope():
    for ramp in ("paper", "code"):
        freqs, _ = ntk_by_parts.frequencies(128, 10_000.0, 1, 4096, ramp=ramp)
        np.testing.assert_allclose(freqs, rope.frequencies(128, 10_000.0))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": 0}, "alpha must be a finite number above 0"),
        ({"alpha": 32}, "beta must be above alpha = 32, got 32"),
        ({"ramp": "cosine"}, "ramp must be 'paper' or 'code', got 'cosine'"),
        ({"scale": 0.5}, "scale must be a number from 1"),
        ({"original_length": 0}, "original_length must be"),
        ({"dim": 128, "original_length": 3, "ramp": "code"}, "original_length 3 leaves no pair"),
        ({"dim": 5}, "dim must be even"),
    ],
)
def test_bad_input(change, message):
    good = {"dim": 8, "base": 10_000.0, "scale": 2, "original_length": 4096}
    with pytest.raises(ValueError, match=message):
        ntk_by_parts.frequencies(**{**good, **change})
