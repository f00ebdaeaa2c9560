"""Kahneman–Tversky optimisation (Ethayarajh et al. 2024, arXiv:2402.01306).

--8<-- [start:example]
>>> import numpy as np
>>> from lab.rlhf.kto import kto_loss, reference_point
>>> z0 = reference_point([-20.0, -31.0, -18.0], [-21.5, -30.0, -19.0])  # mean of 1.5, -1, 1
>>> round(z0, 4)
0.5
>>> logp, ref_logp = np.array([-12.0, -14.0]), np.array([-13.0, -13.5])  # log-ratios 1 and -0.5
>>> round(kto_loss(logp, ref_logp, [True, False], z0, beta=0.1, lambda_d=1, lambda_u=1), 4)
0.4813
>>> reference_point([-20.0], [-19.0])  # an estimate below 0 counts as 0
0.0
>>> # A log-ratio of +-100 is settled: its loss, and so its gradient, has all but vanished
>>> round(kto_loss([-1.0], [-101.0], [True], z0, beta=0.1, lambda_d=1, lambda_u=1), 6)
4.8e-05

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import array, positive
from lab.rlhf.common import log_probabilities, sigmoid


# --8<-- [start:kto_loss]
def kto_loss(
    logp: ArrayLike,
    ref_logp: ArrayLike,
    desirable: ArrayLike,
    z0: float,
    beta: float,
    lambda_d: float = 1.0,
    lambda_u: float = 1.0,
) -> float:
    """Mean of λ_y − v, v = λ_D σ(β(r_θ − z_0)) if desirable, else λ_U σ(β(z_0 − r_θ)).

    Here r_θ = log(π_θ/π_ref), and z_0 is a constant: no gradient flows through it.

    Source: Ethayarajh et al. 2024 (arXiv:2402.01306), the definition of L_KTO.

    Args:
        logp: log π_θ(y|x) summed over the answer's tokens, shape (batch,), each ≤ 0.
        ref_logp: log π_ref(y|x), shape (batch,).
        desirable: True (or 1) where the answer was liked, shape (batch,). No pairs needed.
        z0: the reference point, ≥ 0: see ``reference_point``.
        beta: β > 0; the larger, the sooner a gain or loss is settled.
        lambda_d: weight λ_D > 0 of desirable answers.
        lambda_u: weight λ_U > 0 of undesirable answers. The paper advises weights that keep
            λ_D n_D / (λ_U n_U) in [1, 3/2].

    Returns:
        The mean loss, between 0 and the larger weight.

    Raises:
        ValueError: if the shapes differ, a label is no truth value, or a number is out of range.
    """
    pi, ref = log_probabilities(("batch",), logp=logp, ref_logp=ref_logp)
    liked = array("desirable", desirable, pi.shape)
    if not np.isin(liked, (0, 1)).all():
        raise ValueError(f"desirable must hold True or False only, got {liked}")
    if not (np.isfinite(z0) and z0 >= 0):
        raise ValueError(f"z0 must be a finite number of at least 0, got {z0!r}")
    weight = np.where(liked, positive("lambda_d", lambda_d), positive("lambda_u", lambda_u))
    gain = np.where(liked, 1, -1) * (pi - ref - z0)
    # λ − λσ(u) is λσ(−u), which keeps its digits when the answer is settled
    return float((weight * sigmoid(-positive("beta", beta) * gain)).mean())


# --8<-- [end:kto_loss]


# --8<-- [start:reference_point]
def reference_point(mismatched_logp: ArrayLike, mismatched_ref_logp: ArrayLike) -> float:
    """z_0: the batch's estimate of KL(π_θ‖π_ref), from answers paired with *other* prompts.

    It is max(0, mean of log π_θ(y_j|x_i) − log π_ref(y_j|x_i)).

    Source: Ethayarajh et al. 2024 (arXiv:2402.01306), the estimate of z_0 below L_KTO.

    Args:
        mismatched_logp: log π_θ(y_j|x_i), j ≠ i, e.g. the batch's answers shifted by one;
            shape (batch,), each ≤ 0.
        mismatched_ref_logp: log π_ref(y_j|x_i), shape (batch,).

    Returns:
        z_0 ≥ 0, in nats, to be treated as a constant.

    Raises:
        ValueError: if the shapes differ or a log-probability is above 0.
    """
    pi, ref = log_probabilities(
        ("batch",), mismatched_logp=mismatched_logp, mismatched_ref_logp=mismatched_ref_logp
    )
    return max(0.0, float((pi - ref).mean()))


# --8<-- [end:reference_point]
