"""Scaling laws: how many tokens a compute budget wants, and what accuracy it will buy."""
