"""Reward modelling from comparisons (Bradley & Terry 1952; Ouyang et al. 2022, arXiv:2203.02155).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rlhf.reward_model import bradley_terry_loss, pairwise_ranking_loss
>>> round(bradley_terry_loss([2.0], [0.5]), 4)  # a margin of 1.5: p(chosen wins) = 0.82
0.2014
>>> round(bradley_terry_loss([102.0], [100.5]), 4)  # a constant added to every score: no effect
0.2014
>>> round(bradley_terry_loss([0.5], [2.0]), 4)  # the wrong way round costs the margin more
1.7014
>>> scores = np.array([[3.0, 2.0, 1.0, 0.0]])  # K = 4 answers, ranked best first
>>> round(pairwise_ranking_loss(scores), 4)  # 6 pairs: 3 of margin 1, 2 of 2, 1 of 3
0.207
>>> round((3 * 0.31326 + 2 * 0.12693 + 0.04859) / 6, 4)
0.207

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import array
from lab.rlhf.common import alike, log_sigmoid


# --8<-- [start:bradley_terry_loss]
def bradley_terry_loss(chosen: ArrayLike, rejected: ArrayLike) -> float:
    """Mean negative log-likelihood −log σ(r_w − r_l) that each chosen answer wins.

    Source: Rafailov et al. 2023 (arXiv:2305.18290), eq. 2; the model is Bradley & Terry 1952.

    Args:
        chosen: scores r_φ(x, y_w) of the preferred answers, shape (batch,), any real numbers.
        rejected: scores r_φ(x, y_l) of the other answers, shape (batch,).

    Returns:
        The mean loss in nats; log 2 when the scores are equal.

    Raises:
        ValueError: if an argument is empty, not finite, or of another shape.
    """
    r_w, r_l = alike(("batch",), chosen=chosen, rejected=rejected)
    return float(-log_sigmoid(r_w - r_l).mean())


# --8<-- [end:bradley_terry_loss]


# --8<-- [start:pairwise_ranking_loss]
def pairwise_ranking_loss(scores: ArrayLike) -> float:
    """Bradley–Terry loss over all K(K−1)/2 pairs of each prompt's K ranked answers.

    Source: Ouyang et al. 2022 (arXiv:2203.02155), eq. 1.

    Args:
        scores: r_φ(x, y_k), shape (batch, K) with K ≥ 2; column 0 is the answer people ranked
            best, the last column the worst.

    Returns:
        The mean over pairs, then over prompts, in nats.

    Raises:
        ValueError: if ``scores`` is not a finite (batch, K) array with K ≥ 2.
    """
    r = array("scores", scores, ("batch", "K"))
    if r.shape[1] < 2:
        raise ValueError(f"scores has shape {r.shape}, expected at least 2 answers a prompt")
    better, worse = np.triu_indices(r.shape[1], k=1)
    return float(-log_sigmoid(r[:, better] - r[:, worse]).mean())


# --8<-- [end:pairwise_ranking_loss]
