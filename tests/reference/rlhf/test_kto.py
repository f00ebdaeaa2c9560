"""TRL's KTO loss and reference point against lab's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from trl import KTOTrainer

from lab.rlhf.kto import kto_loss, reference_point
from tests.reference.rlhf.stand_in import sequences, trainer

BETA, LAMBDA_D, LAMBDA_U = 0.2, 1.25, 0.75
RNG = np.random.default_rng(1)
LOGP, REF = -RNG.uniform(5, 25, (2, 6))
DESIRABLE = np.array([True, False, True, True, False, False])


def trl(kl_logp, kl_ref):
    model, mask = sequences(torch.tensor(LOGP))
    self = trainer(
        beta=BETA,
        desirable_weight=LAMBDA_D,
        undesirable_weight=LAMBDA_U,
        calculate_KL=True,
        loss_type="kto",
        args=SimpleNamespace(gradient_checkpointing_kwargs=None),
        ref_model=sequences(torch.tensor(REF))[0],
    )
    self.model = model
    kl = {model: torch.tensor(kl_logp), self.ref_model: torch.tensor(kl_ref)}
    self._compute_kl_logps = lambda model, batch: kl[model]
    inputs = {"input_ids": torch.zeros_like(mask), "attention_mask": mask}
    inputs |= {"completion_mask": mask, "label": torch.tensor(DESIRABLE)}
    loss = KTOTrainer._compute_loss(self, model, inputs, False)
    return loss.item(), self._metrics["eval"]["kl"][0]


def test_against_trl(record) -> None:
    values = {"logp": LOGP, "ref": REF, "desirable": DESIRABLE, "beta": BETA}
    values |= {"lambda_d": LAMBDA_D, "lambda_u": LAMBDA_U}
    kl_ref = -RNG.uniform(5, 25, 6)
    for name, shift in (("above", 1.5), ("below", -1.5)):  # z_0 counts, and z_0 is clamped to 0
        kl_logp = np.minimum(kl_ref + shift + RNG.normal(size=6), 0)
        loss, kl = trl(kl_logp, kl_ref)
        z0 = reference_point(kl_logp, kl_ref)
        np.testing.assert_allclose(z0, kl, rtol=1e-6)
        ours = kto_loss(LOGP, REF, DESIRABLE, z0, BETA, LAMBDA_D, LAMBDA_U)
        np.testing.assert_allclose(ours, loss, rtol=1e-6)
        values |= {f"mismatched_{name}": kl_logp, f"loss_{name}": loss, f"z0_{name}": kl}
    assert values["z0_above"] > 0 == values["z0_below"]
    record("rlhf/kto", values | {"mismatched_ref": kl_ref}, "trl", "torch")
