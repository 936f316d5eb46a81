"""What happened in a scenario, in order, as a small table for the report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from support.reporting.pages import html_page

HEADINGS = ("ms", "", "tenant", "what", "entity", "version", "detail")
STYLE = """
body { font: 13px/1.4 system-ui, sans-serif; margin: 8px; background: #fff; color: #1f2328 }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; padding: 0 8px 8px; color: #59636e }
th { text-align: left; border-bottom: 2px solid #d1d9e0; color: #59636e; font-weight: 600 }
th, td { padding: 3px 8px; vertical-align: top }
td { border-bottom: 1px solid #eaeef2; white-space: pre-wrap; overflow-wrap: anywhere }
td:nth-child(1), td:nth-child(6) { text-align: right; font-variant-numeric: tabular-nums }
td:nth-child(2), td:nth-child(5) { white-space: nowrap }
td:nth-child(2) { font-weight: 600 }
td:nth-child(7) { font: 12px/1.4 ui-monospace, monospace; color: #59636e }
.command td:nth-child(2) { color: #0550ae } .receipt td:nth-child(2) { color: #1a7f37 }
.refusal td:nth-child(2), .silence td:nth-child(2) { color: #9a6700 }
.delivery td:nth-child(2) { color: #6639ba }
.fence { color: #818b98 } .verdict { background: #f6f8fa }
"""


class Kind(StrEnum):
    """Name what a moment is about."""

    COMMAND = "command"
    RECEIPT = "receipt"
    REFUSAL = "refusal"
    SILENCE = "silence"
    DELIVERY = "delivery"
    FENCE = "fence"
    VERDICT = "verdict"


PLURALS = {Kind.DELIVERY: "deliveries"}


@dataclass(frozen=True)
class Moment:
    """Hold one thing that happened, `at_ms` milliseconds after the scenario began."""

    kind: Kind
    at_ms: float
    what: str
    tenant: str = ""
    entity: str = ""
    version: int | None = None
    detail: str = ""


def to_html(moments: Iterable[Moment]) -> str:
    """Return a page of its own, with everything escaped, that fetches nothing."""
    told = in_order(moments)
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    body = "\n".join(_html_row(moment) for moment in told)
    table = f"<table><caption>{summary(told)}</caption>\n<tr>{head}</tr>\n{body}\n</table>"
    return html_page(STYLE, table)


def in_order(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the moments by time; those of one time stay as they were told."""
    return tuple(sorted(moments, key=lambda moment: moment.at_ms))


def summary(moments: Sequence[Moment]) -> str:
    """Return how many moments there are of each kind, in words."""
    counts = Counter(moment.kind for moment in moments)
    return ", ".join(_counted(kind, counts[kind]) for kind in Kind if counts[kind]) or "Nothing"


def _counted(kind: Kind, count: int) -> str:
    return f"{count} {kind if count == 1 else PLURALS.get(kind, f'{kind}s')}"


def _cells(moment: Moment) -> tuple[str, ...]:
    version = "" if moment.version is None else str(moment.version)
    told = (moment.tenant, moment.what, moment.entity, version, moment.detail)
    return (f"{moment.at_ms:.0f}", moment.kind, *told)


def _html_row(moment: Moment) -> str:
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in _cells(moment))
    return f'<tr class="{moment.kind}">{cells}</tr>'
