"""Interview questions whose answer is a computation."""
