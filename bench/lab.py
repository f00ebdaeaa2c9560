"""Speed of the one method in lab that is slow by nature."""

from __future__ import annotations

import time

import numpy as np

from lab.quantization.gptq import gptq


def main() -> None:
    rng = np.random.default_rng(0)
    weights, inputs = rng.normal(size=(1024, 1024)), rng.normal(size=(2048, 1024))
    start = time.perf_counter()
    gptq(weights, inputs, bits=4, group_size=128, block_size=128, percdamp=0.01)
    print(f"gptq on a 1024×1024 layer, 2048 samples: {time.perf_counter() - start:.2f} s")
