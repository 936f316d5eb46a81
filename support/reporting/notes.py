"""Notes about a run, as a page."""

from collections.abc import Sequence
from html import escape

from support.reporting.absence import STYLE
from support.reporting.pages import html_page


def notes_page(notes: Sequence[str]) -> str:
    """Return sentences as a list."""
    told = "".join(f"<li>{escape(each)}</li>" for each in notes)
    return html_page(STYLE, f"<ol>{told}</ol>")
