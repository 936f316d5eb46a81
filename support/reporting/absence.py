"""The evidence that nothing more came, as a page that needs no knowledge of the system."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from support.observing.journal import Entry
from support.reporting.pages import html_page

STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 12px; max-width: 46em; color: #1f2328 }
h2 { font-size: 15px; margin: 16px 0 4px } small { color: #59636e; font-weight: 400 }
ol { margin: 0; padding-left: 1.6em } li { margin: 2px 0; overflow-wrap: anywhere }
p { color: #59636e }
"""
LAST = (
    "And at the end of the run everything is looked at once more: an event that comes after all "
    "turns the run red and names its scenario."
)


def evidence_page(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return, for each time that a scenario ruled out more events, what it rests on.

    `lines` are the journal's lines of the scenario.
    """
    told = "\n".join(_told(line) for line in lines if line["entry"] == Entry.EVIDENCE)
    return html_page(STYLE, f"{told}\n<p>{LAST}</p>")


def _told(line: Mapping[str, Any]) -> str:
    asked, tenant = escape(line["asked"]), escape(line["tenant_id"])
    facts = "".join(f"<li>{escape(sentence)}</li>" for sentence in line["told"])
    return f"<h2>{asked[:1].upper()}{asked[1:]} <small>({tenant})</small></h2><ol>{facts}</ol>"
