// The loss and the gradient weight that DPO gives a pair. Mirrors lab/rlhf/dpo.py.

import { define, range, round, t } from "./explorer.js"

const sigmoid = x => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

// log(1 + e^-x) without overflow.
const softplus = x => Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

export function dpo(chosen, rejected, beta) {
  const margin = chosen - rejected
  return { loss: softplus(beta * margin), weight: beta * sigmoid(-beta * margin) }
}

define(
  "dpo-weight",
  t("动手试：DPO 的梯度权重", "Try it: DPO's gradient weight"),
  [
    { name: "chosen", label: t("被选中的 log(π/π_ref)", "Chosen log(π/π_ref)"), min: -30, max: 30, step: 0.5, value: -2 },
    { name: "rejected", label: t("被拒绝的 log(π/π_ref)", "Rejected log(π/π_ref)"), min: -30, max: 30, step: 0.5, value: 3 },
    { name: "logBeta", label: "β", min: -2, max: 0, step: 0.05, value: -1, show: x => round(10 ** x, 2) },
  ],
  ({ chosen, rejected, logBeta }) => {
    const beta = 10 ** logBeta
    const margin = chosen - rejected
    const { loss, weight } = dpo(chosen, rejected, beta)
    return {
      x: { label: t("对数比之差 h（nat）", "gap of log-ratios h (nats)"), range: [-60, 60] },
      y: { label: t("梯度权重", "gradient weight"), range: [0, beta] },
      lines: [{ points: range(-60, 60, 121).map(h => [h, dpo(h, 0, beta).weight]), colour: 1 }],
      dots: [{ point: [margin, weight], colour: margin < 0 ? 4 : 3 }],
      text: t(
        `h = ${round(margin)}，${margin > 0 ? "已排对" : margin < 0 ? "排错了" : "打平"}；隐式奖励差 βh = ${round(beta * margin)}，损失 ${round(loss)} nat，权重 ${round(weight)}（上限 β = ${round(beta, 2)}）。`,
        `h = ${round(margin)}, ${margin > 0 ? "ranked rightly" : margin < 0 ? "ranked wrongly" : "a tie"}; implicit reward margin βh = ${round(beta * margin)}, loss ${round(loss)} nats, weight ${round(weight)} (at most β = ${round(beta, 2)}).`,
      ),
    }
  },
)
