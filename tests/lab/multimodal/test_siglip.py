import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.siglip import sigmoid_loss
from tests import recorded


def test_agrees_with_transformers():
    kept = recorded.load("multimodal/siglip")
    ours = sigmoid_loss(kept["image"], kept["text"], 10, -10)
    assert ours == pytest.approx(kept["loss"], rel=1e-5)


@given(st.integers(1, 20), st.floats(0.1, 1000), st.floats(-50, 50))
def test_orthonormal_pairs(batch, t, b):
    x = np.eye(batch)
    positive = math.log1p(math.exp(-(t + b))) if t + b > -700 else -(t + b)
    negative = (batch - 1) * math.log1p(math.exp(b))
    assert sigmoid_loss(x, x, t, b) == pytest.approx(positive + negative, rel=1e-9, abs=1e-300)


def test_large_logits_stay_finite():
    x = np.eye(2)
    assert sigmoid_loss(x, x[::-1], 1e5, 0) == pytest.approx(1e5 + math.log(2))


def test_bad_input():
    x = np.ones((2, 3))
    with pytest.raises(ValueError, match=r"text has shape \(1, 3\), expected \(2, 3\)"):
        sigmoid_loss(x, x[:1], 10, -10)
    with pytest.raises(ValueError, match="t must be a finite number above 0"):
        sigmoid_loss(x, x, 0, -10)
    with pytest.raises(ValueError, match="b must be a number"):
        sigmoid_loss(x, x, 10, float("nan"))
