// Affine quantization of a small tensor, with and without an outlier.
// Mirrors lab/quantization/affine.py.

import { define, round, t } from "./explorer.js"

// Half to even, as IEEE and NumPy round: Math.round would send every half up.
function roundHalfEven(x) {
  const floor = Math.floor(x)
  const rest = x - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

export function scaleZeroPoint(low, high, bits, symmetric) {
  const [min, max] = [Math.min(low, 0), Math.max(high, 0)]
  const codes = symmetric ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  const scale = (symmetric ? Math.max(-min, max) : max - min) / codes || 1
  return { scale, zeroPoint: symmetric ? 0 : roundHalfEven(-min / scale) }
}

export function fakeQuantize(x, scale, zeroPoint, bits, symmetric) {
  const high = symmetric ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  const low = symmetric ? -high : 0
  const code = Math.min(Math.max(roundHalfEven(x / scale) + zeroPoint, low), high)
  return scale * (code - zeroPoint)
}

// 24 values, denser near 0, all but the last fixed; the last one is the outlier.
const VALUES = Array.from({ length: 23 }, (_, i) => Math.sinh((i - 9) / 5) / 3)

define(
  "affine-quantizer",
  t("动手试：仿射量化", "Try it: affine quantization"),
  [
    { name: "bits", label: t("位宽 b", "Bits b"), min: 2, max: 8, step: 1, value: 4 },
    { name: "outlier", label: t("离群值", "Outlier"), min: 0, max: 40, step: 0.5, value: 2 },
    { name: "symmetric", label: t("对称", "Symmetric"), value: false },
  ],
  ({ bits, outlier, symmetric }) => {
    const x = [...VALUES, outlier]
    const { scale, zeroPoint } = scaleZeroPoint(Math.min(...x), Math.max(...x), bits, symmetric)
    const y = x.map(v => fakeQuantize(v, scale, zeroPoint, bits, symmetric))
    const noise = VALUES.reduce((sum, v, i) => sum + (v - y[i]) ** 2, 0)
    const signal = VALUES.reduce((sum, v) => sum + v * v, 0)
    const used = new Set(y).size
    const snr = noise ? round(10 * Math.log10(signal / noise), 3) : "∞"
    const low = Math.min(...VALUES) - 0.3
    const high = Math.max(...VALUES) + 0.3
    return {
      x: { label: t("原值 x", "value x"), range: [low, high] },
      y: { label: t("反量化后 x̂", "dequantized x̂"), range: [low, high] },
      lines: [{ points: [[low, low], [high, high]], colour: 6, dashed: true }],
      stems: VALUES.map((v, i) => ({ point: [v, Math.min(Math.max(y[i], low), high)], base: v, colour: 4 })),
      dots: VALUES.map((v, i) => ({ point: [v, Math.min(Math.max(y[i], low), high)], colour: 1 })),
      text: t(
        `步长 s = ${round(scale)}，零点 z = ${zeroPoint}；24 个值用到 ${used} 个编码（共 ${symmetric ? 2 ** bits - 1 : 2 ** bits} 个），除离群值外信噪比 ${snr} dB。红线是误差。`,
        `Step s = ${round(scale)}, zero point z = ${zeroPoint}; the 24 values use ${used} of ${symmetric ? 2 ** bits - 1 : 2 ** bits} codes, signal-to-noise ratio without the outlier ${snr} dB. Red lines are errors.`,
      ),
    }
  },
)
