"""TRL's GRPO loss in four settings against lab's variants, and its advantages."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from trl import GRPOTrainer
from trl.trainer.utils import nanstd

from lab.rlhf.grpo import group_advantages, grpo_loss
from lab.rlhf.ppo import clipped_surrogate
from tests.reference.rlhf.stand_in import trainer

RNG = np.random.default_rng(5)
ANSWERS, TOKENS = 6, 7
OLD = -RNG.uniform(0.05, 3, (ANSWERS, TOKENS))
LOGP = np.minimum(OLD + RNG.normal(scale=0.3, size=OLD.shape), 0)
REF = -RNG.uniform(0.05, 3, (ANSWERS, TOKENS))
LENGTHS = np.array([7, 2, 5, 1, 4, 6])
MASK = (np.arange(TOKENS) < LENGTHS[:, None]).astype(float)
REWARDS = RNG.normal(size=(2, 3))
SETTINGS = {
    # variant: TRL's loss_type and importance_sampling_level, then ε, ε_high, β
    "grpo": ("grpo", "token", 0.2, 0.2, 0.04),
    "dr_grpo": ("dr_grpo", "token", 0.2, 0.2, 0.0),
    "dapo": ("dapo", "token", 0.2, 0.28, 0.0),
    "gspo": ("grpo", "sequence", 0.03, 0.04, 0.0),
}


def trl(loss_type, level, low, high, beta, advantages) -> float:
    tensor = {k: torch.tensor(v) for k, v in (("logp", LOGP), ("old", OLD), ("ref", REF))}
    self = trainer(
        loss_type=loss_type,
        importance_sampling_level=level,
        epsilon_low=low,
        epsilon_high=high,
        beta=beta,
        max_completion_length=TOKENS,
        top_entropy_quantile=1.0,
        off_policy_mask_threshold=None,
        use_vllm=False,
        _entropy_bonus_enabled=False,
        current_gradient_accumulation_steps=1,
        args=SimpleNamespace(delta=None, use_bias_correction_kl=False, steps_per_generation=1),
    )
    self._get_per_token_logps_and_entropies = lambda *_, **__: (
        tensor["logp"],
        torch.zeros(ANSWERS, TOKENS),
        None,
    )
    mask = torch.tensor(MASK)
    inputs = {"prompt_ids": torch.zeros(ANSWERS, 1), "prompt_mask": torch.ones(ANSWERS, 1)}
    inputs |= {"completion_ids": torch.zeros(ANSWERS, TOKENS), "completion_mask": mask}
    inputs |= {"advantages": torch.tensor(advantages), "old_per_token_logps": tensor["old"]}
    inputs |= {"ref_per_token_logps": tensor["ref"], "num_items_in_batch": mask.sum()}
    return GRPOTrainer._compute_loss(self, None, inputs).item()


def test_against_trl(record) -> None:
    values = {"logp": LOGP, "old": OLD, "ref": REF, "mask": MASK, "rewards": REWARDS}
    advantages = group_advantages(REWARDS).ravel()
    for variant, (loss_type, level, low, high, beta) in SETTINGS.items():
        loss = trl(loss_type, level, low, high, beta, advantages)
        if variant == "dr_grpo":  # TRL also divides by the longest length allowed
            loss *= TOKENS
        ours = grpo_loss(LOGP, OLD, advantages, MASK, low, high, REF, beta, variant)
        np.testing.assert_allclose(ours, loss, rtol=1e-6)
        values[variant] = loss
        values[f"{variant}_setting"] = np.array([low, high, beta])
    record("rlhf/grpo", values, "trl", "torch")


def test_advantages_differ_from_trl_by_the_sample_deviation() -> None:
    r = torch.tensor(REWARDS)
    trl_advantages = (r - r.mean(1, keepdim=True)) / (nanstd(r, dim=1, keepdim=True) + 1e-4)
    np.testing.assert_allclose(
        group_advantages(REWARDS) * np.sqrt(2 / 3), trl_advantages.numpy(), rtol=1e-3
    )


def test_ppo_clip_is_that_of_grpo_with_an_advantage_a_token(record) -> None:
    advantages = RNG.normal(size=OLD.shape)
    loss = trl("dapo", "token", 0.2, 0.2, 0.0, advantages)
    tokens = MASK == 1
    ours = clipped_surrogate(LOGP[tokens], OLD[tokens], advantages[tokens], 0.2)
    np.testing.assert_allclose(ours, -loss, rtol=1e-6)
    values = {"logp": LOGP[tokens], "old": OLD[tokens], "advantages": advantages[tokens]}
    record("rlhf/ppo", values | {"objective": -loss, "epsilon": 0.2}, "trl", "torch")
