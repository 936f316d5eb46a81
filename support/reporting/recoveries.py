"""How long recovery took after each kind of trouble: as a page, and in lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import median

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
    rows = [HEADINGS, *_rows(recoveries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return [_line(row, widths) for row in rows]


def to_html(recoveries: Sequence[Recovery]) -> str:
    """Return a page of its own that fetches nothing."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in HEADINGS)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in _rows(recoveries)
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{STYLE}</style>\n'
        f"<table><tr>{head}</tr>\n{body}\n</table>\n<p>{READING}</p></html>\n"
    )


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


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
