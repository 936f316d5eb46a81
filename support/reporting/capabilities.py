"""What the target of a run can carry, and what was skipped for it: as a page, and in a line."""

from collections.abc import Mapping
from html import escape

HEADINGS = ("need", "what it asks for", "at this target", "scenarios skipped")
STYLE = """
body { font: 13px/1.4 system-ui, sans-serif; margin: 12px; color-scheme: light dark }
th { text-align: left } th, td { padding: 3px 12px 3px 0; border-bottom: 1px solid #8888 }
td { vertical-align: top } td:first-child { white-space: nowrap }
"""


def to_line(skipped: Mapping[str, int]) -> str:
    """Say how many scenarios were skipped for which need; nothing where none was."""
    if not skipped:
        return ""
    told = ", ".join(f"{count} for {need}" for need, count in sorted(skipped.items()))
    return f"Skipped, because the target cannot carry it: {told}."


def to_html(
    place: str, meanings: Mapping[str, str], carried: Mapping[str, str], skipped: Mapping[str, int]
) -> str:
    """Return a page of its own that fetches nothing, with a row for each need.

    `carried` says whether a need can be met at the place, or why not.
    """
    rows = [
        (need, meaning, carried[need], str(skipped.get(need, "")))
        for need, meaning in meanings.items()
    ]
    head = "".join(f"<th>{escape(heading)}</th>" for heading in HEADINGS)
    body = "\n".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{STYLE}</style>\n'
        f"<p>{escape(place)}</p>\n<table><tr>{head}</tr>\n{body}\n</table></html>\n"
    )
