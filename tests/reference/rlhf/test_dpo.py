"""TRL's DPO and IPO losses, and their gradients by autograd, against lab's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from trl import DPOTrainer

from lab.rlhf.dpo import dpo_gradient, dpo_loss, implicit_reward, ipo_loss
from tests.reference.rlhf.stand_in import sequences, trainer

BETA, TAU, TOKENS = 0.3, 0.2, 3
RNG = np.random.default_rng(0)
PI_W, PI_L, REF_W, REF_L = -RNG.uniform(0, 40, (4, 5))


def trl(loss_type: str, beta: float):
    """TRL's loss, and its gradient with respect to the chosen and rejected log-probabilities."""
    total = torch.tensor(np.concatenate([PI_W, PI_L]), requires_grad=True)
    model, mask = sequences(total)
    self = trainer(
        beta=beta,
        loss_types=[loss_type],
        loss_weights=[1.0],
        f_divergence_type="reverse_kl",
        ld_alpha=None,
        use_weighting=False,
        args=SimpleNamespace(gradient_checkpointing_kwargs=None),
        ref_model=sequences(torch.tensor(np.concatenate([REF_W, REF_L])))[0],
    )
    self.model = model
    inputs = {"input_ids": torch.zeros_like(mask), "attention_mask": mask}
    loss = DPOTrainer._compute_loss(self, model, inputs | {"completion_mask": mask}, False)
    (gradient,) = torch.autograd.grad(loss, total)
    return loss.item(), gradient.numpy(), self._metrics["eval"]


def test_against_trl(record) -> None:
    loss, gradient, metrics = trl("sigmoid", BETA)
    ipo, _, _ = trl("ipo", TAU)

    np.testing.assert_allclose(dpo_loss(PI_W, PI_L, REF_W, REF_L, BETA), loss, rtol=1e-6)
    ours = np.concatenate(dpo_gradient(PI_W, PI_L, REF_W, REF_L, BETA))
    np.testing.assert_allclose(ours, gradient, rtol=1e-6)
    # TRL averages each log-ratio over the answer's tokens before IPO's square
    averages = [x / TOKENS for x in (PI_W, PI_L, REF_W, REF_L)]
    np.testing.assert_allclose(ipo_loss(*averages, TAU), ipo, rtol=1e-6)
    for name, pi, ref in (("chosen", PI_W, REF_W), ("rejected", PI_L, REF_L)):
        np.testing.assert_allclose(
            implicit_reward(pi, ref, BETA).mean(), metrics[f"rewards/{name}"][0], rtol=1e-5
        )
    values = {"pi_w": PI_W, "pi_l": PI_L, "ref_w": REF_W, "ref_l": REF_L, "beta": BETA}
    values |= {"tau": TAU, "tokens": TOKENS, "dpo": loss, "gradient": gradient, "ipo": ipo}
    record("rlhf/dpo", values, "trl", "torch")
