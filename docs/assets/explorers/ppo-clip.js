// PPO's clipped surrogate against the probability ratio. Mirrors lab/rlhf/ppo.py.

import { define, range, round, t } from "./explorer.js"

export function clippedSurrogate(ratio, advantage, epsilon) {
  const clipped = Math.min(Math.max(ratio, 1 - epsilon), 1 + epsilon)
  return Math.min(ratio * advantage, clipped * advantage)
}

define(
  "ppo-clip",
  t("动手试：PPO 的截断", "Try it: PPO's clip"),
  [
    { name: "ratio", label: t("比率 ρ", "Ratio ρ"), min: 0, max: 2, step: 0.01, value: 1.35 },
    { name: "advantage", label: t("优势 Â", "Advantage Â"), min: -2, max: 2, step: 0.1, value: 1 },
    { name: "epsilon", label: t("截断半径 ε", "Clip radius ε"), min: 0.05, max: 0.5, step: 0.01, value: 0.2 },
  ],
  ({ ratio, advantage, epsilon }) => {
    const value = clippedSurrogate(ratio, advantage, epsilon)
    const flat = advantage > 0 ? ratio > 1 + epsilon : advantage < 0 && ratio < 1 - epsilon
    const at = rho => [rho, clippedSurrogate(rho, advantage, epsilon)]
    const high = Math.max(Math.abs(advantage), 0.1) * 2
    return {
      x: { label: t("比率 ρ", "ratio ρ"), range: [0, 2] },
      y: { label: t("目标", "objective"), range: advantage < 0 ? [-high, 0] : [0, high] },
      lines: [
        { points: range(0, 2, 2).map(rho => [rho, rho * advantage]), colour: 6, dashed: true },
        { points: [0, 1 - epsilon, 1 + epsilon, 2].map(at), colour: 1 },
      ],
      dots: [{ point: [ratio, value], colour: flat ? 4 : 1 }],
      text: t(
        `目标值 ${round(value)}。${flat ? "被截断：对 ρ 的梯度为 0，这个样本不再推动策略。" : `未截断：对 ρ 的梯度为 Â = ${round(advantage)}。`}`,
        `Objective ${round(value)}. ${flat ? "Clipped: the gradient in ρ is 0, this sample no longer moves the policy." : `Not clipped: the gradient in ρ is Â = ${round(advantage)}.`}`,
      ),
    }
  },
)
