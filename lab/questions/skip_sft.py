"""How long does a policy need to find the rare good answer, by imitation or by reward?

One logit θ decides the probability p of a good answer; gradient flow with unit step size.

--8<-- [start:example]
>>> from lab.questions.skip_sft import learning_time, signal_probability
>>> for start in (0.156, 0.01, 1e-4):  # R1-Zero's base model on AIME 2024; rarer; much rarer
...     print([round(learning_time(start, 0.5, way), 1) for way in ("sft", "grpo", "rl")])
[2.5, 3.8, 8.6]
[5.6, 19.7, 108.2]
[10.2, 200.0, 10017.4]
>>> [round(signal_probability(p, group=16), 4) for p in (0.156, 0.01, 1e-4)]
[0.9337, 0.1485, 0.0016]
>>> round(0.9**50, 4)  # 50 choices, each right with probability 0.9
0.0052

--8<-- [end:example]
"""

from __future__ import annotations

import math

from lab.arguments import between, integer, positive


def _probability(name: str, value: float) -> float:
    return between(name, positive(name, value), 0, 1 - 1e-12)


# --8<-- [start:learning_time]
def learning_time(start: float, end: float, way: str) -> float:
    r"""Time of gradient flow from p = start to p = end, with $\dot p=p(1-p)\,\dot\theta$.

    "sft": $\dot\theta=1-p$, the gradient of $\ln p$. "rl": $\dot\theta=p(1-p)$, that of the
    expected 0/1 reward. "grpo": $\dot\theta=\sqrt{p(1-p)}$, the same divided by the reward's
    standard deviation, in an infinite group.

    Args:
        start: probability of a good answer at the start, 0 < start < end.
        end: where to stop, below 1.
        way: "sft", "rl" or "grpo".

    Returns:
        The time.

    Raises:
        ValueError: if a probability is out of range or ``way`` unknown.
    """
    a, b = _probability("start", start), _probability("end", end)
    if a >= b:
        raise ValueError(f"start must be below end = {end!r}, got {start!r}")
    antiderivatives = {
        "sft": lambda p: math.log(p / (1 - p)) + 1 / (1 - p),
        "rl": lambda p: 2 * math.log(p / (1 - p)) - 1 / p + 1 / (1 - p),
        "grpo": lambda p: 2 * (2 * p - 1) / math.sqrt(p * (1 - p)),
    }
    if way not in antiderivatives:
        raise ValueError(f"way must be one of {tuple(antiderivatives)}, got {way!r}")
    return float(antiderivatives[way](b) - antiderivatives[way](a))


# --8<-- [end:learning_time]


# --8<-- [start:signal_probability]
def signal_probability(p: float, group: int) -> float:
    """How often a group of answers has both good and bad ones: else its advantages are all 0.

    Args:
        p: probability of a good answer, 0 < p < 1.
        group: answers in a group, ≥ 2.

    Returns:
        1 − (1 − p)^G − p^G.

    Raises:
        ValueError: if an argument is out of range.
    """
    p, group = _probability("p", p), integer("group", group, 2)
    return -math.expm1(group * math.log1p(-p)) - p**group


# --8<-- [end:signal_probability]
