"""Runs of the suite, started by the suite: what chapter 6 is about."""
