"""Pages for the report that fetch nothing, and tables, as HTML and for a console."""

from collections.abc import Iterable, Sequence
from html import escape

Row = Sequence[str]


def html_page(style: str, body: str) -> str:
    """Return a page of its own; `body` is HTML."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{style}</style>\n'
        f"{body}</html>\n"
    )


def html_table(headings: Row, rows: Iterable[Row]) -> str:
    """Return a table, with everything escaped."""
    body = "\n".join(_html_row(row) for row in rows)
    return f"<table>{_html_row(headings, 'th')}\n{body}\n</table>"


def _html_row(cells: Row, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


def lines(headings: Row, rows: Iterable[Row]) -> list[str]:
    """Return a table for a console: the first column to the left, the others to the right."""
    table = [headings, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [_line(row, widths) for row in table]


def _line(row: Row, widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])
