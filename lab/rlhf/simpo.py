"""SimPO: preference optimisation without a reference (Meng et al. 2024, arXiv:2405.14734).

--8<-- [start:example]
>>> from lab.rlhf.simpo import simpo_loss
>>> # The chosen answer is long: less likely as a whole, more likely a token (-0.5 against -0.8)
>>> round(simpo_loss([-20.0], [-8.0], [40], [10], beta=2.0, gamma=0.5), 4)  # 2 x 0.3 - 0.5 = 0.1
0.6444
>>> round(simpo_loss([-20.0], [-8.0], [40], [10], beta=2.0, gamma=0.0), 4)  # no margin asked for
0.4375
>>> round(simpo_loss([-20.0], [-8.0], [1], [1], beta=2.0, gamma=0.5), 4)  # sums: long loses by 24
24.5

--8<-- [end:example]
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lab.arguments import positive
from lab.rlhf.common import lengths, log_probabilities, log_sigmoid


# --8<-- [start:simpo_loss]
def simpo_loss(
    pi_w: ArrayLike,
    pi_l: ArrayLike,
    len_w: ArrayLike,
    len_l: ArrayLike,
    beta: float,
    gamma: float,
) -> float:
    """Mean of −log σ(β/|y_w| log π_θ(y_w) − β/|y_l| log π_θ(y_l) − γ).

    Source: Meng et al. 2024 (arXiv:2405.14734), eq. 6.

    Args:
        pi_w: log π_θ(y_w|x) of the chosen answers, summed over tokens, shape (batch,), each ≤ 0.
        pi_l: log π_θ(y_l|x) of the rejected answers, shape (batch,).
        len_w: |y_w| in tokens, whole numbers ≥ 1, shape (batch,).
        len_l: |y_l| in tokens, shape (batch,).
        beta: scale β > 0 of the reward; 2 to 10 in the paper, not DPO's 0.1.
        gamma: target margin γ ≥ 0 between the two rewards. (TRL's ``simpo_gamma`` too; the
            authors' code asks for γ/β.)

    Returns:
        The mean loss in nats.

    Raises:
        ValueError: if the shapes differ, or an argument is out of range.
    """
    pi_w, pi_l = log_probabilities(("batch",), pi_w=pi_w, pi_l=pi_l)
    r_w = positive("beta", beta) * pi_w / lengths("len_w", len_w, pi_w.shape)
    r_l = beta * pi_l / lengths("len_l", len_l, pi_l.shape)
    if not (np.isfinite(gamma) and gamma >= 0):
        raise ValueError(f"gamma must be a finite number of at least 0, got {gamma!r}")
    return float(-log_sigmoid(r_w - r_l - gamma).mean())


# --8<-- [end:simpo_loss]
