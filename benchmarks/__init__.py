"""Figures of the suite, measured on the embedded target."""
