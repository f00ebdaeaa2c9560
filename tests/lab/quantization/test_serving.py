from __future__ import annotations

import pytest

from lab.quantization.serving import critical_batch, kv_bytes_per_token, step_seconds

A100 = {"compute": 312e12, "bandwidth": 2.039e12}


def test_memory_of_known_caches():
    # Llama 3 70B: 80 layers, 8 key-value heads of 128: 320 KiB a token in 16 bits
    assert kv_bytes_per_token(80, 8, 128) == 320 * 1024
    # KIVI's 2 bits with a 16-bit scale and zero point for 32 values are 3 bits
    assert kv_bytes_per_token(80, 8, 128, bits=2 + 32 / 32) == 60 * 1024


@pytest.mark.parametrize("bits", [4, 8, 16])
def test_both_bounds_meet_at_the_critical_batch(bits):
    gpu = {"compute": 1e15, "bandwidth": 1e12 * bits / 16}  # so that it is a whole number
    batch = round(critical_batch(bits, **gpu))
    assert batch == pytest.approx(critical_batch(bits, **gpu))
    reading = step_seconds(1e9, 1, bits, **gpu)
    assert step_seconds(1e9, batch, bits, **gpu) == pytest.approx(reading)
    assert step_seconds(1e9, 2 * batch, bits, **gpu) == pytest.approx(2 * reading)
    assert step_seconds(1e9, batch // 2, bits, **gpu) == pytest.approx(reading)


def test_a_step_by_hand():
    # 8e9 parameters in 2 bytes and 10 caches of 1 GB at 1 TB/s
    assert step_seconds(8e9, 10, 16, 1e18, 1e12, kv_bytes=1e9) == pytest.approx(26e-3)
    assert step_seconds(8e9, 10, 16, 1e12, 1e18) == pytest.approx(0.16)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kv_bytes_per_token(0, 8, 128), "layers must be an integer of at least 1, got 0"),
        (lambda: kv_bytes_per_token(1, 1, 1, 0), "bits must be a finite number above 0"),
        (lambda: step_seconds(1e9, 0, 16, **A100), "batch must be an integer of at least 1"),
        (lambda: step_seconds(0, 1, 16, **A100), "parameters must be a finite number above 0"),
        (lambda: step_seconds(1e9, 1, 16, 1e12, 0), "bandwidth must be a finite number above 0"),
        (lambda: step_seconds(1e9, 1, 16, **A100, kv_bytes=-1), "kv_bytes must be a number from 0"),
        (lambda: critical_batch(16, float("nan"), 1e12), "compute must be a finite number above 0"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
