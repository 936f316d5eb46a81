"""What the target of a run can carry, and what was skipped for it: as a page, and in a line."""

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape

from support.crm.needs import NEEDS
from support.reporting.pages import html_page, html_table

HEADINGS = ("need", "what it asks for", "at this target", "scenarios skipped")
STYLE = """
body { font: 13px/1.4 system-ui, sans-serif; margin: 12px; color-scheme: light dark }
th { text-align: left } th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid #8888 }
td { vertical-align: top } td:first-child { white-space: nowrap }
"""


def at_the_start(cannot: Mapping[str, str]) -> list[str]:
    """Say in a line each which needs a CRM cannot meet: they decide what is going to be skipped."""
    return [f"Skipped at this CRM is what has @{need}: {why}." for need, why in cannot.items()]


def to_lines(skipped: Iterable[str]) -> list[str]:
    """Say in a line how many scenarios were skipped for which need; in none where none was.

    `skipped` are the reasons, each of which begins with its need.
    """
    if not (count := _by_need(skipped)):
        return []
    told = ", ".join(f"{count[need]} for {need}" for need in sorted(count))
    return [f"Skipped for what cannot be done here: {told}."]


def to_html(place: str, carried: Mapping[str, str], skipped: Iterable[str]) -> str:
    """Return a page of its own that fetches nothing, with a row for each need.

    `carried` says whether a need can be met at the place, or why not.
    """
    count = _by_need(skipped)
    rows = [
        (need, meaning, carried[need], str(count[need] or "")) for need, meaning in NEEDS.items()
    ]
    return html_page(STYLE, f"<p>{escape(place)}</p>\n{html_table(HEADINGS, rows)}")


def _by_need(skipped: Iterable[str]) -> Counter[str]:
    """Count reasons by need; a scenario that somebody else skipped has none."""
    told = (reason.partition(":") for reason in skipped)
    return Counter(need for need, colon, _ in told if colon and need in NEEDS)
