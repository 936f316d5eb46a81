"""Bugs to plant in the second CRM, which the suite has to find."""


def plant(name: str | None) -> None:
    """Plant a bug by its name; none where there is no name."""
