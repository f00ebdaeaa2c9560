import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.multimodal.clip import contrastive_loss, logit_gradient, unit_rows, zero_shot
from tests import recorded


def pairs(seed, batch=5, dim=3):
    return np.random.default_rng(seed).normal(size=(2, batch, dim))


def test_loss_by_hand():
    image, text = pairs(0, batch=3)
    i = image / np.linalg.norm(image, axis=1)[:, None]
    t = text / np.linalg.norm(text, axis=1)[:, None]
    total = 0.0
    for n in range(3):
        scores = np.exp([[i[n] @ t[m] / 0.5, i[m] @ t[n] / 0.5] for m in range(3)])
        total -= sum(np.log(scores[n] / scores.sum(axis=0)))
    assert contrastive_loss(image, text, 0.5) == pytest.approx(total / 6)


def test_agrees_with_transformers():
    kept = recorded.load("multimodal/clip")
    ours = contrastive_loss(kept["image"], kept["text"], 0.07)
    assert ours == pytest.approx(kept["loss"], rel=1e-5)


@given(st.integers(1, 8), st.integers(0, 999), st.floats(0.001, 100))
def test_symmetric_scale_free_and_order_free(batch, seed, temperature):
    image, text = pairs(seed, batch)
    loss = contrastive_loss(image, text, temperature)
    assert loss >= 0 and math.isfinite(loss)
    assert contrastive_loss(text, image, temperature) == pytest.approx(loss, abs=1e-9)
    assert contrastive_loss(1e200 * image, 1e-200 * text, temperature) == pytest.approx(
        loss, abs=1e-9
    )
    order = np.random.default_rng(seed).permutation(batch)
    assert contrastive_loss(image[order], text[order], temperature) == pytest.approx(loss, abs=1e-9)


def test_closed_forms():
    x = np.ones((7, 4))  # no information: the logarithm of the batch size
    assert contrastive_loss(x, x, 0.01) == pytest.approx(math.log(7))
    assert contrastive_loss(x[:1], x[:1], 0.07) == 0  # one pair: nothing to confuse it with
    eye = np.eye(4)  # perfect pairs at right angles
    assert contrastive_loss(eye, eye, 0.5) == pytest.approx(math.log(1 + 3 * math.exp(-2)))
    # The wrong text, with certainty: 1/tau, without overflow.
    assert contrastive_loss(eye, np.roll(eye, 1, axis=0), 1e-4) == pytest.approx(1e4)


def test_gradient_is_the_finite_difference():
    # Move one logit: orthonormal texts make row i of the image embedding its own logits.
    text, tau = np.eye(4), 0.3
    logits = np.random.default_rng(1).normal(size=(4, 4))

    def loss(x):
        rows = x - np.log(np.exp(x).sum(axis=1))[:, None]
        columns = x - np.log(np.exp(x).sum(axis=0))
        return -(np.trace(rows) + np.trace(columns)) / 8

    image = logits / np.linalg.norm(logits, axis=1)[:, None]
    scaled, h = image / tau, 1e-6
    assert contrastive_loss(image, text, tau) == pytest.approx(loss(scaled))
    expected = np.zeros((4, 4))
    for index in np.ndindex(4, 4):
        step = np.zeros((4, 4))
        step[index] = h
        expected[index] = (loss(scaled + step) - loss(scaled - step)) / (2 * h)
    gradient = logit_gradient(image, text, tau)
    np.testing.assert_allclose(gradient, expected, atol=1e-9)
    assert gradient.sum() == pytest.approx(0, abs=1e-12)


def test_zero_shot():
    p = zero_shot([[1.0, 0.0], [1.0, 1.0]], [[2.0, 0.0], [0.0, 3.0]], 0.5)
    odds = math.exp(2)
    np.testing.assert_allclose(p, [[odds / (1 + odds), 1 / (1 + odds)], [0.5, 0.5]])


def test_unit_rows_of_extreme_size():
    np.testing.assert_allclose(unit_rows("x", [[3e300, 4e300], [3e-300, 4e-300]]), [[0.6, 0.8]] * 2)


@pytest.mark.parametrize(
    ("image", "text", "temperature", "message"),
    [
        (np.ones((2, 3)), np.ones((3, 3)), 1, "must make pairs, got 2 and 3 rows"),
        (np.ones((2, 3)), np.ones((2, 4)), 1, r"text has shape \(2, 4\), expected \(batch, 3\)"),
        (np.zeros((2, 3)), np.ones((2, 3)), 1, r"image, of shape \(2, 3\), has a row of zeros"),
        (np.ones((2, 3)), np.ones((2, 3)), 0, "temperature must be a finite number above 0"),
        (np.ones(3), np.ones((2, 3)), 1, r"image has shape \(3,\)"),
        (np.full((1, 1), np.nan), np.ones((1, 1)), 1, "image, of shape .1, 1., holds NaN"),
    ],
)
def test_bad_input(image, text, temperature, message):
    for function in (contrastive_loss, logit_gradient):
        with pytest.raises(ValueError, match=message):
            function(image, text, temperature)
