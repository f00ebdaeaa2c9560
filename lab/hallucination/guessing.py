"""Why guessing pays, and why rare facts are guessed (Kalai et al. 2025, arXiv:2509.04664).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.hallucination.guessing import (
...     expected_score, generative_error, missing_mass, singleton_rate)
>>> [round(expected_score(p, threshold=0.0), 2) for p in (0.1, 0.5, 0.9)]  # wrong costs nothing
[0.1, 0.5, 0.9]
>>> [round(expected_score(p, threshold=0.75), 2) for p in (0.1, 0.5, 0.9)]  # wrong costs 3 points
[-2.6, -1.0, 0.6]
>>> p = 1 / np.arange(1, 10_001) ** 1.1  # 10,000 facts, few common and many rare
>>> p /= p.sum()
>>> facts = np.random.default_rng(0).choice(len(p), size=20_000, p=p)  # 20,000 mentions
>>> round(singleton_rate(facts), 3), round(missing_mass(facts, p), 3)
(0.1, 0.1)
>>> valid = np.array([True, True, False, False, False, False])
>>> truth, model = np.array([0.5, 0.5, 0, 0, 0, 0]), np.array([0.4, 0.2, 0.3, 0.1, 0.0, 0.0])
>>> [round(x, 3) for x in generative_error(truth, model, valid)]  # error, and its lower bound
[0.4, 0.05]

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between


# --8<-- [start:expected_score]
def expected_score(confidence: float, threshold: float) -> float:
    r"""What answering earns: 1 if right, $-t/(1-t)$ if wrong; "I don't know" earns 0.

    $p-(1-p)\,t/(1-t)=(p-t)/(1-t)$, so answering pays exactly above $t$. Usual grading is
    $t=0$: it always pays.

    Source: Kalai et al. 2025 (arXiv:2509.04664), section 4.2.

    Args:
        confidence: $p$, the probability that the answer is right.
        threshold: $t$, from 0 up to but not including 1.

    Returns:
        The expected score.

    Raises:
        ValueError: if an argument is out of range.
    """
    p = between("confidence", confidence, 0, 1)
    t = between("threshold", threshold, 0, float(np.nextafter(1, 0)))
    return (p - t) / (1 - t)


# --8<-- [end:expected_score]


# --8<-- [start:singleton_rate]
def singleton_rate(facts: ArrayLike) -> float:
    r"""The share of mentions whose fact is mentioned only once, $N_1/N$.

    Good–Turing: it estimates the probability that the next mention is of a fact not seen yet.

    Source: Good 1953; Kalai et al. 2025 (arXiv:2509.04664), section 3.3.

    Args:
        facts: which fact each mention is of, shape (mentions,).

    Returns:
        From 0 to 1.

    Raises:
        ValueError: if there is no mention.
    """
    x = array("facts", facts, ("mentions",))
    return float((np.unique(x, return_counts=True)[1] == 1).sum() / len(x))


def missing_mass(facts: ArrayLike, probabilities: ArrayLike) -> float:
    r"""The probability of all facts that were never mentioned: what Good–Turing estimates.

    Source: Good 1953, "The population frequencies of species and the estimation of population
    parameters".

    Args:
        facts: which fact each mention is of, an index into ``probabilities``.
        probabilities: of each fact, shape (facts,).

    Returns:
        From 0 to 1.

    Raises:
        ValueError: if an index is out of range or the probabilities do not add up to 1.
    """
    p = _distribution("probabilities", probabilities)
    x = array("facts", facts, ("mentions",))
    if (x != x.round()).any() or x.min() < 0 or x.max() >= len(p):
        raise ValueError(f"facts must be indices from 0 to {len(p) - 1}")
    return float(np.delete(p, np.unique(x.astype(int))).sum())


# --8<-- [end:singleton_rate]


def _distribution(name: str, p: ArrayLike, shape: tuple[int | str, ...] = ("n",)) -> Array:
    p = array(name, p, shape)
    if p.min() < 0 or not np.isclose(p.sum(), 1):
        raise ValueError(f"{name} must be at least 0 and add up to 1, got a sum of {p.sum()}")
    return p


# --8<-- [start:generative_error]
def generative_error(truth: ArrayLike, model: ArrayLike, valid: ArrayLike) -> tuple[float, float]:
    r"""How often a model says something invalid, and the lower bound from telling valid apart.

    $\hat p(\mathcal E)\ge2\,\mathrm{err}_{iiv}-|\mathcal V|/|\mathcal E|-\delta$. The classifier
    calls $x$ valid if $\hat p(x)>1/|\mathcal E|$; it is tested on valid $x\sim p$ and uniformly
    drawn invalid ones, half each. $\delta=|\hat p(\mathcal A)-p(\mathcal A)|$ on what it calls
    valid is small for a calibrated model.

    Source: Kalai et al. 2025 (arXiv:2509.04664), theorem 1 without prompts.

    Args:
        truth: $p$ of each possible output, 0 on invalid ones, shape (n,).
        model: $\hat p$, shape (n,).
        valid: which outputs are valid, shape (n,); at least one is not.

    Returns:
        The error rate and its lower bound, which may be below 0 and then says nothing.

    Raises:
        ValueError: if a shape does not fit or ``truth`` gives weight to an invalid output.
    """
    p = _distribution("truth", truth)
    q = _distribution("model", model, p.shape)
    v = array("valid", np.asarray(valid, dtype=float), p.shape) > 0
    if v.all() or p[~v].any():
        raise ValueError("truth must be 0 on invalid outputs, of which there must be one")
    invalid = (~v).sum()
    accepted = q > 1 / invalid
    misclassified = p[~accepted].sum() / 2 + (accepted & ~v).sum() / invalid / 2
    delta = abs(q[accepted].sum() - p[accepted].sum())
    return float(q[~v].sum()), float(2 * misclassified - v.sum() / invalid - delta)


# --8<-- [end:generative_error]
