"""Retrieval-augmented generation: one file a method, and a benchmark over this site."""
