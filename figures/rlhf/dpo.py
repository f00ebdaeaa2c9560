"""What DPO's weight does, and how the chosen answer can lose probability while the loss falls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from figures.style import BLUE, GREEN, GREY, ORANGE, RED, figure
from lab.rlhf.dpo import dpo_gradient, dpo_loss

BETA, RATE, STEPS = 0.1, 2.0, 240
# One answer a row: the fixed output embedding w_y. Only the prompt's hidden state φ is trained.
ANSWERS = np.array(
    [[2.0, 0.6], [2.0, 0.2], [0.0, 2.0], [0.0, 0.0]]
)  # chosen, rejected, third, rest
START = np.log([0.50, 0.35, 0.10, 0.05])


def displacement() -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of the four answers and the DPO loss after each gradient step."""
    phi, logps, losses = np.zeros(2), [], []
    for _ in range(STEPS + 1):
        logits = START + ANSWERS @ phi
        logp = logits - np.logaddexp.reduce(logits)
        pair = [[logp[0]], [logp[1]], [START[0]], [START[1]]]
        logps.append(logp)
        losses.append(dpo_loss(*pair, beta=BETA))
        up, down = (g[0] for g in dpo_gradient(*pair, beta=BETA))
        mean = np.exp(logp) @ ANSWERS
        phi -= RATE * (up * (ANSWERS[0] - mean) + down * (ANSWERS[1] - mean))
    return np.array(logps), np.array(losses)


def draw(t: Callable[[str, str], str]) -> Figure:
    drawing, (top, bottom) = figure(rows=2, height=5.4)

    gap = np.linspace(-30, 30, 121)
    for beta, colour in ((0.05, GREY), (0.1, BLUE), (0.5, ORANGE)):
        weight = [dpo_gradient([h - 40], [-40], [-40], [-40], beta)[1][0] for h in gap]
        top.plot(gap, weight, color=colour, label=f"β = {beta}")
    top.set_title(t("一对样本的梯度权重 βσ(−βh)", "Weight of a pair's gradient, βσ(−βh)"))
    top.set_xlabel(
        t("对数比之差 h（nat）：负为排错，正为排对", "gap h (nats): ranked wrongly < 0 < rightly")
    )
    top.legend()

    drawing.get_layout_engine().set(hspace=0.12)
    logps, losses = displacement()
    labels = (t("被选中的", "chosen"), t("被拒绝的", "rejected"), t("第三个回答", "a third answer"))
    for logp, label, colour in zip(logps.T, labels, (GREEN, RED, BLUE), strict=False):
        bottom.plot(logp[::3], color=colour, label=label)
    bottom.set_xticks(
        np.linspace(0, STEPS // 3, 5), [str(int(s)) for s in np.linspace(0, STEPS, 5)]
    )
    bottom.set_title(
        t(
            f"log π：损失从 {losses[0]:.2f} 降到 {losses[-1]:.2f}，两者却都在降",
            f"log π: the loss falls {losses[0]:.2f} → {losses[-1]:.2f}, and so do both",
        )
    )
    bottom.set_xlabel(t("梯度步数", "gradient steps"))
    bottom.legend()
    return drawing
