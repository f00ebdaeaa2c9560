r"""SelfCheckGPT: does the model say it again? (Manakul et al. 2023, arXiv:2303.08896)

--8<-- [start:example]
>>> import re
>>> from lab.hallucination.selfcheck import bertscore, nli, prompt, unigram
>>> def tokens(text):
...     return re.findall(r"\w+|[^\w\s]", text.lower())
>>> name = "Michael Alan Weiner"  # the example of the authors' README
>>> answer = [f"{name} (born March 31, 1942) is an American radio host.",
...           "He is the host of The Savage Nation."]
>>> samples = [
...     f"{name} (born March 31, 1942) is an American radio host. He is the host of The Savage "
...     "Country.",
...     f"{name} (born January 13, 1960) is a Canadian radio host. He works at The New York Times.",
...     f"{name} (born March 31, 1942) is an American radio host. He obtained his PhD from MIT."]
>>> mean, worst = unigram([tokens(s) for s in answer], [tokens(s) for s in samples])
>>> mean.round(4), worst.round(4)  # the README prints 3.1843, 3.2798 and 3.4761, 4.5747
(array([3.1843, 3.2798]), array([3.4761, 4.5747]))
>>> prompt([["Yes", "No", "Yes"], ["Yes", "No", "No, it is not."]]).round(2)  # supported?
array([0.33, 0.67])

--8<-- [end:example]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array


# --8<-- [start:unigram]
def unigram(
    sentences: Sequence[Sequence[str]], samples: Sequence[Sequence[str]]
) -> tuple[Array, Array]:
    r"""How surprising a sentence's tokens are to a unigram model of the samples.

    The model counts tokens of all samples *and of the answer itself*, so that none has
    probability 0: one more sample's worth of smoothing.

    Source: Manakul et al. 2023 (arXiv:2303.08896), section 5.3.

    Args:
        sentences: the answer's sentences, each a list of tokens.
        samples: further answers to the same prompt, each a list of tokens.

    Returns:
        Mean and maximum over a sentence's tokens of $-\ln\tilde p$, each of shape (sentences,).
        Higher is more suspicious.

    Raises:
        ValueError: if there is no sentence or no sample, or a sentence has no tokens.
    """
    if not sentences or not samples:
        raise ValueError(
            f"sentences and samples must not be empty, got {len(sentences)} and {len(samples)}"
        )
    counts = Counter(token for text in (*sentences, *samples) for token in text)
    mean, worst = [], []
    for i, sentence in enumerate(sentences):
        if not sentence:
            raise ValueError(f"sentences[{i}] has no tokens")
        surprise = -np.log([counts[token] / counts.total() for token in sentence])
        mean.append(surprise.mean())
        worst.append(surprise.max())
    return np.array(mean), np.array(worst)


# --8<-- [end:unigram]


# --8<-- [start:nli]
def nli(entail: ArrayLike, contradict: ArrayLike) -> Array:
    r"""Mean over samples of $P(\mathrm{contradict})=e^{z_c}/(e^{z_e}+e^{z_c})$, neutral left out.

    Source: Manakul et al. 2023 (arXiv:2303.08896), section 5.4.

    Args:
        entail: logits $z_e$ that sample n entails sentence i, shape (sentences, samples).
        contradict: logits $z_c$ that it contradicts it, same shape.

    Returns:
        From 0 (supported) to 1, shape (sentences,).

    Raises:
        ValueError: if the shapes differ.
    """
    z_e = array("entail", entail, ("sentences", "samples"))
    z_c = array("contradict", contradict, z_e.shape)
    scores: Array = np.exp(-np.logaddexp(0, z_e - z_c)).mean(axis=1)
    return scores


# --8<-- [end:nli]


# --8<-- [start:bertscore]
def bertscore(similarity: Sequence[ArrayLike]) -> Array:
    r"""$1-\frac1N\sum_n\max_k B(r_i, s_k^n)$: is there a sentence like it in each sample?

    Source: Manakul et al. 2023 (arXiv:2303.08896), section 5.1.

    Args:
        similarity: one array a sample, of shape (sentences, sentences of that sample), with
            similarities $B$, 1 for the same meaning.

    Returns:
        Shape (sentences,); higher is more suspicious.

    Raises:
        ValueError: if there is no sample or the numbers of sentences differ.
    """
    if not len(similarity):
        raise ValueError("similarity is empty: expected one array a sample")
    sentences = len(array("similarity[0]", similarity[0], ("sentences", "sample sentences")))
    best = [
        array(f"similarity[{n}]", b, (sentences, "sample sentences")).max(axis=1)
        for n, b in enumerate(similarity)
    ]
    scores: Array = 1 - np.mean(best, axis=0)
    return scores


# --8<-- [end:bertscore]


# --8<-- [start:prompt]
def prompt(answers: Sequence[Sequence[str]]) -> Array:
    """Ask a model whether the sample supports the sentence: yes 0, no 1, anything else 1/2.

    Source: Manakul et al. 2023 (arXiv:2303.08896), section 5.5.

    Args:
        answers: the model's replies, one list a sentence with one reply a sample.

    Returns:
        Mean over samples, shape (sentences,).

    Raises:
        ValueError: if there is no sentence or a sentence has no reply.
    """

    def score(reply: str) -> float:
        reply = reply.strip().lower()
        return 0.0 if reply.startswith("yes") else 1.0 if reply.startswith("no") else 0.5

    if not answers or not all(answers):
        raise ValueError("answers must hold at least one reply for each sentence")
    return np.array([np.mean([score(reply) for reply in replies]) for replies in answers])


# --8<-- [end:prompt]
