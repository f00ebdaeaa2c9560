"""What TRL's loss methods read from their trainer, without a model, a tokenizer or a GPU.

``SimpleNamespace`` plays the trainer (``self``), so that the library's own loss code runs on
log-probabilities that a test chooses.
"""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import torch


def accelerator() -> SimpleNamespace:
    return SimpleNamespace(
        device=torch.device("cpu"),
        num_processes=1,
        sync_gradients=True,
        gather=lambda x: x,
        gather_for_metrics=lambda x: x,
        reduce=lambda x, reduction="sum": x,
    )


def trainer(**settings: Any) -> SimpleNamespace:
    return SimpleNamespace(
        accelerator=accelerator(),
        model=SimpleNamespace(training=False),
        aux_loss_enabled=False,
        precompute_ref_logps=False,
        _metrics={"train": defaultdict(list), "eval": defaultdict(list)},
        _total_train_tokens=0,
        _tp_size=1,
        **settings,
    )


class Model(torch.nn.Module):
    """A model that answers every call with the output it was given."""

    is_gradient_checkpointing = False

    def __init__(self, output: SimpleNamespace) -> None:
        super().__init__()
        self.output = output
        self.eval()

    def forward(self, **_: Any) -> SimpleNamespace:
        return self.output


def sequences(log_prob: torch.Tensor) -> tuple[Model, torch.Tensor]:
    """A model giving these answers' log-probabilities, split over three tokens, and the mask."""
    per_token = log_prob[:, None] * torch.tensor([0.5, 0.2, 0.3], dtype=torch.float64)
    output = SimpleNamespace(
        log_probs=per_token,
        entropy=torch.zeros_like(per_token),
        mean_logits=torch.zeros_like(per_token),
        is_top1=torch.zeros_like(per_token, dtype=torch.bool),
    )
    # one prompt token, then three of the answer
    return Model(output), torch.tensor([[0, 1, 1, 1]]).repeat(len(log_prob), 1)
