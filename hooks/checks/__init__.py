"""What hooks/check.py asks of the sources, one thing a file."""
