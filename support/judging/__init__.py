"""Deciding, without any I/O, whether what was seen is what was promised."""
