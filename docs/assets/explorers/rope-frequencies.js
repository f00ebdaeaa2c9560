// How each method of context extension slows RoPE's pairs. Mirrors lab/context/.

import { define, range, round, t } from "./explorer.js"

const PAIRS = 64
const LENGTH = { llama3: 8192 }
const BASE = { llama3: 500000 }

const theta = (i, base) => base ** (-i / PAIRS)

function ramp(i, base, length, alpha, beta) {
  const turns = (length * theta(i, base)) / (2 * Math.PI)
  return Math.min(Math.max((turns - alpha) / (beta - alpha), 0), 1)
}

// Rotation speed of pair i (of 64, head size 128) under `method`, stretched `scale` times.
export function frequency(method, i, scale, base, length) {
  const plain = theta(i, base)
  if (method === "none") return plain
  if (method === "interpolation") return plain / scale
  if (method === "ntk_aware") return theta(i, base * scale ** (PAIRS / (PAIRS - 1)))
  const gamma = ramp(i, base, length, 1, method === "llama3" ? 4 : 32)
  return (1 - gamma) * (plain / scale) + gamma * plain
}

export const attentionFactor = (method, scale) => (method === "yarn" ? 0.1 * Math.log(scale) + 1 : 1)

define(
  "rope-frequencies",
  t("动手试：各方法怎样放慢 RoPE", "Try it: how each method slows RoPE"),
  [
    {
      name: "method",
      label: t("方法", "Method"),
      value: "yarn",
      options: [
        ["none", t("直接外推", "plain extrapolation")],
        ["interpolation", t("位置内插 PI", "position interpolation")],
        ["ntk_aware", "NTK-aware"],
        ["ntk_by_parts", "NTK-by-parts"],
        ["yarn", "YaRN"],
        ["llama3", "Llama 3.1"],
      ],
    },
    { name: "scale", label: t("扩展倍数 s", "Scale s"), min: 1, max: 32, step: 1, value: 8 },
    { name: "pair", label: t("第 i 对", "Pair i"), min: 0, max: PAIRS - 1, step: 1, value: 40 },
  ],
  ({ method, scale, pair }) => {
    const base = BASE[method] ?? 10000
    const length = LENGTH[method] ?? 4096
    const slowed = i => theta(i, base) / frequency(method, i, scale, base, length)
    const wave = (2 * Math.PI) / theta(pair, base)
    const factor = attentionFactor(method, scale)
    return {
      x: { label: t("维度对 i（从快到慢）", "pair i (fast to slow)"), range: [0, PAIRS - 1] },
      y: { label: t("放慢的倍数 θ/θ′", "slowed by θ/θ′"), range: [0, Math.max(scale, 2) * 1.05] },
      lines: [{ points: range(0, PAIRS - 1, PAIRS).map(i => [i, slowed(i)]), colour: 1 }],
      dots: [{ point: [pair, slowed(pair)], colour: 2 }],
      text: t(
        `第 ${pair} 对：波长 ${round(wave)} token，在训练长度 ${length} 内转 ${round(length / wave)} 圈，被放慢 ${round(slowed(pair))} 倍${factor > 1 ? `；q、k 各乘 ${round(factor, 4)}` : ""}。`,
        `Pair ${pair}: wavelength ${round(wave)} tokens, ${round(length / wave)} turns within the training length ${length}, slowed ${round(slowed(pair))} times${factor > 1 ? `; q and k are each multiplied by ${round(factor, 4)}` : ""}.`,
      ),
    }
  },
)
