"""TRL's SimPO loss (in its CPO trainer) against lab's."""

from __future__ import annotations

import numpy as np
import torch
from trl.experimental.cpo import CPOTrainer

from lab.rlhf.simpo import simpo_loss
from tests.reference.rlhf.stand_in import trainer

BETA, GAMMA = 2.5, 1.2
RNG = np.random.default_rng(2)
PI_W, PI_L = -RNG.uniform(5, 60, (2, 6))
LEN_W, LEN_L = RNG.integers(5, 40, (2, 6))


def test_against_trl(record) -> None:
    self = trainer(beta=BETA, simpo_gamma=GAMMA, alpha=0.0, label_smoothing=0.0, loss_type="simpo")
    losses, chosen, _ = CPOTrainer.cpo_loss(
        self, torch.tensor(PI_W / LEN_W), torch.tensor(PI_L / LEN_L)
    )
    ours = simpo_loss(PI_W, PI_L, LEN_W, LEN_L, BETA, GAMMA)
    np.testing.assert_allclose(ours, losses.mean().item(), rtol=1e-12)
    np.testing.assert_allclose(chosen.numpy(), BETA * PI_W / LEN_W)
    values = {"pi_w": PI_W, "pi_l": PI_L, "len_w": LEN_W, "len_l": LEN_L}
    values |= {"beta": BETA, "gamma": GAMMA, "loss": losses.mean().item()}
    record("rlhf/simpo", values, "trl", "torch")
