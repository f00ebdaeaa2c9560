"""TRL's ORPO odds-ratio loss against lab's."""

from __future__ import annotations

import numpy as np
import torch
from trl.experimental.orpo import ORPOTrainer

from lab.rlhf.orpo import orpo_loss
from tests.reference.rlhf.stand_in import trainer

LAM = 0.25
RNG = np.random.default_rng(3)
PI_W, PI_L = -RNG.uniform(0.1, 60, (2, 6))
LEN_W, LEN_L = RNG.integers(1, 40, (2, 6))


def test_against_trl(record) -> None:
    self = trainer(beta=LAM)
    log_p_w, log_p_l = PI_W / LEN_W, PI_L / LEN_L
    losses, *_ = ORPOTrainer.odds_ratio_loss(self, torch.tensor(log_p_w), torch.tensor(log_p_l))
    # TRL's whole loss is the chosen answers' negative log-likelihood less the mean of these
    loss = -log_p_w.mean() - losses.mean().item()
    np.testing.assert_allclose(orpo_loss(PI_W, PI_L, LEN_W, LEN_L, LAM), loss, rtol=1e-6)
    values = {"pi_w": PI_W, "pi_l": PI_L, "len_w": LEN_W, "len_l": LEN_L}
    record("rlhf/orpo", values | {"lam": LAM, "loss": loss}, "trl", "torch")
