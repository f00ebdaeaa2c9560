"""Figures to watch, printed by ``make bench``: how light and fast the site is, and how fast lab."""
