"""How long recovery took after each kind of trouble: as a page, and in lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from support.reporting.pages import html_page, html_table, lines

HEADINGS = ("what was repaired", "times", "median", "longest")
READING = (
    "From the beginning of the repair, which may have to start processes anew, until everybody had "
    "every event of the scenario."
)
STYLE = """
body { font: 13px/1.4 system-ui, sans-serif; margin: 12px; color-scheme: light dark }
th { text-align: left } th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid #8888 }
td:nth-child(n+2) { text-align: right; font-variant-numeric: tabular-nums }
"""


@dataclass(frozen=True)
class Recovery:
    """Say what was repaired, and how many seconds later everybody was level again."""

    told: str
    seconds: float


def to_lines(recoveries: Sequence[Recovery]) -> list[str]:
    """Return a table for a console, a line for each kind of trouble; none where there was none."""
    if not recoveries:
        return []
    return lines(HEADINGS, _rows(recoveries))


def to_html(recoveries: Sequence[Recovery]) -> str:
    """Return a page of its own that fetches nothing."""
    return html_page(STYLE, f"{html_table(HEADINGS, _rows(recoveries))}\n<p>{READING}</p>")


def _rows(recoveries: Sequence[Recovery]) -> list[tuple[str, ...]]:
    """Return a row for each kind of trouble, the slowest first."""
    taken: dict[str, list[float]] = {}
    for each in recoveries:
        taken.setdefault(each.told, []).append(each.seconds)
    slowest_first = sorted(taken.items(), key=lambda kind: -max(kind[1]))
    return [
        (told, str(len(times)), f"{median(times):.2f} s", f"{max(times):.2f} s")
        for told, times in slowest_first
    ]
