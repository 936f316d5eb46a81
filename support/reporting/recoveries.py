"""How long recovery took after each repair: as a page, and in lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

HEADINGS = ("what was repaired", "level after")


@dataclass(frozen=True)
class Recovery:
    """Say what was repaired, and how many seconds later everybody was level again.

    The time runs from the beginning of the repair, which may have to start processes.
    """

    told: str
    seconds: float


def to_lines(recoveries: Sequence[Recovery]) -> list[str]:
    """Return a line for each kind of repair, the slowest first: its median and its longest."""
    return [f"Recovery: {row}" for row in map(" ".join, _rows(recoveries))]


def to_html(recoveries: Sequence[Recovery]) -> str:
    """Return a page of its own with a row for each kind of repair."""
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in _rows(recoveries)
    )
    return f'<!doctype html><html lang="en"><meta charset="utf-8">\n<table>{rows}</table></html>\n'


def _rows(recoveries: Sequence[Recovery]) -> list[tuple[str, ...]]:
    return [(each.told, f"{each.seconds:.2f} s") for each in recoveries]
