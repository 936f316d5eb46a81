"""Sharing the features out over several behave processes: `make acceptance JOBS=4`."""
