import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.hallucination.selfcheck import bertscore, nli, prompt, unigram


def test_unigram_by_hand():
    # Counts over answer and samples: a 4, b 2, c 1 and d 1 of 8 tokens.
    mean, worst = unigram([["a", "c"], ["a", "b"]], [["a", "d"], ["a", "b"]])
    ln2 = math.log(2)
    np.testing.assert_allclose(mean, [(1 + 3) / 2 * ln2, (1 + 2) / 2 * ln2])
    np.testing.assert_allclose(worst, [3 * ln2, 2 * ln2])


@given(st.integers(1, 50))
def test_a_token_that_samples_repeat_is_less_suspicious(n):
    _, worst = unigram([["x"], ["y"]], [["x"]] * n)
    np.testing.assert_allclose(worst, [math.log((n + 2) / (n + 1)), math.log(n + 2)])


def test_nli():
    scores = nli([[0.0, 0.0], [math.log(3), -1e4]], [[0.0, 0.0], [0.0, 1e4]])
    np.testing.assert_allclose(scores, [0.5, (0.25 + 1) / 2])
    np.testing.assert_array_equal(nli([[1e4]], [[-1e4]]), [0])


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_nli_is_a_softmax_over_two(entail, contradict):
    exact = 1 / (1 + math.exp(entail - contradict))
    assert nli([[entail]], [[contradict]])[0] == pytest.approx(exact)


def test_bertscore_takes_the_best_sentence_of_each_sample():
    samples = [[[0.2, 0.9], [0.1, 0.3]], [[0.5], [0.5]]]  # two and one sentences long
    np.testing.assert_allclose(bertscore(samples), [1 - (0.9 + 0.5) / 2, 1 - (0.3 + 0.5) / 2])


def test_prompt():
    scores = prompt([["Yes", " yes.", "No"], ["no", "NO!", "Not sure"], ["n/a", "Maybe", "yes"]])
    np.testing.assert_allclose(scores, [1 / 3, 1, 1 / 3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nli([1.0], [1.0]), r"entail has shape \(1,\), expected \(sentences, samples\)"),
        (lambda: unigram([], [["a"]]), "sentences and samples must not be empty, got 0 and 1"),
        (lambda: unigram([["a"]], []), "sentences and samples must not be empty, got 1 and 0"),
        (lambda: unigram([["a"], []], [["a"]]), r"sentences\[1\] has no tokens"),
        (lambda: nli([[0.0]], [[0.0, 1.0]]), r"contradict has shape \(1, 2\), expected \(1, 1\)"),
        (lambda: nli([[math.nan]], [[0.0]]), "entail, of shape .* holds NaN"),
        (lambda: bertscore([]), "similarity is empty"),
        (lambda: bertscore([[[0.1]], [[0.1], [0.2]]]), r"similarity\[1\] has shape \(2, 1\)"),
        (lambda: prompt([]), "answers must hold at least one reply for each sentence"),
        (lambda: prompt([["yes"], []]), "answers must hold at least one reply for each sentence"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
