"""Post-training quantization of weights and activations, one method a file."""
