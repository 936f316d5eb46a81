"""Tables for the eye and files for machines."""

import json
import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Table:
    """Hold one table of figures: cells are text already; `notes` say how to read it."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        """Write the table in Markdown, columns aligned."""
        widths = [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]
        rule = ["-" * width for width in widths]
        lines = [_line(row, widths) for row in (self.headings, rule, *self.rows)]
        return "\n".join([f"## {self.title}", "", *lines, "", *self.notes])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return f"| {' | '.join(c.ljust(width) for c, width in zip(cells, widths, strict=True))} |"


@dataclass(frozen=True)
class Figures:
    """Hold what one benchmark found: tables, and the numbers that they were made of."""

    tables: Sequence[Table]
    numbers: Mapping[str, Any]

    def write(self, path: Path, circumstances: Mapping[str, Any]) -> None:
        """Keep everything, with the circumstances, as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {**circumstances, **self.numbers, "tables": [asdict(t) for t in self.tables]}
        path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


@dataclass(frozen=True)
class Spread:
    """Hold what a list of seconds comes to."""

    count: int
    median: float
    p95: float
    most: float


def spread(seconds: Sequence[float]) -> Spread:
    """Return median, 95th percentile (the nearest rank: a value that was measured) and maximum."""
    ordered = sorted(seconds)
    rank = -(-95 * len(ordered) // 100)
    return Spread(len(ordered), statistics.median(ordered), ordered[rank - 1], ordered[-1])


def ms(seconds: float) -> str:
    """Write seconds as milliseconds."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds * 1000:,.0f} ms"


def load() -> float:
    """Return how many processes wanted to run, averaged over the last minute."""
    return round(os.getloadavg()[0], 2)


def progress(text: str) -> None:
    """Say on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)
