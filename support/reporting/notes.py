"""Notes about a run, as a page."""

from collections.abc import Sequence
from html import escape

from support.reporting.absence import STYLE


def notes_page(notes: Sequence[str]) -> str:
    """Return sentences as a list."""
    told = "".join(f"<li>{escape(each)}</li>" for each in notes)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{STYLE}</style>\n'
        f"<ol>{told}</ol></html>\n"
    )
