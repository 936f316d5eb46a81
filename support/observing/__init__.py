"""Seeing what was delivered without disturbing it: taps, collector, journal, fences."""
