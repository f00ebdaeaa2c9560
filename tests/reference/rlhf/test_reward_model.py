"""TRL's reward-model loss against lab's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from trl import RewardTrainer

from lab.rlhf.reward_model import bradley_terry_loss, pairwise_ranking_loss
from tests.reference.rlhf.stand_in import trainer

RNG = np.random.default_rng(4)
SCORES = RNG.normal(scale=3, size=(5, 4))


def trl(chosen, rejected) -> float:
    logits = torch.tensor(np.concatenate([chosen, rejected]))[:, None]
    self = trainer(args=SimpleNamespace(center_rewards_coefficient=None))
    return RewardTrainer.compute_loss(self, lambda **_: SimpleNamespace(logits=logits), {}).item()


def test_against_trl(record) -> None:
    pair = trl(SCORES[:, 0], SCORES[:, 1])
    np.testing.assert_allclose(bradley_terry_loss(SCORES[:, 0], SCORES[:, 1]), pair, rtol=1e-12)
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    ranking = np.mean([trl(SCORES[:, i], SCORES[:, j]) for i, j in pairs])
    np.testing.assert_allclose(pairwise_ranking_loss(SCORES), ranking, rtol=1e-12)
    values = {"scores": SCORES, "pair": pair, "ranking": float(ranking)}
    record("rlhf/reward_model", values, "trl", "torch")
