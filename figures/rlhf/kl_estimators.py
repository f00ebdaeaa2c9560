"""Exact bias and standard deviation of k1, k2 and k3 on a policy that moves away from π_ref."""

import numpy as np

from figures.style import BLUE, GREEN, ORANGE, figure
from lab.rlhf.dpo import optimal_policy
from lab.rlhf.playground import kl, problem
from lab.rlhf.ppo import kl_estimates


def draw(t):
    task = problem()
    policies = [optimal_policy(task.ref, task.gold, beta) for beta in np.geomspace(20, 0.3, 50)]
    truth = np.array([float(kl(p, task.ref)) for p in policies])
    mean, deviation = np.empty((2, 3, len(policies)))
    for i, p in enumerate(policies):
        for j, k in enumerate(kl_estimates(np.log(p), np.log(task.ref))):
            mean[j, i] = p @ k
            deviation[j, i] = np.sqrt(p @ (k - mean[j, i]) ** 2)
    drawing, axes = figure(1, 2, height=2.7)
    for j, (colour, style) in enumerate(((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."))):
        axes[0].plot(truth, mean[j] / truth - 1, style, color=colour, label=f"k{j + 1}")
        axes[1].plot(truth, deviation[j] / truth, style, color=colour, label=f"k{j + 1}")
    axes[0].set_title(t("偏差 ÷ 真 KL", "bias ÷ true KL"))
    axes[1].set_title(t("单样本标准差 ÷ 真 KL", "deviation ÷ true KL"))
    axes[1].set_yscale("log")
    axes[1].set_yticks([1, 3, 10, 30, 100], ["1", "3", "10", "30", "100"])
    axes[0].set_ylim(-0.25, 0.1)
    for axis in axes:
        axis.set_xscale("log")
        axis.set_xticks([0.001, 0.01, 0.1, 1], ["10⁻³", "10⁻²", "0.1", "1"])
        axis.minorticks_off()
        axis.set_xlabel(t("真 KL（nat）", "true KL (nats)"))
    axes[1].legend(loc="upper center", fontsize=9)
    return drawing
