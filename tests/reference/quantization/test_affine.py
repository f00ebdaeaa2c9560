import numpy as np
import torch
from torch.ao.quantization import MinMaxObserver, PerChannelMinMaxObserver

from lab.quantization.affine import fake_quantize, per_channel, per_tensor, straight_through


def observed(observer, x):
    observer(torch.tensor(x, dtype=torch.float32))
    scale, zero_point = observer.calculate_qparams()
    return scale.numpy(), zero_point.numpy()


def test_affine(record):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 6)) + np.arange(4.0)[:, None] - 1
    values = {"x": x}
    for name, observer, kind in (
        ("tensor", MinMaxObserver, "per_tensor"),
        ("channel", PerChannelMinMaxObserver, "per_channel"),
    ):
        affine = observer(dtype=torch.quint8, qscheme=getattr(torch, f"{kind}_affine"))
        # the ends that leave out -128, as lab's symmetric codes do
        symmetric = observer(
            dtype=torch.qint8,
            qscheme=getattr(torch, f"{kind}_symmetric"),
            quant_min=-127,
            quant_max=127,
        )
        values[f"{name}_scale"], values[f"{name}_zero_point"] = observed(affine, x)
        values[f"{name}_symmetric_scale"], _ = observed(symmetric, x)
    for name, grid in (("tensor", per_tensor), ("channel", per_channel)):
        scale, zero_point = grid(x, 8)
        np.testing.assert_allclose(scale.ravel(), values[f"{name}_scale"], rtol=1e-6)
        np.testing.assert_array_equal(zero_point.ravel(), values[f"{name}_zero_point"])
        scale, _ = grid(x, 8, symmetric=True)
        np.testing.assert_allclose(scale.ravel(), values[f"{name}_symmetric_scale"], rtol=1e-6)

    # a static grid that some values fall off
    clamped_x = np.append(rng.uniform(-4, 4, size=18), [-1.05, 2.05])  # and two that just do not
    upstream = rng.normal(size=20)
    leaf = torch.tensor(clamped_x, dtype=torch.float32, requires_grad=True)
    clamped = torch.fake_quantize_per_tensor_affine(leaf, 0.2, 5, 0, 15)
    clamped.backward(torch.tensor(upstream, dtype=torch.float32))
    values |= {"clamped_x": clamped_x, "clamped_scale": 0.2, "clamped_zero_point": 5}
    values |= {"clamped": clamped.detach().numpy(), "upstream": upstream}
    values["gradient"] = leaf.grad.numpy()
    np.testing.assert_allclose(fake_quantize(clamped_x, 0.2, 5, 4), values["clamped"], rtol=1e-6)
    mine = straight_through(upstream, clamped_x, 0.2, 5, 4)
    np.testing.assert_allclose(mine, values["gradient"], rtol=1e-6)
    record("quantization/affine", values, "torch")
