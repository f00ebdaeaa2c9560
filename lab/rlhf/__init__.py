"""Alignment with human feedback: one method a module, in the notation of its paper."""
