"""Multimodal models: image tokens, contrastive pre-training and what joins them to the text."""
