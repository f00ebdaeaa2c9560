"""Self-RAG (Asai et al. 2023, arXiv:2310.11511), CRAG (Yan et al. 2024, arXiv:2401.15884).

Self-RAG's model writes four kinds of reflection token, and their probabilities steer decoding:
Retrieve (is a passage needed?), IsRel (is it relevant?), IsSup (does it support what was written?)
and IsUse (is the answer useful?, 1–5).

--8<-- [start:example]
>>> from lab.rag.reflection import crag_action, critique_scores, segment_score, should_retrieve
>>> should_retrieve([0.30, 0.65, 0.05], threshold=0.2)  # yes, no, continue: 0.3 > 0.2
True
>>> scores = critique_scores(
...     is_rel=[[0.9, 0.1], [0.6, 0.4]],  # relevant, irrelevant: one row a passage
...     is_sup=[[0.1, 0.2, 0.7], [0.7, 0.2, 0.1]],  # fully, partially, not supported
...     is_use=[[0, 0, 0, 0, 1], [0, 0, 0.2, 0.8, 0]])  # utility 1 … 5
>>> scores.round(2)
array([[0.9, 0.2, 1. ],
       [0.6, 0.8, 0.4]])
>>> segment_score([0.5, 0.4], scores).round(2)  # the supported segment wins over the likelier
array([2.1, 2. ])
>>> segment_score([0.5, 0.4], scores, weights=(1, 2, 0.5)).round(2)
array([2.3, 2.8])
>>> [crag_action(s, upper=0.59, lower=-0.99) for s in ([-1, 0.7], [-0.2, 0.5], [-1, -0.995])]
['correct', 'ambiguous', 'incorrect']

--8<-- [end:example]
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import Array, array, between

RETRIEVE = ("yes", "no", "continue")
IS_REL = ("relevant", "irrelevant")
IS_SUP = ("fully supported", "partially supported", "no support")
IS_USE = (1, 2, 3, 4, 5)

Action = Literal["correct", "incorrect", "ambiguous"]


def _shares(name: str, value: ArrayLike, tokens: int) -> Array:
    """Probabilities of the tokens of one kind, divided by their sum: rows that add up to 1."""
    p = array(name, value, ("passages", tokens))
    if (p < 0).any() or (p.sum(axis=1) <= 0).any():
        raise ValueError(f"{name}, of shape {p.shape}, must hold probabilities, not all 0 in a row")
    shares: Array = p / p.sum(axis=1, keepdims=True)
    return shares


# --8<-- [start:should_retrieve]
def should_retrieve(p_retrieve: ArrayLike, threshold: float) -> bool:
    """Self-RAG's soft rule: retrieve if Retrieve = yes has more than ``threshold`` of the mass.

    Source: Asai et al. 2023 (arXiv:2310.11511), section 3.3, "Adaptive retrieval with threshold".

    Args:
        p_retrieve: (3,), probabilities of the tokens yes, no and continue. Probabilities, not
            their logarithms: a ratio of logarithms reverses the decision.
        threshold: δ in 0–1; the greater, the rarer retrieval.

    Raises:
        ValueError: if the shape is wrong, a probability negative, or all are 0.
    """
    shares = _shares("p_retrieve", array("p_retrieve", p_retrieve, (3,))[None], 3)
    return bool(shares[0, 0] > between("threshold", threshold, 0, 1))


# --8<-- [end:should_retrieve]


# --8<-- [start:critique_scores]
def critique_scores(is_rel: ArrayLike, is_sup: ArrayLike, is_use: ArrayLike) -> Array:
    """One score for each kind of critique token, from the probabilities of its values.

    s(IsRel) = p(relevant) / Σ, s(IsSup) = (p(fully) + ½ p(partially)) / Σ, and
    s(IsUse) = Σ_u w_u p(u) / Σ with w = −1, −½, 0, ½, 1 for u = 1…5, where Σ is the sum over the
    values of that kind.

    Source: Asai et al. 2023 (arXiv:2310.11511), appendix A.3.

    Args:
        is_rel: (K, 2), relevant and irrelevant, for K passages.
        is_sup: (K, 3), fully, partially and not supported.
        is_use: (K, 5), utility 1 to 5.

    Returns:
        (K, 3): IsRel in 0–1, IsSup in 0–1, IsUse in −1–1.

    Raises:
        ValueError: if shapes do not agree, a probability is negative, or a row is all 0.
    """
    rel, sup, use = (
        _shares("is_rel", is_rel, 2),
        _shares("is_sup", is_sup, 3),
        array("is_use", is_use),
    )
    use = _shares("is_use", use, 5)
    if not len(rel) == len(sup) == len(use):
        raise ValueError(
            f"is_rel, is_sup and is_use have {len(rel)}, {len(sup)} and {len(use)} rows, "
            "expected one a passage in each"
        )
    return np.stack([rel[:, 0], sup @ [1, 0.5, 0], use @ [-1, -0.5, 0, 0.5, 1]], axis=1)


# --8<-- [end:critique_scores]


# --8<-- [start:segment_score]
def segment_score(
    p_segment: ArrayLike, critique: ArrayLike, weights: ArrayLike = (1.0, 1.0, 0.5)
) -> Array:
    """f(y_t, d, Critique) = p(y_t | x, d, y_<t) + Σ_G w^G s_t^G over G = IsRel, IsSup, IsUse.

    Source: Asai et al. 2023 (arXiv:2310.11511), eqs. 3 and 4, with its default weights 1, 1, ½.
    The released code takes exp(log-probability / length) for p, since the probability of a whole
    segment would vanish beside the scores.

    Args:
        p_segment: (K,), probability of the segment written from each of K passages, 0–1.
        critique: (K, 3), from :func:`critique_scores`.
        weights: (3,), w^IsRel, w^IsSup, w^IsUse: set at inference to suit the task.

    Returns:
        (K,); the segments with the greatest scores go on in the beam.

    Raises:
        ValueError: if a shape is wrong or a probability lies outside 0–1.
    """
    p = array("p_segment", p_segment, ("passages",))
    if (p < 0).any() or (p > 1).any():
        raise ValueError(f"p_segment must hold probabilities from 0 to 1, got {p}")
    s = array("critique", critique, (len(p), 3))
    score: Array = p + s @ array("weights", weights, (3,))
    return score


# --8<-- [end:segment_score]


# --8<-- [start:crag_action]
def crag_action(scores: ArrayLike, upper: float, lower: float) -> Action:
    """CRAG's three-way action from an evaluator's score of each retrieved document.

    Correct if one score is at least ``upper``: refine the documents and use them. Incorrect if all
    are below ``lower``: throw them away and search the web. Ambiguous otherwise: use both.

    Source: Yan et al. 2024 (arXiv:2401.15884), section 4.3; the code's thresholds for PopQA are
    0.592 and −0.995, for PubQA 0.5 and −0.915.

    Args:
        scores: (n,), one a document; the paper's evaluator scores from −1 to 1.
        upper: least score that proves the retrieval right.
        lower: score below which a document is worthless, at most ``upper``.

    Raises:
        ValueError: if ``scores`` is empty or not finite, or ``lower > upper``.
    """
    best = array("scores", scores, ("documents",)).max()
    if not lower <= upper:
        raise ValueError(f"lower must be at most upper, got lower={lower!r} and upper={upper!r}")
    return "correct" if best >= upper else "incorrect" if best < lower else "ambiguous"


# --8<-- [end:crag_action]
