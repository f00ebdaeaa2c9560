"""Context extension: RoPE and the ways to stretch it beyond the training length."""
